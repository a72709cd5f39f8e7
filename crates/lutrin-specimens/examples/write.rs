//! Writes the files of the specimens into a folder, to look at them:
//! `cargo run -p lutrin-specimens --example write -- FOLDER [SEED] [YYYY-MM-DD]`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::{Date, date};
use lutrin_papers::Papers;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: write FOLDER [SEED] [YYYY-MM-DD]")?);
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let day: Date = arguments.next().map_or(Ok(date(2026, 11, 21)), |text| text.parse())?;

    let start = Instant::now();
    let specimens = lutrin_specimens::ten_dossiers(seed, day, &Papers::new())?;
    println!("made in {:.1} s", start.elapsed().as_secs_f64());
    for specimen in &specimens.dossiers {
        let own = folder.join(&specimen.intake.reference);
        fs::create_dir_all(&own)?;
        for (index, file) in specimen.files.iter().enumerate() {
            fs::write(own.join(format!("{:02} {}", index + 1, file.file_name)), &file.bytes)?;
        }
        let size: usize = specimen.files.iter().map(|file| file.bytes.len()).sum();
        println!(
            "{} {:<10} slots {:>3} files {:>3} {:>6} KiB",
            specimen.intake.reference,
            specimen.intake.diploma.as_str(),
            specimen.intake.slots.len(),
            specimen.files.len(),
            size / 1024
        );
    }
    Ok(())
}
