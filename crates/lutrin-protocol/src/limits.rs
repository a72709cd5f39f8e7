//! The limits that both sides keep.

/// The largest JSON body of a request, in bytes: 1 MiB.
pub const BODY_BYTES: usize = 1024 * 1024;
/// The largest intake, in bytes: a dossier of 2,000 slots with room to spare.
pub const INTAKE_BYTES: usize = 4 * 1024 * 1024;
/// The most decisions in one push.
pub const PUSH_DECISIONS: usize = 200;
/// The most changes in one answer.
pub const CHANGES_PAGE: usize = 500;
/// The most dossiers that a machine has compared, so that they fit in a body; one that
/// holds more asks for all of them again.
pub const COMPARED_DOSSIERS: usize = 12_000;
/// The most full snapshots in one answer; a snapshot is up to a few hundred KiB.
pub const SNAPSHOTS_PAGE: usize = 20;
/// The largest answer in JSON that a client reads, in bytes: 64 MiB.
pub const ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// The largest document, in bytes: 50 MiB.
pub const DOCUMENT_BYTES: u64 = 50 * 1024 * 1024;
/// The largest sealed journal, in bytes: 64 MiB, a hundred times a jury's.
pub const JOURNAL_BYTES: usize = 64 * 1024 * 1024;
/// The longest login or name of a device, in characters.
pub const NAME_CHARS: usize = 200;
/// The longest password, in bytes: more only makes Argon2id work for nothing.
pub const PASSWORD_BYTES: usize = 1024;
