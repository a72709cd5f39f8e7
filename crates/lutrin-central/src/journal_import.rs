//! Takes in sealed journals of laptops, when the database they came from or its
//! key is gone.
//!
//! What is believed is what the machine signed: a decision whose signature is that
//! of the machine's registered key is ruled on as if it were pushed. A withdrawal
//! may stand in another file of the same machine than the decision (a journal that
//! was set aside, and the one after), so files are read together, and withdrawals
//! are kept for those that come later. One that was applied already had left.
//!
//! A file is kept as it came before anything of it is read, in `DIR/journals`:
//! what this version cannot read, a later one may.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DeviceId};
use lutrin_domain::refusal::Refusal;
use lutrin_protocol::journal::{JournalResponse, OpensSealed, Record, read_frames};
use lutrin_protocol::push::PushOutcome;
use uuid::Uuid;

use crate::data::Data;
use crate::db::{DbError, RegisteredDevice, Session, SessionId, Trace};
use crate::decisions;
use crate::disk::{make_folder, write_whole};

/// The folder of journals that were taken in.
pub const JOURNALS_FOLDER: &str = "journals";

/// Whose decisions are taken.
#[derive(Clone, Copy, Debug)]
pub enum Machines {
    /// Those of every machine, but for revoked ones.
    InUse,
    /// Those of every machine: somebody who runs the service knows that what a
    /// revoked one signed is its owner's.
    RevokedToo,
    /// Those of one machine, made before it or its owner was shut out, if they were;
    /// later ones are kept without effect.
    Only(DeviceId),
}

/// Why a journal was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportJournalError {
    /// It cannot be kept.
    #[error("the journal cannot be kept")]
    Keep(#[from] io::Error),
    /// The database failed; taking it in again goes on where it was.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Takes journals in, oldest first. The same ones again change nothing.
///
/// # Errors
///
/// When they cannot be kept, or the database fails.
pub async fn import_journals(
    data: &Data,
    files: Vec<Vec<u8>>,
    machines: Machines,
    trace: &Trace,
) -> Result<JournalResponse, ImportJournalError> {
    let (folder, identity) = (data.folder.join(JOURNALS_FOLDER), data.identity.clone());
    let read = tokio::task::spawn_blocking(move || {
        let mut read = Read::default();
        for file in &files {
            read.files.push(keep_as_it_came(&folder, file)?);
            read.add(file, identity.as_ref());
        }
        Ok::<_, io::Error>(read)
    });
    let read = read.await.map_err(io::Error::other)??;
    data.db.note_journals(&read.files, &read.withdrawn, trace).await?;
    let mut response = read.counted();
    let mut decisions = read.decisions;
    // What builds on a decision of another machine may stand before it: it is tried
    // again as long as something else was taken.
    loop {
        let count = decisions.len();
        let mut early = Vec::new();
        for stamped in decisions {
            match take(data, &stamped, machines, trace).await? {
                Standing::Early => early.push(stamped),
                standing => *standing.counted_in(&mut response) += 1,
            }
        }
        if early.is_empty() || early.len() == count {
            response.refused += early.len() as u64;
            return Ok(response);
        }
        decisions = early;
    }
}

/// What journals say.
#[derive(Default)]
struct Read {
    files: Vec<Digest>,
    records: u64,
    drafts: u64,
    unreadable: u64,
    withdrawn: Vec<DecisionId>,
    /// In order, each once.
    decisions: Vec<Stamped>,
    seen: BTreeSet<DecisionId>,
    twice: u64,
}

impl Read {
    fn add(&mut self, journal: &[u8], identity: &impl OpensSealed) {
        for frame in read_frames(journal).frames {
            self.records += 1;
            match frame.unseal(identity) {
                Ok(Record::Decision { stamped, .. }) => {
                    if self.seen.insert(stamped.decision.id()) {
                        self.decisions.push(*stamped);
                    } else {
                        self.twice += 1;
                    }
                }
                Ok(Record::Withdrawn { decision, .. }) => self.withdrawn.push(decision),
                Ok(Record::Draft { .. }) => self.drafts += 1,
                Err(_) => self.unreadable += 1,
            }
        }
    }

    fn counted(&self) -> JournalResponse {
        JournalResponse {
            records: self.records,
            drafts: self.drafts,
            unreadable: self.unreadable,
            known: self.twice,
            ..JournalResponse::default()
        }
    }
}

fn keep_as_it_came(folder: &Path, journal: &[u8]) -> io::Result<Digest> {
    let digest = Digest::of(journal);
    let file = folder.join(format!("{digest}.sealed"));
    if !file.try_exists()? {
        make_folder(folder)?;
        write_whole(&file, journal)?;
    }
    Ok(digest)
}

/// What became of a decision of a journal.
enum Standing {
    Applied,
    Known,
    Refused,
    /// What it builds on is not there.
    Early,
    Withdrawn,
    Unverified,
}

impl Standing {
    fn counted_in<'a>(&self, response: &'a mut JournalResponse) -> &'a mut u64 {
        match self {
            Self::Applied => &mut response.applied,
            Self::Known => &mut response.known,
            Self::Refused | Self::Early => &mut response.refused,
            Self::Withdrawn => &mut response.withdrawn,
            Self::Unverified => &mut response.unverified,
        }
    }
}

async fn take(
    data: &Data,
    stamped: &Stamped,
    machines: Machines,
    trace: &Trace,
) -> Result<Standing, DbError> {
    let Some(device) = data.db.device(stamped.device).await? else {
        return Ok(Standing::Unverified);
    };
    if !machines.include(&device) {
        return Ok(Standing::Unverified);
    }
    // Before it is ruled on, which would keep it: a withdrawn one occupies nothing.
    if data.db.was_withdrawn(stamped.decision.id()).await? {
        return Ok(Standing::Withdrawn);
    }
    // The machine's registered key stands for a session.
    let session = Session {
        id: SessionId(Uuid::nil()),
        shut_out_at: device.shut_out_at().filter(|_| matches!(machines, Machines::Only(_))),
        reviewer: device.owner,
        device: device.id,
        device_key: device.key,
    };
    let taken = decisions::take_all(data.kept(), &session, vec![stamped.clone()], trace).await?;
    Ok(match taken.first().map(|taken| &taken.outcome) {
        Some(PushOutcome::Applied { .. }) => Standing::Applied,
        Some(PushOutcome::Duplicate { .. }) => Standing::Known,
        Some(PushOutcome::Refused {
            refusal: Refusal::NotTheAuthor | Refusal::BadSignature,
            ..
        }) => Standing::Unverified,
        Some(PushOutcome::Refused { refusal: Refusal::BaseUnknown { .. }, .. }) => Standing::Early,
        Some(PushOutcome::Refused { .. }) | None => Standing::Refused,
    })
}

impl Machines {
    fn include(self, device: &RegisteredDevice) -> bool {
        match self {
            Self::InUse => device.revoked_at.is_none(),
            Self::RevokedToo => true,
            Self::Only(only) => device.id == only,
        }
    }
}

/// A text that was being written when the journal was lost.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct Draft {
    /// The dossier it is about.
    pub dossier: lutrin_domain::id::DossierId,
    /// Which text.
    pub key: String,
    /// The text.
    pub text: String,
    /// When it was saved, by the machine's clock.
    pub saved_at: jiff::Timestamp,
}

/// The newest version of each text that was being written, for whoever runs the
/// service to hand over.
pub fn drafts(data: &Data, journal: &[u8]) -> Vec<Draft> {
    let mut newest = std::collections::BTreeMap::new();
    for frame in read_frames(journal).frames {
        if let Ok(Record::Draft { dossier, key, text, saved_at }) =
            frame.unseal(data.identity.as_ref())
        {
            newest.insert((dossier, key.clone()), Draft { dossier, key, text, saved_at });
        }
    }
    newest.into_values().collect()
}
