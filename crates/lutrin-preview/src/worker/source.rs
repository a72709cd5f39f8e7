//! What a worker can draw and read, whatever the format.

use lutrin_preview::frame::Refusal;
use lutrin_preview::{DocumentFacts, PageLayers, PageText, Tile};

/// What all kinds of documents with pages can do.
pub(crate) trait PageSource {
    /// The format and the sizes of the pages, within the ceilings.
    fn facts(&self) -> Result<DocumentFacts, Refusal>;
    /// Draws a page, counted from 0 and known to exist.
    fn draw(&mut self, index: usize, width_px: u32) -> Result<Raster, Refusal>;
    /// Draws a part of a page; the part lies on the page.
    fn tile(&mut self, index: usize, tile: Tile) -> Result<Raster, Refusal>;
    /// Draws the annotations of a page, on white, if it has any.
    fn annotations(&mut self, _index: usize, _width_px: u32) -> Result<Option<Raster>, Refusal> {
        Ok(None)
    }
    /// Reads the text of a page.
    fn text(&mut self, _index: usize) -> Result<PageText, Refusal> {
        Ok(PageText::NONE)
    }
    /// Tells what lies over a page.
    fn layers(&mut self, _index: usize) -> Result<PageLayers, Refusal> {
        Ok(PageLayers::default())
    }
}

/// Opaque pixels, three bytes each.
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}
