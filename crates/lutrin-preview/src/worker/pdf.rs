//! PDF pages, drawn by hayro.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::{MAX_PAGE_SIDE, MAX_PAGES, raster_size};
use lutrin_preview::{Ceiling, DocumentFacts, Format, PageSize, Unsupported};

use super::{PageSource, Raster, encryption, features};

/// Reads the structure of a PDF, with the password or, without one, with the empty one.
pub(crate) fn load(bytes: Vec<u8>, password: Option<&str>) -> Result<Pdf, Refusal> {
    let bytes = Arc::new(bytes);
    Pdf::new_with_password(Arc::clone(&bytes), password.unwrap_or_default())
        // Tried only now: almost every encrypted file is encrypted as a whole.
        .or_else(|error| encryption::without_encrypted_attachments(&bytes, error))
        .map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => match password {
                Some(_) => Refusal::PasswordWrong,
                None => Refusal::PasswordRequired,
            },
            LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => {
                Refusal::Unsupported { what: Unsupported::Encryption }
            }
            LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Refusal::Damaged,
        })
}

/// The pages of a PDF, with what hayro remembers between two of them.
pub(crate) struct PdfPages<'a> {
    pdf: &'a Pdf,
    pages: &'a [Page<'a>],
    cache: RenderCache<'a>,
    interpreter: InterpreterSettings,
}

impl<'a> PdfPages<'a> {
    /// The pages of that document.
    pub(crate) fn new(pdf: &'a Pdf) -> Self {
        Self {
            pdf,
            pages: pdf.pages(),
            cache: RenderCache::new(),
            interpreter: InterpreterSettings::default(),
        }
    }
}

impl PageSource for PdfPages<'_> {
    fn facts(&self) -> Result<DocumentFacts, Refusal> {
        match self.pages.len() {
            // hayro opens some damaged files without finding a page.
            0 => Err(Refusal::Damaged),
            count if count > MAX_PAGES => Err(Refusal::TooLarge { what: Ceiling::Pages }),
            _ => Ok(DocumentFacts {
                format: Format::Pdf,
                pages: self.pages.iter().map(told_size).collect(),
                features: features::find(self.pdf, encryption::is_encrypted(self.pdf)),
                origin: features::origin(self.pdf),
            }),
        }
    }

    fn draw(&mut self, index: usize, width_px: u32) -> Result<Raster, Refusal> {
        let page = &self.pages[index];
        let (page_width, page_height) = page.render_dimensions();
        // Written so that a size that is no number is refused too.
        if !(page_width <= MAX_PAGE_SIDE && page_height <= MAX_PAGE_SIDE) {
            return Err(Refusal::TooLarge { what: Ceiling::PageSize });
        }
        let (width, height) = raster_size(Format::Pdf, told_size(page), width_px);
        // Not `hayro::render`: it truncates the product of size and scale, so that the
        // picture may be a line short.
        let fit = Affine::scale_non_uniform(
            f64::from(width) / f64::from(page_width),
            f64::from(height) / f64::from(page_height),
        );
        let transform = fit * page.initial_transform(true).to_kurbo();
        let pixmap = self.rasterize(page, transform, width as u16, height as u16);
        Ok(Raster { width, height, rgb: without_alpha(pixmap.data_as_u8_slice()) })
    }
}

impl<'a> PdfPages<'a> {
    fn rasterize(&self, page: &'a Page<'a>, transform: Affine, width: u16, height: u16) -> Pixmap {
        let mut context = RenderContext::new(width, height);
        let settings = RenderSettings::default();
        render_into(page, &self.cache, &self.interpreter, &settings, &mut context, transform);
        context.flush();
        let mut pixmap = Pixmap::new(width, height);
        let on_white =
            RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
        context.render_with(&mut pixmap, &mut Resources::default(), on_white);
        pixmap
    }
}

/// The size the parent is told: positive, and at most the ceiling.
fn told_size(page: &Page<'_>) -> PageSize {
    let (width, height) = page.render_dimensions();
    // Written so that a size that is no number gives the ceiling.
    let bounded = |side: f32| if side > 0.0 { side.min(MAX_PAGE_SIDE) } else { MAX_PAGE_SIDE };
    PageSize { width: bounded(width), height: bounded(height) }
}

/// On an opaque ground every pixel is opaque, so that alpha says nothing.
fn without_alpha(rgba: &[u8]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        rgb.extend_from_slice(&pixel[..3]);
    }
    rgb
}
