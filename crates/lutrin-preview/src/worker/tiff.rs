//! TIFF scans and faxes, which may have many pages.
//!
//! The pages are listed at once and each is decoded when it is asked for. `image` decodes
//! only the first page of a file, so it is given the file with another page as its first.
//! Faxes (CCITT groups 3 and 4) are decoded by the decoder that PDFs use, and scans in JPEG
//! by that of photographs.

use std::io::Cursor;

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::tiff::TiffDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Rgb, RgbImage, imageops};
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::{MAX_DECODED_BYTES, MAX_DECODED_SIDE, MAX_PAGES};
use lutrin_preview::{Ceiling, DocumentFacts, Format, PageSize, Tile, Unsupported};
use tiff::TiffError;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::Tag;

use super::picture::{Photo, decode_upright, refusal};
use super::source::{PageSource, Raster};

const UNSUPPORTED: Refusal = Refusal::Unsupported { what: Unsupported::Tiff };

/// The pages of a TIFF, of which the last drawn is kept decoded.
pub(crate) struct Tiff {
    bytes: Vec<u8>,
    pages: Vec<Page>,
    decoded: Option<(usize, Photo)>,
}

struct Page {
    /// Where its directory is in the file.
    directory: u64,
    width: u32,
    height: u32,
    orientation: Orientation,
    special: Special,
}

/// What `image` does not read by itself.
enum Special {
    /// It reads this page.
    None,
    Fax(Fax),
    Jpeg(Jpeg),
}

/// A page of JPEGs in light and colour differences, as scanners write it.
struct Jpeg {
    /// What the JPEGs have in common: a JPEG without a picture.
    tables: Vec<u8>,
    /// How large each of them is.
    width: u32,
    height: u32,
    /// Where they are and how long, row by row.
    parts: Vec<(u64, u64)>,
}

/// How the black and white of a page is written.
struct Fax {
    encoding: EncodingMode,
    rows_are_byte_aligned: bool,
    lines_are_marked: bool,
    /// Bits are to be read from the right of each byte.
    from_the_right: bool,
    /// What is usually white is black.
    negative: bool,
    rows_per_strip: u32,
    /// Where the strips are and how long.
    strips: Vec<(u64, u64)>,
}

impl Tiff {
    /// Lists the pages. What is damaged behind the first page ends the list.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, Refusal> {
        let pages = list_pages(&bytes)?;
        Ok(Self { bytes, pages, decoded: None })
    }

    fn decode(&mut self, index: usize) -> Result<Photo, Refusal> {
        let page = &self.pages[index];
        if u64::from(page.width) * u64::from(page.height) * 3 > MAX_DECODED_BYTES
            || page.width.max(page.height) > MAX_DECODED_SIDE
        {
            return Err(Refusal::TooLarge { what: Ceiling::Pixels });
        }
        let turned = |picture: RgbImage| {
            let mut picture = DynamicImage::from(picture);
            picture.apply_orientation(page.orientation);
            picture
        };
        let upright = match &page.special {
            Special::Fax(fax) => turned(fax.decode(&self.bytes, page)?),
            Special::Jpeg(jpeg) => turned(jpeg.decode(&self.bytes, page)?),
            Special::None => {
                put_first(&mut self.bytes, page.directory);
                let decoder = TiffDecoder::new(Cursor::new(self.bytes.as_slice()));
                decoder.and_then(decode_upright).map_err(|error| match error {
                    ImageError::Unsupported(_) => UNSUPPORTED,
                    error => refusal(&error),
                })?
            }
        };
        Photo::of(Format::Tiff, upright)
    }

    /// Does something with a page, which is decoded unless it was the last one.
    fn with_page(
        &mut self,
        index: usize,
        what: impl FnOnce(&mut Photo) -> Result<Raster, Refusal>,
    ) -> Result<Raster, Refusal> {
        let decoded = self.decoded.take().filter(|(decoded, _)| *decoded == index);
        let mut photo = match decoded {
            Some((_, photo)) => photo,
            None => self.decode(index)?,
        };
        let raster = what(&mut photo);
        self.decoded = Some((index, photo));
        raster
    }
}

impl PageSource for Tiff {
    fn facts(&self) -> Result<DocumentFacts, Refusal> {
        let pages = self.pages.iter().map(Page::size_as_shown).collect();
        Ok(DocumentFacts::new(Format::Tiff, pages))
    }

    fn draw(&mut self, index: usize, width_px: u32) -> Result<Raster, Refusal> {
        self.with_page(index, |photo| photo.draw(0, width_px))
    }

    fn tile(&mut self, index: usize, tile: Tile) -> Result<Raster, Refusal> {
        self.with_page(index, |photo| photo.tile(0, tile))
    }
}

impl Page {
    fn size_as_shown(&self) -> PageSize {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        let (width, height) = match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (self.height, self.width),
            _ => (self.width, self.height),
        };
        // Larger ones are refused when they are asked for.
        let side = |pixels: u32| pixels.min(MAX_DECODED_SIDE * 2) as f32;
        PageSize { width: side(width), height: side(height) }
    }
}

fn list_pages(bytes: &[u8]) -> Result<Vec<Page>, Refusal> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_DECODED_BYTES as usize;
    limits.intermediate_buffer_size = MAX_DECODED_BYTES as usize;
    let mut decoder =
        Decoder::new(Cursor::new(bytes)).map_err(|error| tiff_refusal(&error))?.with_limits(limits);
    let mut pages = vec![read_page(&mut decoder)?];
    while decoder.more_images() {
        if pages.len() == MAX_PAGES {
            return Err(Refusal::TooLarge { what: Ceiling::Pages });
        }
        if decoder.next_image().is_err() {
            break;
        }
        let Ok(page) = read_page(&mut decoder) else { break };
        // A smaller copy of another page is not a page.
        let kind = unsigned(&mut decoder, Tag::NewSubfileType).unwrap_or(0);
        if kind & 1 == 0 {
            pages.push(page);
        }
    }
    Ok(pages)
}

type Input<'a> = Decoder<Cursor<&'a [u8]>>;

fn read_page(decoder: &mut Input<'_>) -> Result<Page, Refusal> {
    let (width, height) = decoder.dimensions().map_err(|error| tiff_refusal(&error))?;
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    let orientation = unsigned(decoder, Tag::Orientation)
        .and_then(|number| Orientation::from_exif(u8::try_from(number).ok()?));
    Ok(Page {
        directory: decoder.ifd_pointer().ok_or(Refusal::Damaged)?.0,
        width,
        height,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        special: match unsigned(decoder, Tag::Compression).unwrap_or(1) {
            MODIFIED_HUFFMAN | GROUP_3 | GROUP_4 => Special::Fax(read_fax(decoder, height)?),
            JPEG if unsigned(decoder, Tag::PhotometricInterpretation) == Some(YCBCR) => {
                Special::Jpeg(read_jpeg(decoder, width, height)?)
            }
            _ => Special::None,
        },
    })
}

const MODIFIED_HUFFMAN: u32 = 2;
const GROUP_3: u32 = 3;
const GROUP_4: u32 = 4;
const JPEG: u32 = 7;
const YCBCR: u32 = 6;

fn read_fax(decoder: &mut Input<'_>, height: u32) -> Result<Fax, Refusal> {
    let compression = unsigned(decoder, Tag::Compression).unwrap_or(1);
    let options = unsigned(decoder, Tag::Unknown(292)).unwrap_or(0);
    let encoding = match compression {
        GROUP_4 => EncodingMode::Group4,
        GROUP_3 if options & 1 == 1 => EncodingMode::Group3_2D,
        _ => EncodingMode::Group3_1D,
    };
    Ok(Fax {
        encoding,
        rows_are_byte_aligned: compression == MODIFIED_HUFFMAN,
        lines_are_marked: compression == GROUP_3,
        from_the_right: unsigned(decoder, Tag::FillOrder) == Some(2),
        negative: unsigned(decoder, Tag::PhotometricInterpretation) == Some(1),
        rows_per_strip: unsigned(decoder, Tag::RowsPerStrip).unwrap_or(height).clamp(1, height),
        strips: parts(decoder, Tag::StripOffsets, Tag::StripByteCounts).ok_or(UNSUPPORTED)?,
    })
}

fn read_jpeg(decoder: &mut Input<'_>, width: u32, height: u32) -> Result<Jpeg, Refusal> {
    let tables = decoder.find_tag(Tag::JPEGTables).ok().flatten();
    let tables = tables.and_then(|tables| tables.into_u8_vec().ok()).unwrap_or_default();
    let (parts, width, height) = match parts(decoder, Tag::TileOffsets, Tag::TileByteCounts) {
        Some(parts) => {
            let side = |decoder: &mut _, tag| unsigned(decoder, tag).ok_or(Refusal::Damaged);
            (parts, side(decoder, Tag::TileWidth)?, side(decoder, Tag::TileLength)?)
        }
        None => {
            let rows = unsigned(decoder, Tag::RowsPerStrip).unwrap_or(height).min(height);
            let parts = parts(decoder, Tag::StripOffsets, Tag::StripByteCounts);
            (parts.ok_or(UNSUPPORTED)?, width, rows)
        }
    };
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    Ok(Jpeg { tables, width, height, parts })
}

/// Where the parts of the page are and how long.
fn parts(decoder: &mut Input<'_>, places: Tag, lengths: Tag) -> Option<Vec<(u64, u64)>> {
    let places = decoder.find_tag_unsigned_vec::<u64>(places).ok().flatten()?;
    let lengths = decoder.find_tag_unsigned_vec::<u64>(lengths).ok().flatten()?;
    Some(places.into_iter().zip(lengths).collect())
}

fn unsigned(decoder: &mut Input<'_>, tag: Tag) -> Option<u32> {
    decoder.find_tag_unsigned(tag).ok().flatten()
}

impl Fax {
    /// What is missing or unreadable at the end of a strip stays white.
    fn decode(&self, bytes: &[u8], page: &Page) -> Result<RgbImage, Refusal> {
        let (ink, paper) = if self.negative { (255, 0) } else { (0, 255) };
        let mut paint = Paint {
            picture: RgbImage::from_pixel(page.width, page.height, Rgb([255; 3])),
            ink: Rgb([ink; 3]),
            paper: Rgb([paper; 3]),
            row: 0,
        };
        let mut painted = 0;
        for (index, &(offset, length)) in (0_u32..).zip(&self.strips) {
            let first = index.saturating_mul(self.rows_per_strip);
            if first >= page.height {
                break;
            }
            let Some(strip) = part(bytes, offset, length) else { continue };
            let turned: Vec<u8>;
            let strip = if self.from_the_right {
                turned = strip.iter().map(|byte| byte.reverse_bits()).collect();
                &turned
            } else {
                strip
            };
            let settings = DecodeSettings {
                columns: page.width,
                rows: self.rows_per_strip.min(page.height - first),
                end_of_block: true,
                end_of_line: self.lines_are_marked,
                rows_are_byte_aligned: self.rows_are_byte_aligned,
                encoding: self.encoding,
                strict: false,
            };
            paint.row = first;
            // An error leaves the rows before it, which are worth showing.
            let _ = hayro_ccitt::decode(strip, &mut paint, &mut DecoderContext::new(settings));
            painted += paint.row - first;
        }
        if painted == 0 { Err(Refusal::Damaged) } else { Ok(paint.picture) }
    }
}

impl Jpeg {
    /// What is missing or unreadable stays white, unless nothing can be read.
    fn decode(&self, bytes: &[u8], page: &Page) -> Result<RgbImage, Refusal> {
        let mut picture = RgbImage::from_pixel(page.width, page.height, Rgb([255; 3]));
        let columns = u64::from(page.width.div_ceil(self.width));
        let rows = u64::from(page.height.div_ceil(self.height));
        let mut last_refusal = Some(Refusal::Damaged);
        for (index, &(offset, length)) in (0..columns * rows).zip(&self.parts) {
            let Some(part) = part(bytes, offset, length) else { continue };
            match self.decode_part(part) {
                Ok(part) => {
                    let x = (index % columns) * u64::from(self.width);
                    let y = (index / columns) * u64::from(self.height);
                    imageops::replace(&mut picture, &part, x as i64, y as i64);
                    last_refusal = None;
                }
                Err(refusal) => last_refusal = last_refusal.and(Some(refusal)),
            }
        }
        last_refusal.map_or(Ok(picture), Err)
    }

    fn decode_part(&self, part: &[u8]) -> Result<RgbImage, Refusal> {
        // Its beginning and end mark are left out where the two are put together.
        let whole = match self.tables.strip_suffix(b"\xff\xd9") {
            Some(tables) => [tables, part.get(2..).unwrap_or_default()].concat(),
            None => part.to_vec(),
        };
        let decoder = JpegDecoder::new(Cursor::new(whole)).map_err(|error| refusal(&error))?;
        let (width, height) = decoder.dimensions();
        if width > self.width || height > self.height.saturating_add(16) {
            return Err(Refusal::Damaged);
        }
        decode_upright(decoder).map(DynamicImage::into_rgb8).map_err(|error| refusal(&error))
    }
}

/// Rows of a fax on their way to the picture.
struct Paint {
    picture: RgbImage,
    ink: Rgb<u8>,
    paper: Rgb<u8>,
    row: u32,
}

impl hayro_ccitt::Decoder for Paint {
    fn push_row(&mut self, changes: &[u32]) {
        let width = self.picture.width();
        if self.row >= self.picture.height() {
            return;
        }
        let mut from = 0;
        for (index, until) in changes.iter().copied().chain([width]).enumerate() {
            let colour = if index % 2 == 0 { self.paper } else { self.ink };
            for x in from..until.min(width) {
                self.picture.put_pixel(x, self.row, colour);
            }
            from = until.min(width);
        }
        self.row += 1;
    }
}

fn part(bytes: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let begin = usize::try_from(offset).ok()?;
    let end = begin.checked_add(usize::try_from(length).ok()?)?.min(bytes.len());
    bytes.get(begin..end)
}

/// Makes the directory at that place the first of the file.
fn put_first(bytes: &mut [u8], directory: u64) {
    let little = bytes.starts_with(b"II");
    let is_big_tiff = matches!(bytes.get(..4), Some(b"II+\0" | b"MM\0+"));
    if is_big_tiff {
        let pointer = if little { directory.to_le_bytes() } else { directory.to_be_bytes() };
        if let Some(place) = bytes.get_mut(8..16) {
            place.copy_from_slice(&pointer);
        }
    } else if let Ok(directory) = u32::try_from(directory) {
        let pointer = if little { directory.to_le_bytes() } else { directory.to_be_bytes() };
        if let Some(place) = bytes.get_mut(4..8) {
            place.copy_from_slice(&pointer);
        }
    }
}

fn tiff_refusal(error: &TiffError) -> Refusal {
    match error {
        TiffError::LimitsExceeded => Refusal::TooLarge { what: Ceiling::Pixels },
        TiffError::UnsupportedError(_) => UNSUPPORTED,
        _ => Refusal::Damaged,
    }
}
