//! Damaged files: bits turned, ends and middles missing, numbers grown, files crossed.

/// A sequence of numbers that look like chance and are the same every time (splitmix64).
struct Chance(u64);

impl Chance {
    /// The sequence of one mutant: a campaign may begin at any number.
    fn of(seed: u64, number: usize) -> Self {
        let mut numbered = Self(seed ^ number as u64);
        Self(numbered.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One of the files, changed once or a few times; the same for the same seed and number.
pub fn mutant(seeds: &[(String, Vec<u8>)], seed: u64, number: usize) -> (String, Vec<u8>) {
    let chance = &mut Chance::of(seed, number);
    let (name, bytes) = &seeds[chance.below(seeds.len())];
    let (_, other) = &seeds[chance.below(seeds.len())];
    let mut bytes = bytes.clone();
    for _ in 0..=chance.below(4) {
        change(&mut bytes, other, chance);
    }
    (format!("mutant {number} of {name}"), bytes)
}

fn change(bytes: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    if bytes.len() < 2 {
        return bytes.extend_from_slice(other);
    }
    let place = chance.below(bytes.len());
    let length = 1 + chance.below(64.min(bytes.len() - place));
    match chance.below(5) {
        0 => {
            for _ in 0..=chance.below(16) {
                let place = chance.below(bytes.len());
                bytes[place] ^= 1 << chance.below(8);
            }
        }
        1 => bytes.truncate(place),
        2 => drop(bytes.drain(place..place + length)),
        3 => grow_number(bytes, place, chance),
        _ => {
            let from = chance.below(other.len());
            let part = &other[from..(from + length).min(other.len())];
            drop(bytes.splice(place..place + length, part.iter().copied()));
        }
    }
}

/// Puts a number without measure in the place of the next one: in digits where there are
/// digits, else in bytes.
fn grow_number(bytes: &mut Vec<u8>, place: usize, chance: &mut Chance) {
    let digits = bytes[place..].iter().take(4096).position(u8::is_ascii_digit);
    if let Some(start) = digits.filter(|_| chance.below(2) == 0) {
        let start = place + start;
        let end = bytes[start..].iter().position(|byte| !byte.is_ascii_digit());
        let end = end.map_or(bytes.len(), |end| start + end);
        let numbers = ["0", "-1", "65536", "4294967295", "99999999999999999999", "1e300"];
        let number = numbers[chance.below(numbers.len())];
        drop(bytes.splice(start..end, number.bytes()));
    } else {
        let values: [&[u8]; 4] = [&[0xff; 4], &[0; 4], &[0x7f, 0xff, 0xff, 0xff], &[0xff; 2]];
        let value = values[chance.below(values.len())];
        let end = (place + value.len()).min(bytes.len());
        bytes[place..end].copy_from_slice(&value[..end - place]);
    }
}
