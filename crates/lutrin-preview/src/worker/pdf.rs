//! PDF pages, drawn by hayro.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, InterpreterWarning, RenderContent,
    interpret_page,
};
use hayro::hayro_syntax::object::{Array, Dict, String as PdfString};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::{Affine, Rect};
use hayro::vello_cpu::color::palette::css::{TRANSPARENT, WHITE};
use hayro::vello_cpu::color::{AlphaColor, Srgb};
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::{MAX_PAGE_SIDE, MAX_PAGES};
use lutrin_preview::raster::raster_size;
use lutrin_preview::{
    Ceiling, DocumentFacts, Format, PageLayers, PageSize, PageText, Tile, Unsupported, Warning,
};

use super::fields::undrawn_fields;
use super::glyphs::GlyphListener;
use super::markup::{Markup, draw_marks, pixels_of};
use super::source::{PageSource, Raster};
use super::words::text_of;
use super::{encryption, features};

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

/// With more than this in use, in bytes, what hayro remembers is forgotten.
///
/// A page needs 10 to 80 MB; its caches can only be dropped whole.
const HEAP_PRESSURE: usize = 256 * 1024 * 1024;
/// The most fonts of a page that are looked at.
const MAX_FONTS: usize = 500;
/// The width of a page that is drawn only to hear what cannot be.
const HEARING_WIDTH: u32 = 64;

/// The pages of a PDF, with what hayro remembers between two of them.
pub(crate) struct PdfPages<'a> {
    pdf: &'a Pdf,
    pages: &'a [Page<'a>],
    cache: RenderCache<'a>,
    text_cache: InterpreterCache<'a>,
    interpreter: InterpreterSettings,
    /// Where hayro says what it cannot draw.
    heard: Arc<Mutex<BTreeSet<Warning>>>,
    /// What was heard of each page that was drawn.
    warnings: BTreeMap<usize, BTreeSet<Warning>>,
}

impl<'a> PdfPages<'a> {
    /// The pages of that document.
    pub(crate) fn new(pdf: &'a Pdf) -> Self {
        let heard = Arc::new(Mutex::new(BTreeSet::new()));
        let ear = heard.clone();
        let interpreter = InterpreterSettings {
            warning_sink: Arc::new(move |warning| {
                lock(&ear).extend(told_warning(warning));
            }),
            ..InterpreterSettings::default()
        };
        Self {
            pdf,
            pages: pdf.pages(),
            cache: RenderCache::new(),
            text_cache: InterpreterCache::new(),
            interpreter,
            heard,
            warnings: BTreeMap::new(),
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
        let frame = self.whole_page(index, width_px)?;
        let raster = self.draw_frame(index, &frame);
        self.take_note(index);
        Ok(raster)
    }

    fn tile(&mut self, index: usize, tile: Tile) -> Result<Raster, Refusal> {
        refuse_giant(&self.pages[index])?;
        let Tile { scale, x, y, width, height } = tile;
        let corner = Affine::translate((-f64::from(x), -f64::from(y)));
        let scale = corner * Affine::scale(f64::from(scale));
        let raster = self.draw_frame(index, &Frame { scale, width, height });
        self.take_note(index);
        Ok(raster)
    }

    fn annotations(&mut self, index: usize, width_px: u32) -> Result<Option<Raster>, Refusal> {
        let frame = self.whole_page(index, width_px)?;
        let page = &self.pages[index];
        let markup = Markup::of(page);
        if !markup.is_layer() {
            return Ok(None);
        }
        let mut context = frame.context();
        let to_picture = frame.scale * page.initial_transform(true).to_kurbo();
        if markup.drawn {
            self.draw_into(&mut context, page, RenderContent::ANNOTATIONS, to_picture);
        }
        draw_marks(&markup.marks, &mut context, to_picture);
        let mut raster = frame.raster(&rasterized(&mut context, WHITE));
        if markup.drawn {
            let white = |_| [255; 3];
            raster.change_in(&frame.fields(&markup, page), white);
        }
        self.take_note(index);
        Ok(Some(raster))
    }

    fn text(&mut self, index: usize) -> Result<PageText, Refusal> {
        let page = &self.pages[index];
        refuse_giant(page)?;
        let size = told_size(page);
        let sheet = Rect::new(0.0, 0.0, f64::from(size.width), f64::from(size.height));
        let to_page = page.initial_transform(true).to_kurbo();
        // What the fields and annotations of a page say is read as well.
        let settings = self.interpreter.clone();
        let mut context = Context::new(to_page, sheet, &self.text_cache, page.xref(), settings);
        let mut listener = GlyphListener::default();
        interpret_page(page, &mut context, &mut listener);
        drop(context);
        // What cannot be drawn is heard when the page is.
        lock(&self.heard).clear();
        self.forget_under_pressure();
        Ok(text_of(&listener.glyphs, size, listener.more))
    }

    fn layers(&mut self, index: usize) -> Result<PageLayers, Refusal> {
        let page = &self.pages[index];
        refuse_giant(page)?;
        let markup = Markup::of(page);
        if !self.warnings.contains_key(&index) {
            self.draw(index, HEARING_WIDTH)?;
            self.annotations(index, HEARING_WIDTH)?;
        }
        let mut warnings = self.warnings.get(&index).cloned().unwrap_or_default();
        warnings.extend(markup.undrawn.then_some(Warning::UndrawnAnnotation));
        warnings.extend(lacks_font(page).then_some(Warning::MissingFont));
        warnings.extend(is_dynamic_form(page).then_some(Warning::DynamicForm));
        Ok(PageLayers {
            fields: undrawn_fields(page, told_size(page)),
            annotations: markup.is_layer(),
            warnings: warnings.into_iter().collect(),
        })
    }
}

/// A picture to be made: its size, and what leads to it from the page as shown.
struct Frame {
    scale: Affine,
    width: u32,
    height: u32,
}

impl Frame {
    fn context(&self) -> RenderContext {
        // Both are at most `MAX_RASTER_SIDE`.
        RenderContext::new(self.width as u16, self.height as u16)
    }

    fn raster(&self, pixmap: &Pixmap) -> Raster {
        let &Self { width, height, .. } = self;
        Raster { width, height, rgb: without_alpha(pixmap.data_as_u8_slice()) }
    }

    /// The boxes of fields, in pixels.
    fn fields(&self, markup: &Markup, page: &Page<'_>) -> Vec<Rect> {
        markup.fields.iter().map(|field| pixels_of(*field, page, self.scale)).collect()
    }
}

impl<'a> PdfPages<'a> {
    /// The frame of a page that is wanted `width_px` wide.
    fn whole_page(&self, index: usize, width_px: u32) -> Result<Frame, Refusal> {
        let page = &self.pages[index];
        refuse_giant(page)?;
        let (page_width, page_height) = page.render_dimensions();
        let (width, height) = raster_size(Format::Pdf, told_size(page), width_px);
        // Not `hayro::render`: it truncates the product of size and scale, so that the
        // picture may be a line short.
        let scale = Affine::scale_non_uniform(
            f64::from(width) / f64::from(page_width),
            f64::from(height) / f64::from(page_height),
        );
        Ok(Frame { scale, width, height })
    }

    /// Draws a page with its fields and without what was laid over it.
    ///
    /// hayro draws all annotations or none. Where a page has fields and others, the fields
    /// are taken from a picture of all of them.
    fn draw_frame(&self, index: usize, frame: &Frame) -> Raster {
        let page = &self.pages[index];
        let markup = Markup::of(page);
        let to_picture = frame.scale * page.initial_transform(true).to_kurbo();
        let content = if markup.drawn { RenderContent::PAGE } else { RenderContent::all() };
        let mut context = frame.context();
        self.draw_into(&mut context, page, content, to_picture);
        let mut raster = frame.raster(&rasterized(&mut context, WHITE));
        if markup.drawn && !markup.fields.is_empty() {
            let mut context = frame.context();
            self.draw_into(&mut context, page, RenderContent::ANNOTATIONS, to_picture);
            let over = rasterized(&mut context, TRANSPARENT);
            let over = over.data_as_u8_slice();
            raster.change_in(&frame.fields(&markup, page), |(at, below)| {
                let pixel = &over[at * 4..at * 4 + 4];
                let rest = 255 - u16::from(pixel[3]);
                // Its colours are already multiplied by its opacity.
                std::array::from_fn(|channel| {
                    let below = (u16::from(below[channel]) * rest + 127) / 255;
                    pixel[channel].saturating_add(below as u8)
                })
            });
        }
        raster
    }

    fn draw_into(
        &self,
        context: &mut RenderContext,
        page: &'a Page<'a>,
        render_content: RenderContent,
        to_picture: Affine,
    ) {
        let interpreter = InterpreterSettings { render_content, ..self.interpreter.clone() };
        let settings = RenderSettings::default();
        render_into(page, &self.cache, &interpreter, &settings, context, to_picture);
    }

    /// Keeps what hayro said of the page that was just drawn.
    fn take_note(&mut self, index: usize) {
        let heard = std::mem::take(&mut *lock(&self.heard));
        self.warnings.entry(index).or_default().extend(heard);
        self.forget_under_pressure();
    }

    fn forget_under_pressure(&mut self) {
        if crate::HEAP.used() > HEAP_PRESSURE {
            self.cache = RenderCache::new();
            self.text_cache = InterpreterCache::new();
        }
    }
}

impl Raster {
    /// Changes the pixels inside the boxes; `change` is given the number of the pixel and
    /// its colours.
    fn change_in(&mut self, boxes: &[Rect], change: impl Fn((usize, [u8; 3])) -> [u8; 3]) {
        let (columns, rows) = (f64::from(self.width), f64::from(self.height));
        let mut inside = vec![false; self.rgb.len() / 3];
        for area in boxes {
            let span = |from: f64, to: f64, all: f64| {
                from.clamp(0.0, all) as usize..to.clamp(0.0, all) as usize
            };
            for row in span(area.y0, area.y1, rows) {
                let start = row * self.width as usize;
                let span = span(area.x0, area.x1, columns);
                inside[start + span.start..start + span.end.max(span.start)].fill(true);
            }
        }
        let (pixels, _) = self.rgb.as_chunks_mut::<3>();
        for (at, pixel) in pixels.iter_mut().enumerate().filter(|(at, _)| inside[*at]) {
            *pixel = change((at, *pixel));
        }
    }
}

fn rasterized(context: &mut RenderContext, ground: AlphaColor<Srgb>) -> Pixmap {
    context.flush();
    let mut pixmap = Pixmap::new(context.width(), context.height());
    let on_ground =
        RasterizerSettings { target_init: TargetInit::Clear(ground), ..Default::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), on_ground);
    pixmap
}

/// A thread that panicked while holding it ended the process.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told_warning(warning: InterpreterWarning) -> Option<Warning> {
    match warning {
        InterpreterWarning::UnsupportedFont => Some(Warning::UnsupportedFont),
        InterpreterWarning::ImageDecodeFailure => Some(Warning::UnreadableImage),
        InterpreterWarning::UnresolvedAnnotationAppearance => Some(Warning::UndrawnAnnotation),
        _ => None,
    }
}

/// Says whether a font of Chinese, Japanese or Korean is not in the file: there is none
/// in the worker to stand for it.
fn lacks_font(page: &Page<'_>) -> bool {
    let fonts = &page.resources().fonts;
    let lacks = |font: Dict<'_>| -> Option<bool> {
        let font = font.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next()?;
        let collection = font.get::<Dict<'_>>("CIDSystemInfo")?.get::<PdfString<'_>>("Ordering")?;
        let eastern = [b"Japan1".as_slice(), b"GB1", b"CNS1", b"Korea1", b"KR"];
        let described = font.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        let embedded = ["FontFile", "FontFile2", "FontFile3"];
        Some(
            eastern.contains(&collection.as_bytes())
                && !embedded.iter().any(|key| described.contains_key(key)),
        )
    };
    let fonts = fonts.keys().take(MAX_FONTS).filter_map(|name| fonts.get::<Dict<'_>>(name));
    fonts.into_iter().any(|font| lacks(font) == Some(true))
}

fn is_dynamic_form(page: &Page<'_>) -> bool {
    let catalogue = page.xref().get::<Dict<'_>>(page.xref().root_id());
    let form = catalogue.and_then(|catalogue| catalogue.get::<Dict<'_>>("AcroForm"));
    form.is_some_and(|form| form.contains_key("XFA"))
}

fn refuse_giant(page: &Page<'_>) -> Result<(), Refusal> {
    let (width, height) = page.render_dimensions();
    // Written so that a size that is no number is refused too.
    if width <= MAX_PAGE_SIDE && height <= MAX_PAGE_SIDE {
        Ok(())
    } else {
        Err(Refusal::TooLarge { what: Ceiling::PageSize })
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
