//! Pictures of pages in memory, under a budget: what is on screen, and what may be next.

use std::collections::VecDeque;
use std::sync::Arc;

use lutrin_domain::digest::Digest;
use lutrin_preview::{Masks, PagePicture};
use tokio::sync::OnceCell;

/// How many of the pictures seen last are more than history: those on screen, in two panes,
/// with what lies over them.
const ON_SCREEN: usize = 8;

/// What is drawn of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The page without what was noted on it later.
    Page(Masks),
    /// Only what was noted on it, on white.
    Notes(Masks),
    /// The page in small, after all others.
    Small,
}

/// A picture of a page; pages are counted from 1, the width is in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureKey {
    pub(crate) sha256: Digest,
    pub(crate) page: u32,
    pub(crate) width: u32,
    pub(crate) layer: Layer,
}

/// A picture made once however many ask; none where there is nothing to draw.
pub(crate) type Drawing = Arc<OnceCell<Option<Arc<PagePicture>>>>;

/// Whether somebody waits for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Now,
    Later,
}

struct Entry {
    key: PictureKey,
    drawing: Drawing,
    /// Drawn ahead, and not asked for since.
    ahead: bool,
}

impl Entry {
    fn bytes(&self) -> usize {
        self.drawing.get().and_then(Option::as_ref).map_or(0, |picture| picture.png.len())
    }

    /// Neither drawn nor being drawn: it failed, or was given up.
    fn is_dead(&self) -> bool {
        self.drawing.get().is_none() && Arc::strong_count(&self.drawing) == 1
    }
}

/// The pictures, the one last asked for first.
pub(crate) struct Pictures {
    budget: usize,
    entries: VecDeque<Entry>,
}

impl Pictures {
    /// Keeps up to `budget` bytes of finished pictures.
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, entries: VecDeque::new() }
    }

    /// The picture of this key, to be drawn if it is not.
    pub(crate) fn drawing(&mut self, key: PictureKey, wanted: Wanted) -> Drawing {
        let found = self.entries.iter().position(|entry| entry.key == key);
        let mut entry = found.and_then(|index| self.entries.remove(index)).unwrap_or_else(|| {
            Entry { key, drawing: Arc::default(), ahead: wanted == Wanted::Later }
        });
        entry.ahead &= wanted == Wanted::Later;
        let drawing = Arc::clone(&entry.drawing);
        self.entries.push_front(entry);
        drawing
    }

    /// Lets go of what is above the budget: first what was seen before what is on screen, so
    /// that having read much takes no room from what comes next; then what was drawn ahead;
    /// each time what was longest not asked for.
    pub(crate) fn trim(&mut self) {
        self.entries.retain(|entry| !entry.is_dead());
        let mut bytes: usize = self.entries.iter().map(Entry::bytes).sum();
        // The last one asked for stays, however large it is.
        while bytes > self.budget && self.entries.len() > 1 {
            let gone = self.history().or_else(|| self.ahead()).unwrap_or(self.entries.len() - 1);
            bytes -= self.entries.remove(gone).as_ref().map_or(0, Entry::bytes);
        }
    }

    /// The picture seen longest ago, unless it is on screen.
    fn history(&self) -> Option<usize> {
        let mut seen = self.entries.iter().enumerate().filter(|(_, entry)| !entry.ahead);
        seen.by_ref().nth(ON_SCREEN - 1)?;
        seen.next_back().map(|(index, _)| index)
    }

    /// The picture drawn ahead that was longest not asked for.
    fn ahead(&self) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.ahead && entry.bytes() > 0)
    }

    /// Lets go of the pictures of these documents.
    pub(crate) fn forget(&mut self, goes: impl Fn(&Digest) -> bool) {
        self.entries.retain(|entry| !goes(&entry.key.sha256));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(page: u32) -> PictureKey {
        PictureKey {
            sha256: Digest::of(b"march"),
            page,
            width: 800,
            layer: Layer::Page(Masks::Down),
        }
    }

    /// Draws a page of ten bytes.
    fn draw(pictures: &mut Pictures, page: u32, wanted: Wanted) {
        let drawn = PagePicture { png: vec![0; 10], width: 1, height: 1 };
        let drawing = pictures.drawing(key(page), wanted);
        // Set already when it is kept.
        let _ = drawing.set(Some(Arc::new(drawn)));
        drop(drawing);
        pictures.trim();
    }

    fn kept(pictures: &Pictures) -> Vec<u32> {
        let mut pages: Vec<u32> = pictures.entries.iter().map(|entry| entry.key.page).collect();
        pages.sort_unstable();
        pages
    }

    #[test]
    fn what_was_drawn_ahead_goes_before_what_was_seen() {
        let mut pictures = Pictures::new(30);
        draw(&mut pictures, 1, Wanted::Now);
        draw(&mut pictures, 2, Wanted::Later);
        draw(&mut pictures, 3, Wanted::Later);
        assert_eq!(kept(&pictures), [1, 2, 3]);
        draw(&mut pictures, 4, Wanted::Now);
        assert_eq!(kept(&pictures), [1, 3, 4], "the older one drawn ahead");
        draw(&mut pictures, 3, Wanted::Now);
        draw(&mut pictures, 5, Wanted::Now);
        assert_eq!(kept(&pictures), [3, 4, 5], "asked for since: it stays as the others do");
    }

    #[test]
    fn what_was_seen_long_ago_goes_before_what_is_drawn_ahead() {
        let mut pictures = Pictures::new(100);
        (1..=10).for_each(|page| draw(&mut pictures, page, Wanted::Now));
        draw(&mut pictures, 11, Wanted::Later);
        draw(&mut pictures, 12, Wanted::Later);
        assert_eq!(kept(&pictures), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        draw(&mut pictures, 13, Wanted::Later);
        assert_eq!(kept(&pictures), [3, 4, 5, 6, 7, 8, 9, 10, 12, 13], "all others are on screen");
        draw(&mut pictures, 12, Wanted::Now);
        assert_eq!(kept(&pictures).len(), 10, "nothing goes for what is there");
    }

    #[test]
    fn a_picture_above_the_budget_stays_alone() {
        let mut pictures = Pictures::new(5);
        draw(&mut pictures, 1, Wanted::Now);
        draw(&mut pictures, 2, Wanted::Later);
        assert_eq!(kept(&pictures), [1], "drawn ahead, it does not drive out the page on screen");
        draw(&mut pictures, 3, Wanted::Now);
        assert_eq!(kept(&pictures), [3]);
    }

    #[test]
    fn what_failed_is_forgotten_and_what_is_being_drawn_is_not() {
        let mut pictures = Pictures::new(30);
        let failed = pictures.drawing(key(1), Wanted::Now);
        drop(failed);
        let running = pictures.drawing(key(2), Wanted::Later);
        pictures.trim();
        assert_eq!(kept(&pictures), [2]);
        assert!(Arc::ptr_eq(&running, &pictures.drawing(key(2), Wanted::Now)));
        pictures.forget(|sha256| *sha256 == key(2).sha256);
        assert!(kept(&pictures).is_empty());
    }
}
