//! Papers made from data: a Typst template and a JSON value become a PDF, or
//! a picture of it.
//!
//! The compiler runs as a library inside a closed world. A template sees its
//! own source and one virtual file, `data.json`; it reaches no other file, no
//! network and no package. The date is given, so the same template, data and
//! date give the same bytes.
//!
//! The crate does not know where data comes from nor what a paper means. Start
//! with [`Papers::pdf`].
//!
//! ```
//! use jiff::civil::date;
//! use lutrin_papers::Papers;
//!
//! let template = r#"#let d = json("data.json")
//! Bonjour #d.name."#;
//! let data = serde_json::json!({ "name": "Camille" });
//! let pdf = Papers::new().pdf(template, &data, date(2026, 11, 21))?;
//! assert!(pdf.starts_with(b"%PDF-"));
//! # Ok::<(), lutrin_papers::PaperError>(())
//! ```

mod error;
mod fonts;
mod picture;
mod world;

use jiff::civil::DateTime;
use serde_json::Value;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandards, Timestamp};

pub use crate::error::{PaperError, TemplateError};
use crate::fonts::Fonts;
pub use crate::picture::Picture;
use crate::world::PaperWorld;

/// How many later papers a memoised layout survives without being used again.
///
/// Papers of one kind come in a row and share their headers and fonts; beyond
/// that, keeping results only costs memory (the compiler never forgets alone).
const MEMO_AGE: usize = 12;

/// Makes papers. Fonts are loaded once; clones share them, and any thread may
/// use its own clone or a reference.
#[derive(Clone, Debug)]
pub struct Papers {
    fonts: Fonts,
}

impl Papers {
    /// Loads the embedded fonts: Libertinus Serif, New Computer Modern and
    /// DejaVu Sans Mono.
    pub fn new() -> Self {
        Self { fonts: Fonts::embedded() }
    }

    /// The same papers with more fonts; `files` are whole OpenType files. A
    /// file that holds no font is ignored, as the templates then say which
    /// family is missing.
    pub fn with_fonts(&self, files: impl IntoIterator<Item = &'static [u8]>) -> Self {
        Self { fonts: self.fonts.with(files) }
    }

    /// Makes a PDF from a template and its data. `at` becomes the date of the
    /// file and what the template reads as `datetime.today()`.
    pub fn pdf(
        &self,
        source: &str,
        data: &Value,
        at: impl Into<DateTime>,
    ) -> Result<Vec<u8>, PaperError> {
        let world = PaperWorld::new(&self.fonts, source, data, at.into())?;
        let document = compile(&world)?;
        let options = PdfOptions {
            creator: Smart::Custom(Some("Lutrin".to_owned())),
            timestamp: world.datetime().map(Timestamp::new_utc),
            standards: PdfStandards::default(),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|found| world.template_error(&found))
    }

    /// Draws the first page of a template, `pixels_per_point` being 1 for
    /// 72 dots per inch.
    pub fn picture(
        &self,
        source: &str,
        data: &Value,
        at: impl Into<DateTime>,
        pixels_per_point: f32,
    ) -> Result<Picture, PaperError> {
        let world = PaperWorld::new(&self.fonts, source, data, at.into())?;
        let document = compile(&world)?;
        let page = document.pages().first().ok_or(PaperError::NoPage)?;
        Picture::of(page, pixels_per_point)
    }
}

impl Default for Papers {
    fn default() -> Self {
        Self::new()
    }
}

fn compile(world: &PaperWorld) -> Result<PagedDocument, PaperError> {
    let compiled = typst::compile::<PagedDocument>(world);
    comemo::evict(MEMO_AGE);
    compiled.output.map_err(|found| world.template_error(&found))
}

#[cfg(test)]
mod tests;
