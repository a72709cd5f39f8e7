//! The closed world a template is compiled in: its source, its data, fonts and
//! a date.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

use crate::error::{PaperError, Problem, TemplateError};
use crate::fonts::Fonts;

/// The standard library is the same for every paper; building it takes
/// milliseconds, so it is built once.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Names of files in this world are kept for ever by the compiler (65,535 at
/// most), hence two fixed ones.
static MAIN: LazyLock<FileId> = LazyLock::new(|| file_id("main.typ"));
static DATA: LazyLock<FileId> = LazyLock::new(|| file_id("data.json"));

fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain file name is a valid path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// One template with its data, at one date.
pub(crate) struct PaperWorld {
    fonts: Fonts,
    source: Source,
    data: Bytes,
    at: DateTime,
}

impl PaperWorld {
    pub(crate) fn new(
        fonts: &Fonts,
        source: &str,
        data: &Value,
        at: DateTime,
    ) -> Result<Self, PaperError> {
        Ok(Self {
            fonts: fonts.clone(),
            source: Source::new(*MAIN, source.to_owned()),
            data: Bytes::new(serde_json::to_vec(data)?),
            at,
        })
    }

    /// The date given, as the compiler writes it; nothing if it cannot (a year
    /// before 0).
    pub(crate) fn datetime(&self) -> Option<Datetime> {
        let at = self.at;
        Datetime::from_ymd_hms(
            at.year().into(),
            small(at.month())?,
            small(at.day())?,
            small(at.hour())?,
            small(at.minute())?,
            small(at.second())?,
        )
    }

    /// Turns what the compiler found into our error, with lines.
    pub(crate) fn template_error(&self, found: &[SourceDiagnostic]) -> PaperError {
        let problems = found
            .iter()
            .map(|problem| Problem {
                line: self.line_of(problem),
                message: problem.message.to_string(),
                hints: problem.hints.iter().map(|hint| hint.v.to_string()).collect(),
            })
            .collect();
        PaperError::Template(TemplateError { problems })
    }

    fn line_of(&self, problem: &SourceDiagnostic) -> Option<usize> {
        if problem.span.id() != Some(*MAIN) {
            return None;
        }
        let start = self.range(problem.span)?.start;
        self.source.lines().byte_to_line(start).map(|line| line + 1)
    }
}

fn small(number: i8) -> Option<u8> {
    u8::try_from(number).ok()
}

impl World for PaperWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        *MAIN
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        let day = self.at;
        Datetime::from_ymd(day.year().into(), small(day.month())?, small(day.day())?)
    }
}
