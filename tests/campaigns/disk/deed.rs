//! What is asked of the store, one thing at a time, and what it answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, JurySessionId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::refusal::Refusal;
use lutrin_store::{
    CarryChoice, Contact, CreateError, CursorText, Delivery, DocumentError, DocumentText,
    FeedPlace, JournalError, Jury, OpenError, PushAnswers, PushOutcome, RecordError, RefreshToken,
    SetAsideError, SettleError, Store, StoreError, TextState, WithdrawError,
};
use uuid::Uuid;

use super::given;
use super::seen::other_identity;

/// One thing asked of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    Create,
    Open,
    Close,
    SetAside,
    Export,
    Record(u128),
    Withdraw(u128),
    Draft(u32),
    SealDraft,
    DeleteDraft,
    Catalogue,
    /// Dossiers from, to, at a position, carried or not; the cursor moves.
    Changes(u128, u128, u64),
    /// A dossier leaves the scope.
    Leaves(u128, u64),
    Snapshot(u128, u64),
    Send(Vec<u128>),
    NotSent(Vec<u128>),
    Acknowledged(Vec<u128>, u64),
    Refused(u128),
    Arbitrated(u128),
    Prune(u64),
    Begin(usize),
    /// Bytes of a document from one share of it to another, in tenths.
    Append(usize, usize, usize),
    Finish(usize),
    /// Bytes that are not those announced.
    BeginWrong(usize),
    AppendWrong(usize),
    FinishWrong,
    Text(usize),
    SettleTexts,
    Forget(Vec<usize>),
    Recheck(usize),
    Juries(u32),
    Carry(u128),
    CarryKnown(u128),
    Token(u32),
    Contact,
    Setting(u32),
    Turned(usize),
    Looked(usize),
    Recipient,
    Rebuild,
    Sweep,
    Erase,
    AllSent,
}

/// An error as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its words.
    pub words: String,
    /// Whether it says that there is no room on the disk.
    pub full: bool,
    /// Whether whoever does the work has gone: never an answer to a fault of the disk.
    pub gone: bool,
    /// The decision was withdrawn: it failed before, and another is to be made.
    pub withdrawn: bool,
}

/// A profile at work.
pub struct Desk {
    pub folder: PathBuf,
    pub store: Option<Store>,
    /// Added to the identifiers of decisions: a decision that failed is made anew.
    pub attempt: u128,
}

impl Desk {
    /// A profile that is not open.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), store: None, attempt: 0 }
    }

    /// Does one thing.
    pub async fn perform(&mut self, deed: &Deed) -> Result<(), Told> {
        match deed {
            Deed::Create => {
                let new = given::new_profile();
                self.store = Some(Store::create(&self.folder, &given::key(), &new).await?);
            }
            Deed::Open if self.store.is_some() => {}
            Deed::Open => {
                self.store = Some(Store::open(&self.folder, &given::key(), None).await?);
            }
            Deed::Close => {
                if let Some(store) = self.store.take() {
                    store.close().await;
                }
            }
            Deed::SetAside => {
                lutrin_store::set_aside(&self.folder, now())?;
            }
            Deed::Export => {
                lutrin_store::export_journal(&self.folder, &self.folder.join("exported"))?;
            }
            deed => self.ask(deed).await?,
        }
        Ok(())
    }

    async fn ask(&self, deed: &Deed) -> Result<(), Told> {
        let store = self.store.as_ref().expect("the profile is open");
        match deed {
            Deed::Record(n) => self.record(store, *n).await?,
            Deed::Withdraw(n) => drop(store.withdraw(self.last(*n).await?, now()).await?),
            Deed::Draft(version) => {
                let text = format!("Avis, version {version}. ").repeat(200);
                store.save_draft(given::dossier(1).id, "opinion", &text, now()).await?;
            }
            Deed::SealDraft => drop(store.seal_draft(given::dossier(1).id, "opinion").await?),
            Deed::DeleteDraft => store.delete_draft(given::dossier(1).id, "opinion").await?,
            Deed::Catalogue => drop(store.put_catalogue(&given::catalogue_text()).await?),
            Deed::Send(ns) => {
                let ids = self.all_last(ns).await?;
                store.mark_in_flight(&ids, now()).await?;
            }
            Deed::NotSent(ns) => {
                let ids = self.all_last(ns).await?;
                store.return_to_pending(&ids, Delivery::NotSent).await?;
            }
            Deed::Acknowledged(ns, position) => {
                let outcome = PushOutcome::Acknowledged { position: *position, received_at: now() };
                self.settle(store, ns, outcome).await?;
            }
            Deed::Refused(n) => {
                let refusal = Refusal::OutOfScope;
                self.settle(store, &[*n], PushOutcome::Refused { refusal, held: None }).await?;
            }
            Deed::Arbitrated(n) => store.arbitrate(self.last(*n).await?, now()).await?,
            Deed::Prune(watermark) => {
                store.prune_acknowledged(given::FIRST, *watermark).await?;
            }
            Deed::AllSent => store.note_full_exchange().await?,
            deed => self.exchange(store, deed).await?,
        }
        Ok(())
    }

    async fn record(&self, store: &Store, n: u128) -> Result<(), Told> {
        let number = n + (self.attempt << 64);
        let dossier = given::dossier(1);
        let slot = ["cv", "unit/NFA031", "payslip/vauban/2024-03"][usize::try_from(n % 3).unwrap()];
        store.record_decision(&given::accepted(number, &dossier, slot), now()).await?;
        Ok(())
    }

    async fn exchange(&self, store: &Store, deed: &Deed) -> Result<(), Told> {
        match deed {
            Deed::Changes(from, to, position) => {
                let dossiers: Vec<_> = (*from..=*to).map(given::dossier).collect();
                let puts = dossiers.iter().map(|dossier| (*position, dossier, true)).collect();
                let cursor = CursorText(format!("{}.1.{position}", given::FIRST.0));
                let place = Some(FeedPlace { cursor, epoch: given::FIRST });
                store
                    .apply_changes(lutrin_store::ChangesBatch { place, ..given::batch(puts) })
                    .await?;
            }
            Deed::Leaves(n, position) => {
                let removes = vec![(*position, given::dossier(*n).id)];
                store
                    .apply_changes(lutrin_store::ChangesBatch { removes, ..Default::default() })
                    .await?;
            }
            Deed::Snapshot(n, position) => {
                store.put_snapshot(*position, &given::dossier(*n)).await?;
            }
            Deed::Juries(rev) => store.put_juries(*rev, &[sitting()]).await?,
            Deed::Carry(to) => {
                let wanted = choice(*to);
                drop(store.carry(|choice| *choice = wanted).await?);
            }
            Deed::CarryKnown(to) => store.carry_is_known(&choice(*to)).await?,
            Deed::Rebuild => store.rebuild_begin().await?,
            Deed::Sweep => store.rebuild_sweep().await?,
            Deed::Erase => drop(store.erase_due(now()).await?),
            Deed::Token(n) => {
                let token = RefreshToken::new(format!("jeton {n}"));
                store.set_refresh_token(Some(token)).await?;
            }
            Deed::Contact => {
                let service = now() + SignedDuration::from_secs(1);
                store.set_last_contact(Contact::heard(service, now()), None).await?;
            }
            Deed::Setting(n) => store.set_setting("columns", Some(&n.to_string())).await?,
            Deed::Recipient => store.set_journal_recipient(&other_identity().recipient()).await?,
            deed => documents(store, deed).await?,
        }
        Ok(())
    }

    async fn settle(&self, store: &Store, ns: &[u128], outcome: PushOutcome) -> Result<(), Told> {
        let sent = self.all_last(ns).await?;
        let results = sent.iter().map(|id| (*id, outcome.clone())).collect();
        store.settle_all(PushAnswers { epoch: Some(given::FIRST), results, sent }).await?;
        Ok(())
    }

    /// The decision that was last made with this number.
    async fn last(&self, n: u128) -> Result<DecisionId, Told> {
        let outbox = self.store.as_ref().unwrap().outbox().await?;
        let mut made = outbox.iter().map(lutrin_store::OutboxEntry::decision);
        Ok(made.rfind(|id| number_of(*id) == n).unwrap_or(given::id(n)))
    }

    async fn all_last(&self, ns: &[u128]) -> Result<Vec<DecisionId>, Told> {
        let mut ids = Vec::new();
        for n in ns {
            ids.push(self.last(*n).await?);
        }
        Ok(ids)
    }
}

async fn documents(store: &Store, deed: &Deed) -> Result<(), Told> {
    let sha256 = |n: &usize| Digest::of(&document(*n));
    match deed {
        Deed::Begin(n) => {
            store.begin_document(sha256(n), document(*n).len() as u64).await?;
        }
        Deed::Append(n, from, to) => {
            let bytes = document(*n);
            let (from, to) = (bytes.len() * from / 10, bytes.len() * to / 10);
            match store.append_chunk(sha256(n), from as u64, bytes[from..to].into()).await {
                // It was taken before, and the answer was lost.
                Err(DocumentError::NotNext { expected }) if expected == to as u64 => {}
                answer => drop(answer?),
            }
        }
        Deed::Finish(n) => drop(store.finish_document(sha256(n)).await?),
        Deed::BeginWrong(n) => {
            store.begin_document(announced(), document(*n).len() as u64).await?;
        }
        Deed::AppendWrong(n) => match store.append_chunk(announced(), 0, document(*n)).await {
            Ok(_) | Err(DocumentError::NotNext { .. }) => {}
            Err(error) => return Err(error.into()),
        },
        Deed::FinishWrong => match store.finish_document(announced()).await {
            Err(DocumentError::HashMismatch) => {}
            answer => drop(answer?),
        },
        Deed::Text(n) => {
            let pages = (1..=4).map(|page| (page, format!("mot{n} ").repeat(400))).collect();
            let text = DocumentText { version: 1, state: TextState::Whole, pages, blank: 0 };
            store.put_text(sha256(n), text).await?;
        }
        Deed::SettleTexts => store.settle_texts().await?,
        Deed::Forget(kept) => {
            let kept: Vec<_> = kept.iter().map(sha256).collect();
            store.forget_documents_except(&kept).await?;
        }
        Deed::Recheck(n) => drop(store.recheck_document(sha256(n)).await?),
        Deed::Turned(n) => store.set_rotations(sha256(n), &[(1, 1), (2, 3)]).await?,
        Deed::Looked(n) => store.mark_seen(sha256(n), 1, now()).await?,
        deed => unreachable!("{deed:?} is done elsewhere"),
    }
    Ok(())
}

/// The digest under which other bytes come.
fn announced() -> Digest {
    Digest::of(b"other bytes")
}

/// The number of a decision, whichever attempt made it.
pub fn number_of(decision: DecisionId) -> u128 {
    decision.0.as_u128() & u128::from(u64::MAX)
}

/// The bytes of a document: they do not compress, and each has another length.
pub fn document(n: usize) -> Arc<[u8]> {
    let length = 60_000 + n * 70_000;
    (0..length).map(|at| ((at ^ (at >> 7)).wrapping_mul(n + 3) >> 2) as u8).collect()
}

pub fn now() -> Timestamp {
    given::now()
}

fn sitting() -> Jury {
    let session = JurySession {
        id: JurySessionId(Uuid::from_u128(0x5e55)),
        label: "Titres".into(),
        date: jiff::civil::date(2026, 12, 11),
        file_closing_date: jiff::civil::date(2026, 12, 4),
        diplomas: Vec::new(),
    };
    Jury { session, dossiers: (1..4).map(|n| given::dossier(n).id).collect() }
}

fn choice(to: u128) -> CarryChoice {
    let dossiers = (1..=to).map(|n| given::dossier(n).id).collect();
    CarryChoice { juries: Vec::new(), dossiers }
}

/// Takes an error of the store apart.
trait Tells: std::fmt::Debug {
    fn store(&self) -> Option<&StoreError>;
    fn journal(&self) -> Option<&JournalError> {
        None
    }
    fn io(&self) -> Option<std::io::ErrorKind> {
        None
    }
}

fn told(error: &impl Tells) -> Told {
    let kind = error.io().or(match error.journal() {
        Some(JournalError::Io { kind }) => Some(*kind),
        _ => None,
    });
    let full = error.store() == Some(&StoreError::Full)
        || error.journal() == Some(&JournalError::Full)
        || kind == Some(std::io::ErrorKind::StorageFull);
    let words = format!("{error:?}");
    Told {
        full,
        gone: error.store() == Some(&StoreError::Closed),
        withdrawn: words == "Withdrawn",
        words,
    }
}

macro_rules! tells {
    ($($error:ident { $($arms:tt)* })+) => {$(
        impl Tells for $error {
            fn store(&self) -> Option<&StoreError> {
                match self { Self::Store(error) => Some(error), _ => None }
            }
            $($arms)*
        }
        impl From<$error> for Told {
            fn from(error: $error) -> Self {
                told(&error)
            }
        }
    )+};
}

tells! {
    RecordError {
        fn journal(&self) -> Option<&JournalError> {
            match self { Self::Journal(error) => Some(error), _ => None }
        }
    }
    WithdrawError {
        fn journal(&self) -> Option<&JournalError> {
            match self { Self::Journal(error) => Some(error), _ => None }
        }
    }
    OpenError {
        fn journal(&self) -> Option<&JournalError> {
            match self { Self::Journal(error) => Some(error), _ => None }
        }
        fn io(&self) -> Option<std::io::ErrorKind> {
            match self { Self::Io { kind } => Some(*kind), _ => None }
        }
    }
    SettleError {}
    DocumentError {}
}

impl From<CreateError> for Told {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Open(error) => error.into(),
            CreateError::Exists => {
                Self { words: "Exists".into(), full: false, gone: false, withdrawn: false }
            }
        }
    }
}

impl From<SetAsideError> for Told {
    fn from(error: SetAsideError) -> Self {
        let full = matches!(&error, SetAsideError::Io { kind } if *kind == std::io::ErrorKind::StorageFull);
        Self { words: format!("{error:?}"), full, gone: false, withdrawn: false }
    }
}

impl From<std::io::Error> for Told {
    fn from(error: std::io::Error) -> Self {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        Self { words: format!("{error:?}"), full, gone: false, withdrawn: false }
    }
}

impl From<StoreError> for Told {
    fn from(error: StoreError) -> Self {
        RecordError::Store(error).into()
    }
}
