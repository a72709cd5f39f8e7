//! What a person and the exchange can see of a profile, to be compared before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lutrin_domain::digest::Digest;
use lutrin_store::journal::{JournalIdentity, Record, Tail, read_frames};
use lutrin_store::{OpenError, OutboxState, Store, ViewError};

use super::deed::{document, number_of};
use super::given;
use super::index::words_left;

/// Everything seen, by name. Decisions are named by their number, so that one that was
/// made again after it failed takes the place of the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(pub BTreeMap<String, String>);

/// How many dossiers, documents and drafts are looked for.
pub const DOSSIERS: u128 = 30;
pub const DOCUMENTS: usize = 6;
const TEXT_VERSION: u32 = 1;

const WITHDRAWN: &str = "withdrawn";
const LEFT: &str = "left ";
const MAY_HAVE_LEFT: &str = "may have left";

impl Seen {
    /// What is seen through an open store.
    pub async fn of(folder: &Path, store: &Store) -> Self {
        let mut seen = Self::default();
        let mut put = |name: String, value: String| drop(seen.0.insert(name, value));
        put("profile".into(), format!("{:?}", store.profile().await.unwrap()));
        put("key".into(), Digest::of(store.device_key().await.unwrap().expose()).to_string());
        let mut order = Vec::new();
        let outbox = store.outbox().await.unwrap();
        for (at, entry) in outbox.iter().enumerate() {
            let number = number_of(entry.decision());
            let again = outbox[at + 1..].iter().any(|other| number_of(other.decision()) == number);
            let state = match &entry.state {
                OutboxState::Pending => "pending".to_owned(),
                OutboxState::Acknowledged { position, .. } => format!("acknowledged {position}"),
                OutboxState::Refused { refusal, settled, .. } => {
                    format!("refused {refusal:?} {settled:?}")
                }
                OutboxState::Withdrawn if again => continue,
                OutboxState::Withdrawn => WITHDRAWN.to_owned(),
            };
            put(format!("decision {number}"), state);
            put(format!("subject {number}"), entry.stamped.decision.subject().key());
            let left = if entry.may_have_left { MAY_HAVE_LEFT } else { "here" };
            put(format!("{LEFT}{number}"), left.to_owned());
            order.push(number);
        }
        put("order".into(), format!("{order:?}"));
        for draft in store.drafts().await.unwrap() {
            let text = Digest::of(draft.text.as_bytes());
            put(format!("draft {} {}", draft.dossier, draft.key), text.to_string());
        }
        for number in 1..=DOSSIERS {
            let dossier = given::dossier(number).id;
            if let Some((position, _)) = store.dossier(dossier).await.unwrap() {
                put(format!("dossier {number}"), position.to_string());
                // Folding it is reading all of it; not every profile has the catalogue.
                let view = store.view(dossier).await;
                assert!(matches!(view, Ok(_) | Err(ViewError::CatalogueMissing { .. })));
            }
        }
        put("cursor".into(), format!("{:?}", store.cursor().await.unwrap()));
        put("rebuilding".into(), store.is_rebuilding().await.unwrap().to_string());
        put("juries".into(), format!("{:?}", store.juries_rev().await.unwrap()));
        put("carried".into(), format!("{:?}", store.carried().await.unwrap()));
        put("to tell".into(), store.carry_to_tell().await.unwrap().is_some().to_string());
        let token = store.refresh_token().await.unwrap();
        put("token".into(), format!("{:?}", token.map(|token| token.expose().to_owned())));
        put("setting".into(), format!("{:?}", store.setting("columns").await.unwrap()));
        put("contact".into(), format!("{:?}", store.last_contact().await.unwrap()));
        for n in 0..DOCUMENTS {
            let bytes = document(n);
            let sha256 = Digest::of(&bytes);
            let Some(status) = store.received(sha256).await.unwrap() else { continue };
            if status.complete {
                let read = store.read_document(sha256).await.unwrap().unwrap();
                assert!(*read == *bytes, "a document that is complete is whole");
            }
            put(format!("document {n}"), format!("{} {}", status.received, status.complete));
            let found = store.search_texts(&format!("mot{n}"), &[sha256]).await.unwrap();
            put(format!("text {n}"), found.pages.len().to_string());
            let totals = store.text_totals(&[sha256], TEXT_VERSION).await.unwrap();
            put(format!("read {n}"), totals.read.to_string());
            let traces = store.page_traces(sha256).await.unwrap();
            put(format!("traces {n}"), format!("{traces:?}"));
        }
        seen.add_beside(folder);
        seen
    }

    /// What is seen of a folder, opening it and closing it again. Opening puts right what
    /// a crash left; whatever else is wrong is told by `Err`.
    pub async fn of_folder(folder: &Path) -> Result<Self, OpenError> {
        match Store::open(folder, &given::key(), None).await {
            Ok(store) => {
                let seen = Self::of(folder, &store).await;
                check_journal(folder, &store).await;
                // As at each start of the app: what a crash left of it is done now.
                store.settle_texts().await.unwrap();
                store.close().await;
                seen.check_index(folder).await;
                Ok(seen)
            }
            Err(OpenError::Absent) => {
                let mut seen = Self(BTreeMap::from([("profile".into(), "absent".into())]));
                seen.add_beside(folder);
                Ok(seen)
            }
            Err(error) => Err(error),
        }
    }

    /// What lies beside the profile: those set aside, by their work; a journal exported.
    fn add_beside(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("aside-") {
                let files = ["dossiers.db", "documents.db", "journal.sealed", "key.id"];
                let there = files.iter().all(|file| path.join(file).exists());
                let journal = std::fs::read(path.join("journal.sealed")).unwrap_or_default();
                let records = read_frames(&journal).frames.len();
                self.0.insert("aside".into(), format!("{there} {records}"));
            }
            if name == "exported" {
                let records = read_frames(&std::fs::read(&path).unwrap());
                assert_eq!(records.tail, Tail::Clean, "an export is whole");
                self.0.insert("exported".into(), records.frames.len().to_string());
            }
        }
    }

    /// Of documents that are not here, or not whole, no word is left in the index.
    async fn check_index(&self, folder: &Path) {
        let is_whole =
            |n: &usize| self.0.get(&format!("document {n}")).is_some_and(|s| s.ends_with("true"));
        let absent = (0..DOCUMENTS).filter(|n| !is_whole(n)).map(|n| format!("mot{n}"));
        let left = words_left(folder, &absent.collect::<Vec<_>>()).await;
        assert!(left.is_empty(), "words of documents that left are in the index: {left:?}");
    }

    /// Whether this is what `expected` says. That a decision may have left may be said
    /// once too often, never too seldom. A decision that was withdrawn and that `expected`
    /// does not know is one whose author was told that it failed.
    pub fn is(&self, expected: &Self) -> bool {
        let failed: BTreeSet<String> = self
            .numbers()
            .filter(|number| self.withdrawn(number) && !expected.decided(number))
            .map(str::to_owned)
            .collect();
        let order = self.0.get("order").map(|order| {
            let kept = order.trim_matches(['[', ']']).split(", ");
            let kept: Vec<_> = kept.filter(|number| !failed.contains(*number)).collect();
            format!("[{}]", kept.join(", "))
        });
        let of_failed = |name: &str| {
            name.rsplit_once(' ').is_some_and(|(_, number)| failed.contains(number))
                && ["decision ", "subject ", LEFT].iter().any(|what| name.starts_with(what))
        };
        let same = |name: &String| match (self.0.get(name), expected.0.get(name)) {
            _ if name == "order" => order.as_ref() == expected.0.get(name),
            (Some(value), Some(_)) if name.starts_with(LEFT) && value == MAY_HAVE_LEFT => true,
            (value, expected) => value == expected,
        };
        self.0.keys().chain(expected.0.keys()).all(|name| of_failed(name) || same(name))
    }

    fn numbers(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|name| name.strip_prefix("decision "))
    }

    /// The decisions that were not withdrawn.
    pub fn standing(&self) -> BTreeSet<String> {
        self.numbers().filter(|number| !self.withdrawn(number)).map(str::to_owned).collect()
    }

    fn withdrawn(&self, number: &str) -> bool {
        self.0.get(&format!("decision {number}")).is_some_and(|state| state == WITHDRAWN)
    }

    fn decided(&self, number: &str) -> bool {
        self.0.contains_key(&format!("decision {number}"))
    }

    /// Where two differ, for a message.
    pub fn differs_from(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let told = names.into_iter().filter(|name| self.0.get(*name) != other.0.get(*name));
        told.map(|name| format!("{name}: {:?} / {:?}", self.0.get(name), other.0.get(name)))
            .collect()
    }
}

/// The journal and the outbox agree, decision by decision.
async fn check_journal(folder: &Path, store: &Store) {
    let bytes = std::fs::read(given::file(folder, "journal.sealed")).unwrap();
    let frames = read_frames(&bytes);
    assert_eq!(frames.tail, Tail::Clean, "opening has put the journal right");
    let mut said: BTreeMap<u128, (Option<String>, bool)> = BTreeMap::new();
    for frame in frames.frames {
        match unsealed(&frame) {
            Record::Decision { stamped, .. } => {
                let text = serde_json::to_string(&stamped).unwrap();
                said.entry(stamped.decision.id().0.as_u128()).or_default().0 = Some(text);
            }
            Record::Withdrawn { decision, .. } => {
                said.entry(decision.0.as_u128()).or_default().1 = true;
            }
            Record::Draft { .. } => {}
        }
    }
    for entry in store.outbox().await.unwrap() {
        let (text, withdrawn) = said.remove(&entry.decision().0.as_u128()).unwrap_or_default();
        let is_withdrawn = entry.state == OutboxState::Withdrawn;
        let decision = entry.decision();
        if is_withdrawn {
            // One that is being forgotten may have no record any more.
            assert!(withdrawn || text.is_none(), "{decision:?}: the journal would revive it");
        } else {
            assert!(!withdrawn, "{decision:?}: the journal calls it withdrawn");
            let text = text.expect("every decision of the outbox is in the journal");
            assert_eq!(text, serde_json::to_string(&entry.stamped).unwrap());
        }
    }
    for (decision, (_, withdrawn)) in said {
        assert!(withdrawn, "{decision:x} has no row, and the journal would revive it");
    }
}

fn unsealed(frame: &lutrin_store::journal::Frame) -> Record {
    let identities = [given::identity(), other_identity()];
    identities.iter().find_map(|identity| frame.unseal(identity).ok()).unwrap()
}

/// To whom the journal is sealed after its recipient has changed.
pub fn other_identity() -> JournalIdentity {
    "AGE-SECRET-KEY-1QVZQ2PS8PQYS5ZCVP58Q7YQ3ZGF3G9GKZUVPJXSMRSW3U8EQYY3QL4AXKM".parse().unwrap()
}
