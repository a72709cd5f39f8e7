//! The service: what reviewers' machines talk to.
//!
//! It keeps the dossiers, gives each reviewer those of their scope, and decides
//! on the decisions they push, with the same reducer the application shows them
//! by ([`lutrin_domain::apply`]). One binary, one SQLite file and one folder of
//! documents; the wire is [`lutrin_protocol`].
//!
//! Where to start: [`router`] is the table of what it answers, [`decide`] the
//! ruling on a decision, [`db`] what it keeps, [`service`] how it runs. The
//! commands of the binary ([`import`], [`deposit`], [`reviewers`], `seed`) are
//! functions over an open [`data::Data`], and work while the service runs.
//!
//! It never parses a document and never writes an opinion.

pub mod access;
pub mod backup;
pub mod catalogues;
pub mod central;
pub mod conditional;
pub mod connections;
pub mod data;
pub mod db;
pub mod decide;
pub mod decisions;
pub mod deposit;
pub mod disk;
pub mod documents;
pub mod failure;
pub mod head;
pub mod ids;
pub mod import;
pub mod intake;
pub mod journal;
pub mod journal_import;
pub mod json;
pub mod layers;
pub mod news;
pub mod openapi;
pub mod range;
pub mod reads;
pub mod restore;
pub mod reviewers;
pub mod router;
pub mod routes;
#[cfg(feature = "seed")]
pub mod seed;
pub mod service;
pub mod sign_in;
pub mod sources;
pub mod tokens;
