//! The command line: facts and pages of one file, for people and for checks.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lutrin_preview::limits::{MAX_INPUT_BYTES, MAX_TEXT_PAGES};
use lutrin_preview::{Ceiling, Document, Flow, PageText, Pool, PoolSettings, PreviewError};
use serde_json::{Value, json};

use crate::worker;

/// Reads documents nobody trusts, in a process that can do nothing else.
#[derive(Parser)]
#[command(name = "lutrin-preview", version)]
struct Arguments {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Tell the format of a file and the sizes of its pages, as JSON.
    Pages {
        /// The file, of whatever name.
        file: PathBuf,
    },
    /// Tell what else is known of a file and what it holds beside its pages, as JSON.
    Facts {
        /// The file, of whatever name.
        file: PathBuf,
    },
    /// Draw a page as a PNG.
    Render {
        /// The file, of whatever name.
        file: PathBuf,
        /// Which page, counted from 1.
        #[arg(long, default_value_t = 1)]
        page: u32,
        /// How many pixels wide.
        #[arg(long, default_value_t = 1240)]
        width: u32,
        /// Where the PNG is written.
        #[arg(long)]
        output: PathBuf,
    },
    /// Tell the text of the pages, without social security numbers.
    Text {
        /// The file, of whatever name.
        file: PathBuf,
        /// Only this page, counted from 1.
        #[arg(long)]
        page: Option<u32>,
        /// Tell the words with their places, as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Serve a document on standard input and output; started by the application.
    #[command(hide = true)]
    Worker {
        /// Try something that the sandbox forbids.
        #[cfg(debug_assertions)]
        #[arg(long, value_parser = crate::probe::named)]
        probe: Option<crate::probe::Probe>,
    },
}

/// Does what the arguments say; a failure is one sentence on standard error.
pub(crate) fn run() -> ExitCode {
    let outcome = match Arguments::parse().command {
        #[cfg(debug_assertions)]
        Verb::Worker { probe: Some(probe) } => return crate::probe::run(probe),
        Verb::Worker { .. } => return worker::confined(worker::serve),
        Verb::Pages { file } => tell(&file, describe_pages),
        Verb::Facts { file } => tell(&file, describe_facts),
        Verb::Render { file, page, width, output } => draw_page(&file, page, width, &output),
        Verb::Text { file, page, json } => tell_text(&file, page, json),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell if this fails too.
            let _ = writeln!(io::stderr(), "lutrin-preview: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// What stopped a command.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("the answer cannot be written: {0}")]
    Answer(io::Error),
    #[error("no worker can be awaited: {0}")]
    Runtime(io::Error),
    #[error(transparent)]
    Preview(#[from] PreviewError),
}

fn tell(file: &Path, describe: fn(&Document) -> Value) -> Result<(), Failure> {
    let facts = with_document(file, async |document| Ok(describe(&document)))?;
    writeln!(io::stdout(), "{facts:#}").map_err(Failure::Answer)
}

fn describe_pages(document: &Document) -> Value {
    let facts = document.facts();
    let pages: Vec<_> = (1..)
        .zip(&facts.pages)
        .map(|(page, size): (u32, _)| {
            json!({ "page": page, "width": size.width, "height": size.height })
        })
        .collect();
    json!({
        "format": facts.format,
        "unit": if facts.format.is_picture() { "pixel" } else { "point" },
        "page_count": pages.len(),
        "pages": pages,
    })
}

fn describe_facts(document: &Document) -> Value {
    let facts = document.facts();
    json!({
        "format": facts.format,
        "flow": facts.format.is_flow(),
        "page_count": facts.pages.len(),
        "features": facts.features,
        "origin": facts.origin,
    })
}

fn draw_page(file: &Path, page: u32, width: u32, output: &Path) -> Result<(), Failure> {
    let picture = with_document(file, async |document| document.page(page, width).await)?;
    fs::write(output, picture.png)
        .map_err(|source| Failure::Write { path: output.to_owned(), source })
}

/// What a document says: page by page, or as a flow.
enum Said {
    Pages(Vec<(u32, PageText)>),
    Flow(Flow),
}

fn tell_text(file: &Path, page: Option<u32>, as_json: bool) -> Result<(), Failure> {
    let said = with_document(file, async |document| {
        if document.facts().format.is_flow() {
            return document.flow().await.map(Said::Flow);
        }
        let count = u32::try_from(document.facts().pages.len()).unwrap_or(u32::MAX);
        let pages = page.map_or(1..=count.min(MAX_TEXT_PAGES), |page| page..=page);
        let mut read = Vec::new();
        for page in pages {
            read.push((page, document.text(page).await?));
        }
        Ok(Said::Pages(read))
    })?;
    let (plain, described) = match said {
        // Pages end with a form feed, as those of other tools do.
        Said::Pages(pages) => {
            let with_text = pages.iter().filter(|(_, text)| !text.words.is_empty());
            let plain: String = with_text.map(|(_, text)| text.plain() + "\u{c}").collect();
            let pages: Vec<_> =
                pages.iter().map(|(page, text)| describe_text(*page, text)).collect();
            (plain, json!({ "pages": pages }))
        }
        Said::Flow(flow) => {
            let lines = flow.paragraphs.iter().map(|paragraph| format!("{}\n", paragraph.text));
            (lines.collect(), json!(flow))
        }
    };
    let told = if as_json { format!("{described}\n") } else { plain.clone() };
    io::stdout().write_all(told.as_bytes()).map_err(Failure::Answer)?;
    if plain.is_empty() {
        // The answer is given all the same.
        let _ = writeln!(io::stderr(), "lutrin-preview: the document has no text, only pictures");
    }
    Ok(())
}

fn describe_text(page: u32, text: &PageText) -> Value {
    json!({
        "page": page,
        "source": text.source,
        "unmapped": text.unmapped,
        "truncated": text.truncated,
        "words": text.words,
    })
}

/// Opens the file in a worker and does something with it.
fn with_document<T>(
    file: &Path,
    what: impl AsyncFnOnce(Document) -> Result<T, PreviewError>,
) -> Result<T, Failure> {
    let bytes = read_bounded(file)?;
    let worker = std::env::current_exe().map_err(Failure::Runtime)?;
    let settings = PoolSettings { spares: 0, ..PoolSettings::new(worker) };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        let document = Pool::new(settings).open(bytes.into()).await?;
        Ok(what(document).await?)
    })
}

/// The bytes of the file, unless there are too many.
fn read_bounded(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Read { path: file.to_owned(), source };
    let one_too_many = MAX_INPUT_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(failed)?;
    opened.take(one_too_many).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > MAX_INPUT_BYTES {
        return Err(PreviewError::TooLarge { what: Ceiling::Bytes }.into());
    }
    Ok(bytes)
}
