//! The press: makes the bytes of sheets, each once, on every core.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use lutrin_domain::digest::Digest;
use lutrin_papers::{PaperError, Papers};

use crate::finish;
use crate::sheet::{Finish, Sheet, SheetKey};

/// Liberation Sans, the face of most office papers; the compiler brings no
/// sans serif of its own. SIL OFL 1.1, see `fonts/OFL-liberation.txt`.
const SANS: [&[u8]; 3] = [
    include_bytes!("../fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../fonts/LiberationSans-Bold.ttf"),
    include_bytes!("../fonts/LiberationSans-Italic.ttf"),
];

/// Why specimens could not be made: always a mistake of this crate, which its
/// tests should find.
#[derive(Debug, thiserror::Error)]
pub enum SpecimenError {
    /// A template could not be set.
    #[error("the template {template} cannot be set")]
    Paper {
        /// The template.
        template: String,
        /// What the compiler says.
        source: PaperError,
    },
    /// A picture could not be encoded.
    #[error("a picture cannot be encoded")]
    Picture(#[from] image::ImageError),
    /// A PDF could not be locked.
    #[error("a PDF cannot be locked")]
    Lock(#[from] lopdf::Error),
}

/// A made file.
#[derive(Clone)]
pub(crate) struct Printed {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) sha256: Digest,
}

/// Makes files and remembers them by sheet.
pub(crate) struct Press {
    papers: Papers,
    printed: HashMap<SheetKey, Printed>,
}

impl Press {
    pub(crate) fn new(papers: &Papers) -> Self {
        Self { papers: papers.with_fonts(SANS), printed: HashMap::new() }
    }

    /// Makes the sheets that are not made yet.
    pub(crate) fn print<'a>(
        &mut self,
        sheets: impl Iterator<Item = &'a Sheet>,
    ) -> Result<(), SpecimenError> {
        let mut wanted: Vec<(SheetKey, &Sheet)> =
            sheets.map(|sheet| (sheet.key(), sheet)).collect();
        wanted.sort_by_key(|(key, _)| *key);
        wanted.dedup_by_key(|(key, _)| *key);
        wanted.retain(|(key, _)| !self.printed.contains_key(key));
        for (key, printed) in self.print_in_parallel(&wanted)? {
            self.printed.insert(key, printed);
        }
        Ok(())
    }

    /// The file of a sheet, made now if it was not before.
    pub(crate) fn printed(&self, sheet: &Sheet) -> Result<Printed, SpecimenError> {
        self.printed
            .get(&sheet.key())
            .map_or_else(|| self.print_one(sheet), |made| Ok(made.clone()))
    }

    fn print_in_parallel(
        &self,
        wanted: &[(SheetKey, &Sheet)],
    ) -> Result<Vec<(SheetKey, Printed)>, SpecimenError> {
        let next = AtomicUsize::new(0);
        let results: Vec<OnceLock<_>> = wanted.iter().map(|_| OnceLock::new()).collect();
        let work = || {
            while let Some((index, (_, sheet))) = take(&next, wanted) {
                // Each index is taken once, so the cell is empty.
                let _ = results[index].set(self.print_one(sheet));
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(wanted.len());
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        let made = results.into_iter().filter_map(OnceLock::into_inner);
        wanted.iter().zip(made).map(|((key, _), printed)| Ok((*key, printed?))).collect()
    }

    fn print_one(&self, sheet: &Sheet) -> Result<Printed, SpecimenError> {
        let wrong =
            |source| SpecimenError::Paper { template: format!("{:?}", sheet.template), source };
        let pdf =
            || self.papers.pdf(sheet.template.source(), &sheet.data, sheet.dated).map_err(wrong);
        let picture = |scale| {
            self.papers
                .picture(sheet.template.source(), &sheet.data, sheet.dated, scale)
                .map_err(wrong)
        };
        let grain = u64::from_le_bytes(sheet.key()[..8].try_into().unwrap_or_default());
        let bytes = match sheet.finish {
            Finish::Plain => pdf()?,
            Finish::Scanned => finish::scan(&picture(finish::SCAN_SCALE)?, grain)?,
            Finish::Photographed => {
                finish::photograph(&picture(finish::PHOTO_SCALE)?, grain, sheet.dated)?
            }
            Finish::Locked => finish::lock(&pdf()?)?,
            Finish::Damaged => finish::damage(pdf()?),
        };
        Ok(Printed { sha256: Digest::of(&bytes), bytes: bytes.into() })
    }
}

fn take<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}
