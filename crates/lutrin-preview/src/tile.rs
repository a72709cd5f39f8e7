//! A part of a page, drawn at the scale of the screen.

use serde::{Deserialize, Serialize};

use crate::format::PageSize;
use crate::limits::{MAX_TILE_SCALE, MAX_TILE_SIDE};

/// A rectangle of the picture that a page would be at some scale.
///
/// That whole picture is never made, which is why a tile may be of a page enlarged beyond
/// the ceilings of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Pixels for one unit of the page: a point of a PDF, a pixel of a picture. Between
    /// 0 and [`MAX_TILE_SCALE`].
    pub scale: f32,
    /// Pixels between the left edges of the page and of the tile.
    pub x: u32,
    /// Pixels between the top edges of the page and of the tile.
    pub y: u32,
    /// Columns, at most [`MAX_TILE_SIDE`].
    pub width: u32,
    /// Rows, at most [`MAX_TILE_SIDE`].
    pub height: u32,
}

impl Tile {
    /// The part of the tile that is on the page; nothing if there is none, or if the
    /// scale is none. Longer sides than the ceiling are cut.
    pub(crate) fn within(self, page: PageSize) -> Option<Self> {
        // Written so that a scale that is no number is refused.
        if !(self.scale > 0.0 && self.scale <= MAX_TILE_SCALE) {
            return None;
        }
        let side =
            |length: f32| (f64::from(length) * f64::from(self.scale)).round().max(1.0) as u32;
        let room = |start: u32, length: f32| side(length).checked_sub(start);
        let width = self.width.min(room(self.x, page.width)?).min(MAX_TILE_SIDE);
        let height = self.height.min(room(self.y, page.height)?).min(MAX_TILE_SIDE);
        (width > 0 && height > 0).then_some(Self { width, height, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A4: PageSize = PageSize { width: 595.0, height: 842.0 };
    const TILE: Tile = Tile { scale: 2.0, x: 1024, y: 1024, width: 512, height: 512 };

    #[test]
    fn a_tile_is_cut_at_the_edge_of_the_page_and_at_the_ceiling() {
        assert_eq!(TILE.within(A4), Some(Tile { width: 166, ..TILE }));
        let large = Tile { x: 0, y: 0, width: u32::MAX, height: 2000, ..TILE };
        assert_eq!(large.within(A4), Some(Tile { width: 1024, height: 1024, ..large }));
    }

    #[test]
    fn a_tile_that_is_none_is_refused() {
        for none in [
            Tile { x: 1190, ..TILE },
            Tile { y: u32::MAX, ..TILE },
            Tile { width: 0, ..TILE },
            Tile { scale: 0.0, ..TILE },
            Tile { scale: -1.0, ..TILE },
            Tile { scale: f32::NAN, ..TILE },
            Tile { scale: MAX_TILE_SCALE * 2.0, ..TILE },
        ] {
            assert_eq!(none.within(A4), None, "{none:?}");
        }
    }
}
