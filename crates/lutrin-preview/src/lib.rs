//! The reading room: pages of documents that nobody here trusts.
//!
//! A document is parsed only by a *worker*, another process that was put in a sandbox
//! before it saw a byte. The worker gives back sizes, pixels, words and their places,
//! never anything of the document's structure. One worker serves one document and dies with it.
//!
//! This library is the trusted side: it starts workers ([`Pool`]), hands a document to
//! one ([`Document`]), stops it when it takes too long, and checks every number it says.
//! It contains no parser. The worker and the command-line reader are the binary beside
//! it (`src/main.rs`), which shares with this side only the words of [`frame`] and the
//! ceilings of [`limits`].
//!
//! It does not know where files come from, keeps nothing, and writes nothing to disk.
//! Start reading at [`Pool::open`], then [`Document::page`], [`Document::text`] and
//! [`Document::flow`].

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where it is wrong"))]

mod ceiling;
mod document;
mod error;
mod features;
mod find;
mod flow;
mod format;
#[doc(hidden)]
pub mod frame;
mod indexed;
mod layers;
mod ledger;
pub mod limits;
mod nir;
mod opening;
mod password;
mod picture;
mod pool;
mod process;
#[doc(hidden)]
pub mod raster;
mod sandbox_state;
mod seat;
mod text;
mod tile;
mod turns;

pub use ceiling::Ceiling;
pub use document::{Background, Document, Masks, OnScreen};
pub use error::PreviewError;
pub use features::{Features, Origin};
pub use find::{Hit, find, folded};
pub use flow::{Flow, Paragraph, ParagraphKind};
pub use format::{DocumentFacts, Format, PageSize, Unsupported};
pub use indexed::indexed;
pub use layers::{FieldKind, FieldValue, PageLayers, Warning};
pub use nir::{NIR_SIGN, masked_sign, nir_ranges, without_nir};
pub use password::Password;
pub use picture::PagePicture;
pub use pool::{Pool, PoolSettings};
pub use process::Slow;
pub use sandbox_state::{Closed, NotEnforced, SandboxState};
pub use text::{After, PageBox, PageText, TextSource, Word, is_invisible, is_right_to_left};
pub use tile::Tile;
