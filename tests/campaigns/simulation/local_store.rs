//! The local store in memory against the encrypted one: the same orders, the same
//! answers.

use jiff::Timestamp;
use lutrin_domain::apply::fold;
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::decision::{Act, Decision, Signature, SlotSettlement, Stamped};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DeviceId, DossierId, JurySessionId, ReviewerId, SlotKey};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::Subject;
use lutrin_store::journal::JournalIdentity;
use lutrin_store::{
    CarryChoice, ChangesBatch, CursorText, Delivery, DeviceKey, Epoch, FeedPlace, Jury, NewProfile,
    Profile, PushAnswers, PushOutcome, PutDossier, RootKey, Store, SummaryFilter, Trouble,
};
use lutrin_sync::ports::LocalStore;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::simulation::store::MemoryStore;
use tempfile::TempDir;
use uuid::Uuid;

use super::given::{SLOTS, at, catalogue_text, dossier, jury};

/// A secret of tests: it opens nothing but the journals made here.
const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const SEQUENCES: u64 = 12;
const ORDERS: usize = 60;

#[tokio::test]
async fn c5_the_store_in_memory_does_what_the_encrypted_one_does() {
    for seed in 0..SEQUENCES {
        let mut pair = Pair::new(seed).await;
        for number in 0..ORDERS {
            let order = pair.order().await;
            pair.compare(&format!("seed {seed}, order {number}: {order}")).await;
        }
        pair.real.close().await;
    }
}

struct Pair {
    dice: Dice,
    memory: MemoryStore,
    real: Store,
    decisions: Vec<DecisionId>,
    epoch: u128,
    position: u64,
    _folder: TempDir,
}

/// The same on both, which answer the same.
macro_rules! both {
    ($pair:ident, $method:ident($($argument:expr),*)) => {{
        let memory = LocalStore::$method(&$pair.memory, $($argument),*).await.unwrap();
        let real = LocalStore::$method(&$pair.real, $($argument),*).await.unwrap();
        assert_eq!(memory, real);
        memory
    }};
}

impl Pair {
    async fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let reviewer = Reviewer {
            id: ReviewerId(Uuid::from_u128(2)),
            name: "Camille Fictive".into(),
            roles: vec![Role::CenterReviewer],
            scope: Scope::Everywhere,
        };
        let service = "https://lutrin.example".into();
        let profile = NewProfile {
            profile: Profile { service, reviewer, device: DeviceId(Uuid::from_u128(3)) },
            device_key: DeviceKey::new([9; 32]),
            journal_recipient: IDENTITY.parse::<JournalIdentity>().unwrap().recipient(),
        };
        let real = Store::create(folder.path(), &RootKey::new([7; 32]), &profile).await.unwrap();
        Self {
            dice: Dice::of(seed, 0),
            memory: MemoryStore::default(),
            real,
            decisions: Vec::new(),
            epoch: 1,
            position: 10,
            _folder: folder,
        }
    }

    fn draw(&mut self, range: std::ops::Range<usize>) -> usize {
        range.start + self.dice.index(range.len())
    }

    fn a_position(&mut self) -> u64 {
        self.position += 1;
        // Now and then one that is older than what is held.
        self.position - self.draw(0..5) as u64
    }

    fn a_decision(&mut self) -> DecisionId {
        let number = self.draw(0..self.decisions.len().max(1));
        self.decisions.get(number).copied().unwrap_or(DecisionId(Uuid::from_u128(1)))
    }

    fn some_decisions(&mut self) -> Vec<DecisionId> {
        (0..self.draw(1..4)).map(|_| self.a_decision()).collect()
    }

    /// A dossier with what some decisions made of it.
    async fn a_dossier(&mut self) -> Dossier {
        let dossier = dossier(self.draw(1..5) as u128);
        let kept = self.real.outbox_of(dossier.id).await.unwrap();
        let catalogue = Catalogue::read(&catalogue_text()).unwrap().1;
        let applied = kept.iter().take(self.draw(0..3)).map(|entry| &entry.stamped);
        fold(&catalogue, dossier, applied).dossier
    }

    async fn order(&mut self) -> String {
        match self.draw(0..22) {
            20 | 21 => self.erase().await,
            0..4 => self.record().await,
            4 => {
                let decision = self.a_decision();
                let memory = self.memory.withdraw(decision);
                let real = self.real.withdraw(decision, at()).await;
                assert_eq!(memory, real.is_ok(), "{real:?}");
                "withdraw".into()
            }
            5 | 6 => {
                let decisions = self.some_decisions();
                both!(self, mark_in_flight(&decisions, at()));
                "mark_in_flight".into()
            }
            7 => {
                let decisions = self.some_decisions();
                let delivery = [Delivery::NotSent, Delivery::Unknown][self.draw(0..2)];
                both!(self, return_to_pending(&decisions, delivery));
                format!("return_to_pending {delivery:?}")
            }
            8 | 9 => self.settle().await,
            10 => {
                let decision = self.a_decision();
                let trouble = Trouble { code: "malformed".into(), request: None, next_try: at() };
                both!(self, note_trouble(decision, &trouble));
                "note_trouble".into()
            }
            11..14 => self.change().await,
            14 => self.rebuild().await,
            15 => {
                let juries: Vec<Jury> = (1..=self.draw(0..3) as u128)
                    .map(|number| {
                        let dossiers = (1..=number + 1).map(|id| DossierId(Uuid::from_u128(id)));
                        Jury { session: jury(number), dossiers: dossiers.collect() }
                    })
                    .collect();
                both!(self, put_juries(4, &juries));
                "put_juries".into()
            }
            16 => {
                let jury = JurySessionId(Uuid::from_u128(self.draw(1..3) as u128));
                let single = DossierId(Uuid::from_u128(self.draw(1..5) as u128));
                let empty = self.draw(0..3) == 0;
                let change = move |choice: &mut CarryChoice| {
                    choice.juries = if empty { vec![] } else { vec![jury] };
                    choice.dossiers = if empty { vec![] } else { vec![single] };
                };
                self.memory.carry(change);
                self.real.carry(change).await.unwrap();
                let told = self.real.carried().await.unwrap().choice;
                if self.draw(0..2) == 0 {
                    both!(self, carry_is_known(&told));
                }
                "carry".into()
            }
            17 => {
                let text = catalogue_text();
                both!(self, put_catalogue(&text));
                "put_catalogue".into()
            }
            18 => {
                let decision = self.a_decision();
                self.memory.arbitrate(decision, at());
                let _ = self.real.arbitrate(decision, at()).await;
                "arbitrate".into()
            }
            _ => {
                let (epoch, watermark) = (Epoch(Uuid::from_u128(self.epoch)), self.position - 5);
                both!(self, prune_acknowledged(epoch, watermark));
                "prune_acknowledged".into()
            }
        }
    }

    async fn record(&mut self) -> String {
        let number = self.decisions.len() as u128 + 1;
        let dossier = dossier(self.draw(1..5) as u128);
        let slot = SlotKey::new(SLOTS[self.draw(0..SLOTS.len())]);
        let subject = Subject::Slot { dossier: dossier.id, slot };
        let base = (self.draw(0..3) > 0).then(|| self.a_decision());
        let reason = "emploi en cours".into();
        let act = Act::SettleSlot(SlotSettlement::NotRequired { reason });
        let id = DecisionId(Uuid::from_u128(number));
        let stamped = Stamped {
            decision: Decision::make(id, subject, base.filter(|base| *base != id), act).unwrap(),
            author: ReviewerId(Uuid::from_u128(2)),
            role: Role::CenterReviewer,
            center: None,
            device: DeviceId(Uuid::from_u128(3)),
            made_at: at(),
            received_at: None,
            signature: Signature([5; 64]),
        };
        self.memory.record(&stamped, at());
        self.real.record_decision(&stamped, at()).await.unwrap();
        self.decisions.push(id);
        format!("record {number}")
    }

    async fn settle(&mut self) -> String {
        let sent = self.some_decisions();
        let mut results = Vec::new();
        for decision in &sent {
            let outcome = match self.draw(0..6) {
                0..3 => {
                    let position = self.a_position();
                    PushOutcome::Acknowledged { position, received_at: Timestamp::UNIX_EPOCH }
                }
                3 => {
                    let refusal = [Refusal::OutOfScope, Refusal::UnknownSubject];
                    let refusal = refusal[self.draw(0..2)].clone();
                    PushOutcome::Refused { refusal, held: None }
                }
                4 => PushOutcome::Early { base: self.a_decision(), next_try: at() },
                _ => {
                    let held = Some(Box::new(self.a_dossier().await));
                    PushOutcome::Refused { refusal: Refusal::Conflict { head: None }, held }
                }
            };
            results.push((*decision, outcome));
        }
        if self.draw(0..8) == 0 {
            self.epoch += 1;
        }
        let epoch = (self.draw(0..4) > 0).then_some(Epoch(Uuid::from_u128(self.epoch)));
        let answers = PushAnswers { epoch, results, sent };
        both!(self, settle_all(answers.clone()));
        format!("settle {answers:?}")
    }

    async fn change(&mut self) -> String {
        let mut batch = ChangesBatch::default();
        for _ in 0..self.draw(1..3) {
            let dossier = self.a_dossier().await;
            let position = self.a_position();
            let summary = dossier.summary();
            let snapshot = (self.draw(0..2) == 0).then(|| Box::new(dossier));
            batch.puts.push(PutDossier { position, summary, snapshot });
        }
        let id = DossierId(Uuid::from_u128(self.draw(1..5) as u128));
        match self.draw(0..4) {
            0 => batch.removes.push((self.a_position(), id)),
            1 => batch.still_there.push((self.a_position(), id)),
            _ => {}
        }
        if self.draw(0..3) > 0 {
            let cursor = CursorText(format!("{}", self.position));
            batch.place = Some(FeedPlace { cursor, epoch: Epoch(Uuid::from_u128(self.epoch)) });
        }
        both!(self, apply_changes(batch.clone()));
        format!("apply {} and {:?}", batch.puts.len(), batch.removes)
    }

    async fn rebuild(&mut self) -> String {
        if both!(self, is_rebuilding()) {
            both!(self, rebuild_sweep());
            return "sweep".into();
        }
        if self.draw(0..3) == 0 {
            both!(self, begin_comparison());
            return "begin a comparison".into();
        }
        both!(self, rebuild_begin());
        self.position = 10;
        "begin a rebuild".into()
    }

    async fn erase(&self) -> String {
        let erased = |erased: Vec<lutrin_store::Erased>| {
            erased
                .into_iter()
                .map(|erased| (erased.receipt.cause, erased.dossiers))
                .collect::<Vec<_>>()
        };
        let memory = erased(LocalStore::erase_due(&self.memory, at()).await.unwrap());
        let real = erased(LocalStore::erase_due(&self.real, at()).await.unwrap());
        assert_eq!(memory, real);
        format!("erase {memory:?}")
    }

    async fn compare(&self, order: &str) {
        both!(self, pending());
        assert_eq!(self.memory.outbox(), self.real.outbox().await.unwrap(), "{order}");
        both!(self, cursor());
        both!(self, is_rebuilding());
        both!(self, rebuild_unseen());
        both!(self, juries_rev());
        assert_eq!(self.memory.carried(), self.real.carried().await.unwrap(), "{order}");
        both!(self, carried_here());
        both!(self, carry_to_tell());
        both!(self, missing_snapshots());
        both!(self, missing_catalogues());
        let rows = self.memory.rows();
        let listed = self.real.summaries(SummaryFilter::default()).await.unwrap();
        assert_eq!(rows.len(), listed.len(), "{order}");
        for listed in listed {
            let id = listed.summary.id;
            assert_eq!(rows[&id].left, listed.left, "{order}");
            assert_eq!(self.memory.dossier(id), self.real.dossier(id).await.unwrap(), "{order}");
            let real = self.real.view(id).await.ok().flatten().map(|seen| seen.fold);
            assert_eq!(self.memory.view(id), real, "{order}");
        }
    }
}
