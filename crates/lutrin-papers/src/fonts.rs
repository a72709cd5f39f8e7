//! The fonts a paper may use: those given in memory, never those of the system,
//! so that a paper is the same on every machine.

use std::fmt;
use std::sync::Arc;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// A shared set of loaded fonts and its index.
#[derive(Clone)]
pub(crate) struct Fonts {
    inner: Arc<Inner>,
}

struct Inner {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Fonts {
    /// The fonts that come with the compiler.
    pub(crate) fn embedded() -> Self {
        Self::index(typst_assets::fonts().flat_map(read).collect())
    }

    /// These fonts, then those of `files`.
    pub(crate) fn with(&self, files: impl IntoIterator<Item = &'static [u8]>) -> Self {
        let mut fonts = self.inner.fonts.clone();
        fonts.extend(files.into_iter().flat_map(read));
        Self::index(fonts)
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.inner.book
    }

    pub(crate) fn get(&self, index: usize) -> Option<Font> {
        self.inner.fonts.get(index).cloned()
    }

    fn index(fonts: Vec<Font>) -> Self {
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Self { inner: Arc::new(Inner { book, fonts }) }
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fonts({})", self.inner.fonts.len())
    }
}

fn read(file: &'static [u8]) -> impl Iterator<Item = Font> {
    Font::iter(Bytes::new(file))
}
