//! The trade of a reviewer of diploma requests, as pure data and functions.
//!
//! Everything a reviewer does is a [`Decision`](decision::Decision): an
//! immutable event. One function, [`apply`](apply::apply), decides what an event
//! does to a [`Dossier`](dossier::Dossier). The service runs it to decide, the
//! application runs it to show, so that no rule of the trade exists twice.
//!
//! Nothing here reads a clock, draws a number, opens a file or speaks to a
//! network: time and identifiers are given. Terms are those of the glossary of
//! the Cnam's process (*auditeur* is [`Learner`](dossier::Learner), *pièce* a
//! [`Slot`](dossier::Slot), *fichier déposé* a [`Deposit`](dossier::Deposit)).
//!
//! Start with [`dossier`] for the shapes, [`decision`] for the events, then
//! [`apply`] for what they do and [`permission`] for who may do them when.

pub mod apply;
pub mod arbitration;
pub mod assessment;
pub mod catalogue;
pub mod day;
pub mod decided;
pub mod decision;
pub mod digest;
pub mod dossier;
pub mod history;
pub mod id;
pub mod intake;
pub mod jury;
pub mod lease;
pub mod months;
pub mod news;
pub mod permission;
pub mod readiness;
pub mod refusal;
pub mod reviewer;
pub mod seeded;
pub mod subject;
pub mod summary;
pub mod words;
