//! The worker: reads one document and draws its pages, from inside the sandbox.
//!
//! Everything of a document happens on one thread with a large stack. A panic aborts the
//! process: the parent treats every kind of death alike, and nothing here tries to go on
//! after one.

mod archive;
mod detect;
mod dialect;
mod docx;
mod encryption;
mod extract;
mod features;
mod fields;
mod flow;
mod glyphs;
mod heic;
mod hide;
mod line;
mod markup;
mod masks;
mod odt;
mod order;
mod pdf;
mod picture;
mod plain;
mod source;
mod texts;
mod tiff;
mod tile;
mod words;

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;

use lutrin_preview::frame::{Refusal, Reply, Request, receive_request, send_reply};
use lutrin_preview::{DocumentFacts, Flow, Format, NotEnforced, Password};
use serde::Serialize;

use self::masks::Place;
use self::source::{PageSource, Raster};
use crate::sandbox;

/// Windows gives the main thread 1 MB; interpreting nested PDF objects needs more.
const STACK: usize = 32 * 1024 * 1024;

/// Closes the sandbox, then does `what` inside it on the document's thread.
///
/// `what` is told why the sandbox is not in force, if it is not.
pub(crate) fn confined(
    what: impl FnOnce(Option<NotEnforced>) -> io::Result<()> + Send + 'static,
) -> ExitCode {
    std::panic::set_hook(Box::new(|_| std::process::abort()));
    let doors = sandbox::close_doors();
    let document = thread::Builder::new().stack_size(STACK).spawn(move || {
        // Both are closed as far as possible, even if the first did not close.
        let calls = sandbox::close_system_calls();
        what(sandbox::not_enforced(doors, calls))
    });
    match document.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Serves one document on standard input and output, until the parent goes.
pub(crate) fn serve(not_enforced: Option<NotEnforced>) -> io::Result<()> {
    let mut talk = Talk { input: io::stdin().lock(), output: io::stdout().lock() };
    talk.say(&Reply::Ready { not_enforced })?;
    let (bytes, password) = match receive_request(&mut talk.input)? {
        Some((Request::Open { password }, bytes)) => (bytes, password),
        Some((Request::Extract { page }, bytes)) => {
            return talk.say_json(&Reply::Text, extract::extract(&bytes, page));
        }
        _ => return Ok(()),
    };
    let refused = match detect::detect(&bytes) {
        Ok(Format::Pdf) => match pdf::load(bytes, password.as_ref().map(Password::reveal)) {
            Ok(pdf) => return talk.serve_pages(&mut pdf::PdfPages::new(&pdf)),
            Err(refusal) => refusal,
        },
        Ok(Format::Tiff) => match tiff::Tiff::open(bytes) {
            Ok(mut tiff) => return talk.serve_pages(&mut tiff),
            Err(refusal) => refusal,
        },
        Ok(format) if format.is_flow() => match flow::read(format, &bytes) {
            Ok(flow) => return talk.serve_flow(format, &flow),
            Err(refusal) => refusal,
        },
        Ok(format) => match picture::Photo::decode(format, &bytes) {
            Ok(mut photo) => return talk.serve_pages(&mut photo),
            Err(refusal) => refusal,
        },
        Err(what) => Refusal::Unsupported { what },
    };
    talk.say(&Reply::Refused(refused))
}

/// The conversation with the parent.
struct Talk<I, O> {
    input: I,
    output: O,
}

impl<I: Read, O: Write> Talk<I, O> {
    fn say(&mut self, reply: &Reply) -> io::Result<()> {
        send_reply(&mut self.output, reply, &[])
    }

    /// Tells the facts, then draws what is asked for until the parent goes.
    fn serve_pages(&mut self, source: &mut dyn PageSource) -> io::Result<()> {
        let facts = match source.facts() {
            Ok(facts) => facts,
            Err(refusal) => return self.say(&Reply::Refused(refusal)),
        };
        let sizes = facts.pages.clone();
        let mut texts = texts::Texts::default();
        self.say(&Reply::Opened(facts))?;
        while let Some((request, _)) = receive_request(&mut self.input)? {
            let index = |page: u32| {
                let known = (1..=sizes.len()).contains(&(page as usize));
                known.then(|| page as usize - 1).ok_or(io::ErrorKind::InvalidInput)
            };
            // A picture, what is hidden on its page covered if that is wanted. Where the text
            // of a page cannot be read, nothing of it is known to be hidden.
            let mut covered = |source: &mut dyn PageSource, drawn: &mut Raster, index, place| {
                if let Ok(text) = texts.of(source, index) {
                    masks::cover(drawn, place, &text.words);
                }
            };
            match request {
                Request::Page { page, width_px, masked } => {
                    let index = index(page)?;
                    let mut drawn = source.draw(index, width_px);
                    if masked && let Ok(raster) = &mut drawn {
                        let place = Place::whole(raster, sizes[index]);
                        covered(source, raster, index, place);
                    }
                    self.send_picture(drawn.map(Some))?;
                }
                Request::Annotations { page, width_px, masked } => {
                    let index = index(page)?;
                    let mut drawn = source.annotations(index, width_px);
                    if masked && let Ok(Some(raster)) = &mut drawn {
                        let place = Place::whole(raster, sizes[index]);
                        covered(source, raster, index, place);
                    }
                    self.send_picture(drawn)?;
                }
                Request::Tile { page, tile, masked } => {
                    let index = index(page)?;
                    let mut drawn = source.tile(index, tile);
                    if masked && let Ok(raster) = &mut drawn {
                        covered(source, raster, index, Place::of_tile(tile));
                    }
                    self.send_picture(drawn.map(Some))?;
                }
                Request::Text { page } => {
                    self.say_json(&Reply::Text, texts.of(source, index(page)?))?;
                }
                Request::Layers { page } => {
                    self.say_json(&Reply::Layers, source.layers(index(page)?))?;
                }
                // The parent asks neither for a page that is not there, nor for a flow of
                // pages, nor for a second document; if it does, something is wrong enough to stop.
                Request::Open { .. } | Request::Extract { .. } | Request::Flow => {
                    return Err(io::ErrorKind::InvalidInput.into());
                }
            }
        }
        Ok(())
    }

    /// Tells the facts, then gives the text as often as it is asked for.
    fn serve_flow(&mut self, format: Format, flow: &Flow) -> io::Result<()> {
        self.say(&Reply::Opened(DocumentFacts::new(format, Vec::new())))?;
        while let Some((request, _)) = receive_request(&mut self.input)? {
            let Request::Flow = request else { return Err(io::ErrorKind::InvalidInput.into()) };
            send_reply(&mut self.output, &Reply::Flow, &serde_json::to_vec(flow)?)?;
        }
        Ok(())
    }

    fn say_json<T: Serialize>(
        &mut self,
        reply: &Reply,
        outcome: Result<T, Refusal>,
    ) -> io::Result<()> {
        match outcome {
            Ok(answer) => send_reply(&mut self.output, reply, &serde_json::to_vec(&answer)?),
            Err(refusal) => self.say(&Reply::Refused(refusal)),
        }
    }

    fn send_picture(&mut self, drawn: Result<Option<Raster>, Refusal>) -> io::Result<()> {
        match drawn {
            Ok(Some(raster)) => {
                let Raster { width, height, .. } = raster;
                let png = encode_png(&raster)?;
                send_reply(&mut self.output, &Reply::Picture { width, height }, &png)
            }
            Ok(None) => self.say(&Reply::Nothing),
            Err(refusal) => self.say(&Reply::Refused(refusal)),
        }
    }
}

/// `Fastest`: 1.4 to 5 ms for a page, and the quickest from here to the screen.
fn encode_png(raster: &Raster) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, raster.width, raster.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&raster.rgb)?;
    writer.finish()?;
    Ok(bytes)
}
