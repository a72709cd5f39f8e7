//! A file, and a place in it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A page of a file, and a zone on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CitationView {
    /// From 1.
    pub page: u32,
    /// In 1/10,000 of the page.
    pub zone: Option<ZoneView>,
}

/// A zone of a page, in 1/10,000 of its width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ZoneView {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// A file that a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FileView {
    /// Its digest.
    pub sha256: String,
    /// The name the learner gave.
    pub file_name: String,
    /// Whether it is on this machine.
    pub here: bool,
}
