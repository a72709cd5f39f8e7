//! Covering hidden numbers in the picture of a page, so that they never reach the window.

use lutrin_preview::{PageSize, Tile, Word};

use super::source::Raster;

/// The grey of the masks of the window.
const COVER: [u8; 3] = [0x3d, 0x3d, 0x3a];
/// How far a mask reaches around its word, in units of the page, as in the window.
const AROUND: f32 = 1.0;

/// Where a picture lies on its page: pixels for a unit of the page, across and down, and the
/// pixels left and above of it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    across: f32,
    down: f32,
    x: f32,
    y: f32,
}

impl Place {
    /// That of a picture of the whole page.
    pub(crate) fn whole(raster: &Raster, page: PageSize) -> Self {
        let across = raster.width as f32 / page.width;
        Self { across, down: raster.height as f32 / page.height, x: 0.0, y: 0.0 }
    }

    /// That of a part of a page.
    pub(crate) fn of_tile(tile: Tile) -> Self {
        Self { across: tile.scale, down: tile.scale, x: tile.x as f32, y: tile.y as f32 }
    }
}

/// Paints over the places of the masked words.
pub(crate) fn cover(raster: &mut Raster, place: Place, words: &[Word]) {
    let columns = raster.width as usize;
    // A pixel that is touched is covered.
    let span = |from: f32, to: f32, scale: f32, corner: f32, all: u32| {
        let first = ((from - AROUND) * scale - corner).floor().clamp(0.0, all as f32);
        let end = ((to + AROUND) * scale - corner).ceil().clamp(first, all as f32);
        first as usize..end as usize
    };
    let (pixels, _) = raster.rgb.as_chunks_mut::<3>();
    for area in words.iter().filter(|word| word.masked).filter_map(|word| word.area) {
        let inside = span(area.left, area.right, place.across, place.x, raster.width);
        for row in span(area.top, area.bottom, place.down, place.y, raster.height) {
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
        let place = Place::whole(&raster, page);
        cover(&mut raster, place, &[word(10.0, true), word(40.0, false), beyond]);
        let covered = |x: usize, y: usize| raster.rgb[(y * 50 + x) * 3..][..3] == COVER;
        assert!(covered(4, 19) && covered(15, 25), "both corners, and a little around");
        assert!(!covered(3, 22) && !covered(16, 22) && !covered(10, 18) && !covered(10, 26));
        assert!(!covered(25, 22), "a word that is not masked");
        assert!(covered(49, 22), "one that goes over the edge is covered up to it");

        // The same from 20 and 60 pixels on, at two pixels for a unit.
        let mut part = Raster { width: 50, height: 50, rgb: vec![255; 50 * 50 * 3] };
        let tile = Tile { scale: 2.0, x: 20, y: 60, width: 50, height: 50 };
        cover(&mut part, Place::of_tile(tile), &[word(10.0, true)]);
        let covered = |x: usize, y: usize| part.rgb[(y * 50 + x) * 3..][..3] == COVER;
        assert!(covered(0, 18) && covered(41, 41) && !covered(42, 20) && !covered(5, 17));
    }
}
