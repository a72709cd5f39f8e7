//! The text of the pages read last: their pictures need it for what is hidden, and their
//! words are asked for next.

use std::collections::VecDeque;

use lutrin_preview::PageText;
use lutrin_preview::frame::Refusal;

use super::source::PageSource;

/// How many pages are kept: those on the screen.
const KEPT: usize = 4;

/// The pages read last, the last one first.
#[derive(Default)]
pub(crate) struct Texts {
    read: VecDeque<(usize, PageText)>,
}

impl Texts {
    /// The text of a page, read once while it is kept.
    pub(crate) fn of(
        &mut self,
        source: &mut dyn PageSource,
        index: usize,
    ) -> Result<&PageText, Refusal> {
        let known = self.read.iter().position(|(other, _)| *other == index);
        let page = match known.and_then(|known| self.read.remove(known)) {
            Some(page) => page,
            None => (index, source.text(index)?),
        };
        self.read.truncate(KEPT - 1);
        self.read.push_front(page);
        Ok(&self.read[0].1)
    }
}

#[cfg(test)]
mod tests {
    use lutrin_preview::{DocumentFacts, Format, Tile};

    use super::*;
    use crate::worker::source::Raster;

    /// Pages without text, which count how often they are read.
    struct Counted(usize);

    impl PageSource for Counted {
        fn facts(&self) -> Result<DocumentFacts, Refusal> {
            Ok(DocumentFacts::new(Format::Pdf, Vec::new()))
        }
        fn draw(&mut self, _: usize, _: u32) -> Result<Raster, Refusal> {
            Err(Refusal::Damaged)
        }
        fn tile(&mut self, _: usize, _: Tile) -> Result<Raster, Refusal> {
            Err(Refusal::Damaged)
        }
        fn text(&mut self, index: usize) -> Result<PageText, Refusal> {
            self.0 += 1;
            if index == 9 { Err(Refusal::Damaged) } else { Ok(PageText::NONE) }
        }
    }

    #[test]
    fn a_page_is_read_once_while_it_is_among_the_last() {
        let (mut texts, mut pages) = (Texts::default(), Counted(0));
        let mut reads = |index: usize| {
            let _ = texts.of(&mut pages, index);
            pages.0
        };
        assert_eq!([1, 1, 2, 1, 3, 4].map(&mut reads), [1, 1, 2, 2, 3, 4]);
        assert_eq!([5, 1, 2].map(&mut reads), [5, 5, 6], "the one not asked for longest went");
        assert_eq!([9, 9].map(&mut reads), [7, 8], "a failure is not kept");
        assert_eq!(texts.read.len(), KEPT);
    }
}
