//! What goes into the database and comes out of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DeviceId, DossierId, ReviewerId};
use lutrin_domain::intake::IntakeError;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::{Person, Reviewer, Scope};
use lutrin_domain::summary::DossierSummary;
use lutrin_protocol::changes::{Change, ChangesResponse};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::lease::LeaseTerms;
use uuid::Uuid;

/// The service as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceState {
    /// Changes when the service may have lost something.
    pub epoch: Uuid,
    /// The head of the feed.
    pub position: u64,
    /// Raised when sittings or their dossiers change.
    pub juries_rev: u32,
    /// Up to where the last verified backup reaches.
    pub backup_watermark: u64,
    /// How long it lends what it holds.
    pub lending: Lending,
}

/// How long laptops may keep what they carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lending {
    /// Days without hearing the service, after which a copy is locked.
    pub lease_days: u16,
    /// Days after a sitting, after which its copies are erased.
    pub retention_days: u16,
}

impl Default for Lending {
    fn default() -> Self {
        Self { lease_days: 14, retention_days: 15 }
    }
}

impl Lending {
    /// The terms for a machine that is heard now.
    pub fn terms(self, now: Timestamp) -> LeaseTerms {
        let lasts = SignedDuration::from_hours(24 * i64::from(self.lease_days));
        let until = now.checked_add(lasts).unwrap_or(Timestamp::MAX);
        LeaseTerms { until, retention_days: self.retention_days }
    }
}

/// One family of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionId(pub Uuid);

/// SHA-256 of a token; the token itself is never kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHash(pub Digest);

/// A reviewer to add.
#[derive(Clone)]
pub struct NewReviewer {
    /// Who.
    pub reviewer: Reviewer,
    /// Login, unique.
    pub login: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// When.
    pub created_at: Timestamp,
}

/// What became of adding a reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Added now.
    New,
    /// The login or the identifier is taken; nothing changed.
    LoginTaken,
}

/// What a password is checked against.
#[derive(Clone)]
pub struct Credentials {
    /// Who.
    pub reviewer: ReviewerId,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Whether the account may be used.
    pub standing: Standing,
}

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Enabled,
    /// It may not: nobody signs in, and no session goes on.
    Disabled,
}

/// The two tokens of a session, hashed.
#[derive(Clone, Copy, Debug)]
pub struct TokenPair {
    /// Short-lived.
    pub access: TokenHash,
    /// Until when.
    pub access_until: Timestamp,
    /// Works once.
    pub refresh: TokenHash,
    /// Until when.
    pub refresh_until: Timestamp,
}

/// A session to open.
pub struct NewSession {
    /// Its identifier.
    pub id: SessionId,
    /// Whose.
    pub reviewer: ReviewerId,
    /// On which installation.
    pub device: DeviceId,
    /// What people call the machine.
    pub device_name: String,
    /// The key with which it signs decisions.
    pub device_key: [u8; 32],
    /// Its first tokens.
    pub tokens: TokenPair,
    /// When.
    pub now: Timestamp,
}

/// What became of opening a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Open.
    Open(Reviewer),
    /// The device was revoked.
    DeviceRevoked,
    /// The device is somebody else's, or has another key.
    OtherDevice,
}

/// A refresh token used for the next tokens.
#[derive(Clone, Copy, Debug)]
pub struct Renewal {
    /// The token used up.
    pub used: TokenHash,
    /// The next ones.
    pub next: TokenPair,
    /// When.
    pub now: Timestamp,
}

/// What became of a renewal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewed {
    /// The next tokens work.
    Renewed(Reviewer),
    /// The same token again, whose answer was never used: those tokens are gone,
    /// and the next ones work.
    Repeated(Reviewer),
    /// Unknown, too old or ended.
    Ended,
    /// Used before: the whole session was ended, since one of the two is a thief.
    Reused(SessionId),
    /// The device was revoked.
    DeviceRevoked,
    /// The account was disabled.
    AccountDisabled,
}

/// What an access token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A session.
    Open(Box<Session>),
    /// Nothing: unknown, too old or ended.
    None,
    /// The device was revoked.
    DeviceRevoked,
}

/// Who asks, from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Who.
    pub reviewer: Reviewer,
    /// On which installation.
    pub device: DeviceId,
    /// The key with which it signs decisions.
    pub device_key: [u8; 32],
    /// From when on what it signs has no effect, for a machine that may only hand in what
    /// it sealed before.
    pub shut_out_at: Option<Timestamp>,
}

/// A machine that was registered when somebody signed in on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredDevice {
    /// Which.
    pub id: DeviceId,
    /// Whose, as they are now.
    pub owner: Reviewer,
    /// The key with which it signs decisions.
    pub key: [u8; 32],
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// Since when its owner's account is disabled.
    pub disabled_at: Option<Timestamp>,
}

impl RegisteredDevice {
    /// Since when the machine or its owner is shut out.
    pub fn shut_out_at(&self) -> Option<Timestamp> {
        [self.revoked_at, self.disabled_at].into_iter().flatten().min()
    }
}

/// Who did something, for the journal.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Null for commands run on the service's machine.
    pub reviewer: Option<ReviewerId>,
    /// On which installation.
    pub device: Option<DeviceId>,
    /// In which request.
    pub request_id: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What a device asks of the feed.
pub struct ChangesAsk {
    /// Who.
    pub reviewer: ReviewerId,
    /// On which installation.
    pub device: DeviceId,
    /// Where it is; nothing for the beginning.
    pub cursor: Option<Cursor>,
    /// The most changes to give.
    pub changes: usize,
    /// The most full snapshots to give.
    pub snapshots: usize,
}

/// What a device holds, to be compared with its scope.
pub struct CompareAsk {
    /// Who.
    pub reviewer: ReviewerId,
    /// On which installation.
    pub device: DeviceId,
    /// In which epoch the positions count.
    pub epoch: Uuid,
    /// What it holds, with the position each is from.
    pub held: BTreeMap<DossierId, u64>,
    /// The most changes to give.
    pub changes: usize,
    /// The most full snapshots to give.
    pub snapshots: usize,
}

/// The answer of the feed.
pub enum Changes {
    /// The cursor is from another epoch or scope, or from the future.
    Gone,
    /// What changed.
    Page(ChangesPage),
}

/// A page of the feed.
pub struct ChangesPage {
    /// The service as it was read.
    pub state: ServiceState,
    /// The scope's revision.
    pub scope_rev: u32,
    /// The changes, oldest first.
    pub changes: Vec<DossierChange>,
    /// The position up to which the page reaches.
    pub position: u64,
    /// Whether there is more.
    pub more: bool,
}

impl ChangesPage {
    /// Everybody who is named in the snapshots of the page.
    pub fn people(&self) -> BTreeSet<ReviewerId> {
        let snapshot = |change: &DossierChange| match change {
            DossierChange::Put { snapshot: Some(dossier), .. } => dossier.people(),
            _ => BTreeSet::new(),
        };
        self.changes.iter().flat_map(snapshot).collect()
    }

    /// The page as it is told, with the names of whom its snapshots name.
    pub fn answer(self, people: Vec<Person>, server_time: Timestamp) -> ChangesResponse {
        ChangesResponse {
            changes: self.changes.into_iter().map(Change::from).collect(),
            people,
            cursor: Cursor {
                epoch: self.state.epoch,
                scope_rev: self.scope_rev,
                position: self.position,
            },
            more: self.more,
            juries_rev: self.state.juries_rev,
            backup_watermark: self.state.backup_watermark,
            server_time,
            lease: Some(self.state.lending.terms(server_time)),
        }
    }
}

/// A change in the feed.
pub enum DossierChange {
    /// A dossier is new or changed.
    Put {
        /// Where in the feed.
        position: u64,
        /// What a list shows.
        summary: Box<DossierSummary>,
        /// The whole, if the device carries it.
        snapshot: Option<Box<Dossier>>,
    },
    /// A dossier left the scope.
    Left {
        /// Where in the feed.
        position: u64,
        /// Which.
        dossier: DossierId,
    },
}

impl DossierChange {
    /// Where in the feed.
    pub fn position(&self) -> u64 {
        match self {
            Self::Put { position, .. } | Self::Left { position, .. } => *position,
        }
    }
}

impl From<DossierChange> for Change {
    fn from(change: DossierChange) -> Self {
        match change {
            DossierChange::Put { position, summary, snapshot } => {
                Self::Put { position, summary, snapshot }
            }
            DossierChange::Left { position, dossier } => Self::Remove { position, dossier },
        }
    }
}

/// A dossier to take in.
pub struct NewDossier {
    /// The dossier.
    pub dossier: Dossier,
    /// Digest of what was handed over.
    pub intake: Digest,
}

/// What became of taking a dossier in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenIn {
    /// New.
    New(DossierId),
    /// The same intake was taken in before.
    Known(DossierId),
    /// Another dossier has this reference.
    ReferenceTaken,
}

/// Why a dossier stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct ChangeRefused(#[from] pub IntakeError);

/// What became of changing a dossier.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed {
    /// Changed, now at this position.
    At(u64),
    /// There is none.
    NoDossier,
    /// The change itself was refused.
    Refused(ChangeRefused),
}

/// What is held that bears on one decision.
pub struct Held {
    /// What became of this identifier before.
    pub earlier: Option<Earlier>,
    /// The decision it is based on, if that one was refused.
    pub refused_base: Option<DecisionId>,
    /// The dossier it is about.
    pub dossier: Option<Box<Dossier>>,
}

/// A decision of the same identifier, ruled on before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Digest of its text.
    pub digest: Digest,
    /// Its author.
    pub author: ReviewerId,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a decision, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    Applied {
        /// Where in the feed.
        position: u64,
        /// When, by the service's clock.
        received_at: Timestamp,
    },
    /// Without effect.
    Refused(Refusal),
}

/// A decision as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDecision {
    /// The decision with its stamp.
    pub stamped: Stamped,
    /// What became of it.
    pub outcome: Outcome,
}

/// What shall become of a decision.
#[derive(Debug)]
pub enum Ruling {
    /// What became of it before, again; with what is held now.
    Again(Outcome, Option<Box<Dossier>>),
    /// It makes the dossier this.
    Apply(Box<Dossier>),
    /// It has no effect.
    Refuse {
        /// Why.
        refusal: Refusal,
        /// What is held, for the author to see.
        held: Option<Box<Dossier>>,
        /// Whether to keep it.
        keep: Keep,
    },
}

/// Whether a refused decision is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It is the author's, and stays refused.
    Yes,
    /// It is not shown to be the author's, and must not occupy the identifier; or
    /// the service was not able to judge it, or lacks, perhaps for now, what it is about or builds on.
    No,
}

/// What became of a decision now.
#[derive(Debug)]
pub struct Ruled {
    /// What became of it.
    pub outcome: Outcome,
    /// Whether that was decided before.
    pub again: bool,
    /// What is held, for a refused one.
    pub held: Option<Box<Dossier>>,
}

/// Fictitious dossiers that were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// The seed they are drawn from.
    pub seed: u64,
    /// The day they are made for.
    pub day: jiff::civil::Date,
    /// How many.
    pub dossiers: u64,
}

impl Session {
    /// The scope of the reviewer.
    pub fn scope(&self) -> &Scope {
        &self.reviewer.scope
    }
}
