//! Ceilings of the reading room.
//!
//! Worker and parent share them: the worker keeps to them, the parent believes nothing
//! and checks them again.

/// The largest file that is read: 50 MiB, five times what the deposit form accepts.
pub const MAX_INPUT_BYTES: usize = 50 * 1024 * 1024;

/// The most pages a document may have.
pub const MAX_PAGES: usize = 10_000;

/// The longest side of a page that is drawn, in points or pixels.
///
/// 17 metres: Acrobat stops at 14,400 points, and a page of 10⁵ points is only met in
/// files made to harm.
pub const MAX_PAGE_SIDE: f32 = 50_000.0;

/// The longest side of a photograph or a scan that is decoded, in pixels.
pub const MAX_DECODED_SIDE: u32 = 20_000;

/// The most a decoder may reserve: 85 megapixels of a photograph.
pub const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;

/// The longest side of the picture of a page, in pixels.
pub const MAX_RASTER_SIDE: u32 = 8_000;

/// The most pixels in the picture of a page: 64 MB while it is drawn.
pub const MAX_RASTER_PIXELS: u32 = 16_000_000;

/// The longest side of a tile, in pixels.
pub const MAX_TILE_SIDE: u32 = 1_024;

/// The largest scale of a tile, in pixels for one unit of the page: sixteen times the
/// size of the paper on a usual screen.
pub const MAX_TILE_SCALE: f32 = 32.0;

/// The pages that have their text read; the others are only shown.
pub const MAX_TEXT_PAGES: u32 = 500;

/// The most words of a page: a newspaper has 5,000.
pub const MAX_WORDS: usize = 20_000;

/// The longest word, in characters; what is longer goes on in the next word.
pub const MAX_WORD_CHARS: usize = 256;

/// The most text of a page, in characters.
pub const MAX_PAGE_TEXT_CHARS: usize = 1_000_000;

/// The most glyphs of a page that are looked at for its text.
pub const MAX_GLYPHS: usize = 200_000;

/// The most form fields of a page that are told.
pub const MAX_FIELDS: usize = 2_000;

/// The longest value of a form field, in bytes; what is longer is cut.
pub const MAX_FIELD_BYTES: usize = 4_096;

/// The most annotations of a page that are looked at.
pub const MAX_ANNOTATIONS: usize = 5_000;

/// How many parents a form field may have.
pub const MAX_FIELD_DEPTH: usize = 32;

/// The most text a flow may have, in bytes: some two thousand pages.
pub const MAX_FLOW_BYTES: usize = 4 * 1024 * 1024;

/// The most paragraphs a flow may have.
pub const MAX_PARAGRAPHS: usize = 50_000;

/// The longest text among the facts of a document, in characters.
pub const MAX_FACT_CHARS: usize = 200;

/// How many objects of a PDF are looked at in search of its features.
pub const MAX_WALKED: usize = 100_000;
