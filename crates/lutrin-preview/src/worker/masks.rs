//! Covering hidden numbers in a picture of a page, where no layer can lie over it.

use lutrin_preview::{PageSize, Word};

use super::Raster;

/// The grey of the masks of the window.
const COVER: [u8; 3] = [0x3d, 0x3d, 0x3a];
/// How far a mask reaches around its word, in units of the page, as in the window.
const AROUND: f32 = 1.0;

/// Paints over the places of the masked words of a page of that size.
pub(crate) fn cover(raster: &mut Raster, page: PageSize, words: &[Word]) {
    let columns = raster.width as usize;
    let across = raster.width as f32 / page.width;
    let down = raster.height as f32 / page.height;
    // A pixel that is touched is covered.
    let span = |from: f32, to: f32, scale: f32, all: u32| {
        let first = ((from - AROUND) * scale).floor().clamp(0.0, all as f32);
        let end = ((to + AROUND) * scale).ceil().clamp(first, all as f32);
        first as usize..end as usize
    };
    let (pixels, _) = raster.rgb.as_chunks_mut::<3>();
    for area in words.iter().filter(|word| word.masked).filter_map(|word| word.area) {
        let inside = span(area.left, area.right, across, raster.width);
        for row in span(area.top, area.bottom, down, raster.height) {
            let start = row * columns;
            pixels[start + inside.start..start + inside.end].fill(COVER);
        }
    }
}

#[cfg(test)]
mod tests {
    use lutrin_preview::{After, PageBox};

    use super::*;

    #[test]
    fn only_masked_words_are_covered_and_whole() {
        let word = |left: f32, masked| Word {
            text: "•••".into(),
            area: Some(PageBox { left, top: 40.0, right: left + 20.0, bottom: 50.0 }),
            ends: Vec::new(),
            line: 0,
            after: After::Space,
            masked,
        };
        let mut raster = Raster { width: 50, height: 50, rgb: vec![255; 50 * 50 * 3] };
        let page = PageSize { width: 100.0, height: 100.0 };
        let beyond = word(95.0, true);
        cover(&mut raster, page, &[word(10.0, true), word(40.0, false), beyond]);
        let covered = |x: usize, y: usize| raster.rgb[(y * 50 + x) * 3..][..3] == COVER;
        assert!(covered(4, 19) && covered(15, 25), "both corners, and a little around");
        assert!(!covered(3, 22) && !covered(16, 22) && !covered(10, 18) && !covered(10, 26));
        assert!(!covered(25, 22), "a word that is not masked");
        assert!(covered(49, 22), "one that goes over the edge is covered up to it");
    }
}
