//! What the service keeps in memory against its database: the same orders, the same
//! answers.

use lutrin_central::db::sqlite::Sqlite;
use lutrin_central::db::*;
use lutrin_domain::decision::{Act, Decision, Signature, SlotSettlement, Stamped};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{
    CenterCode, DecisionId, DeviceId, DossierId, JurySessionId, ReviewerId, SlotKey,
};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::Subject;
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::CarryRequest;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::simulation::database::MemoryDatabase;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::given::{SLOTS, at, catalogue_text, dossier, jury};

const SEQUENCES: u64 = 12;
const ORDERS: usize = 50;
const EPOCH: Uuid = Uuid::from_u128(0xe0);

#[tokio::test]
async fn c5_the_service_in_memory_keeps_what_its_database_keeps() {
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
    memory: MemoryDatabase,
    real: Sqlite,
    decisions: u128,
    /// Cursors that were given, of each reviewer.
    cursors: [Vec<Cursor>; 2],
    scopes: [Scope; 2],
    _folder: TempDir,
}

fn trace() -> Trace {
    Trace { reviewer: None, device: None, request_id: None, at: at() }
}

fn reviewer(who: usize) -> ReviewerId {
    ReviewerId(Uuid::from_u128(0x70 + who as u128))
}

fn device(who: usize) -> DeviceId {
    DeviceId(Uuid::from_u128(0x50 + who as u128))
}

/// What makes a device known: whoever carries has signed in.
fn session(who: usize) -> NewSession {
    let token = |number: usize| TokenHash(Digest::of(&[who as u8, number as u8]));
    NewSession {
        id: SessionId(device(who).0),
        reviewer: reviewer(who),
        device: device(who),
        device_name: "poste".into(),
        device_key: [1; 32],
        tokens: TokenPair {
            access: token(0),
            access_until: at(),
            refresh: token(1),
            refresh_until: at(),
        },
        now: at(),
    }
}

impl Pair {
    async fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let real = Sqlite::open(&folder.path().join("central.db"), EPOCH).await.unwrap();
        let memory = MemoryDatabase::new(EPOCH);
        let text = catalogue_text();
        let hash = Digest::of(text.as_bytes());
        real.add_catalogue(hash, &text, at()).await.unwrap();
        memory.add_catalogue(hash, &text, at()).await.unwrap();
        let scopes = [Scope::Everywhere, Scope::Centers(vec![CenterCode::new("BES")])];
        for (who, scope) in scopes.iter().enumerate() {
            memory.add_reviewer(reviewer(who), scope.clone());
            let new = NewReviewer {
                reviewer: Reviewer {
                    id: reviewer(who),
                    name: "Fictive".into(),
                    roles: vec![Role::DnfReviewer],
                    scope: scope.clone(),
                },
                login: who.to_string(),
                password_hash: String::new(),
                created_at: at(),
            };
            real.add_reviewer(&new, &trace()).await.unwrap();
            real.open_session(&session(who), &trace()).await.unwrap();
        }
        let dice = Dice::of(seed, 0);
        Self {
            dice,
            memory,
            real,
            decisions: 0,
            cursors: Default::default(),
            scopes,
            _folder: folder,
        }
    }

    fn draw(&mut self, range: std::ops::Range<usize>) -> usize {
        range.start + self.dice.index(range.len())
    }

    fn a_dossier(&mut self) -> DossierId {
        DossierId(Uuid::from_u128(self.draw(1..6) as u128))
    }

    async fn order(&mut self) -> String {
        match self.draw(0..12) {
            0..3 => {
                let dossier = dossier(self.draw(1..6) as u128);
                let intake = Digest::of(&[self.draw(0..8) as u8 / 7]);
                let new = NewDossier { dossier, intake };
                let memory = self.memory.take_in(&new, &trace()).await.unwrap();
                assert_eq!(memory, self.real.take_in(&new, &trace()).await.unwrap());
                format!("take in: {memory:?}")
            }
            3 | 4 => self.change().await,
            5 => {
                let id = self.a_dossier();
                let memory = self.memory.withdraw(id, &trace()).await.unwrap();
                assert_eq!(memory, self.real.withdraw(id, &trace()).await.unwrap());
                format!("withdraw: {memory:?}")
            }
            6..9 => self.rule().await,
            9 => {
                let who = self.draw(0..2);
                let dossiers = vec![self.a_dossier()];
                let juries = vec![JurySessionId(Uuid::from_u128(self.draw(1..3) as u128))];
                let carry = CarryRequest { juries, dossiers };
                self.memory.carry(device(who), &carry, &trace()).await.unwrap();
                self.real.carry(device(who), &carry, &trace()).await.unwrap();
                "carry".into()
            }
            10 => {
                let session = jury(self.draw(1..3) as u128);
                self.memory.put_jury(&session, &trace()).await.unwrap();
                self.real.put_jury(&session, &trace()).await.unwrap();
                "put a sitting".into()
            }
            _ => self.govern().await,
        }
    }

    async fn change(&mut self) -> String {
        let (id, what) = (self.a_dossier(), self.draw(0..4));
        let change = |mut held: Dossier| {
            match what {
                0 => held.center = CenterCode::new("BES"),
                1 => held.center = CenterCode::new("BFC"),
                2 => held.jury = None,
                _ => held.jury = Some(JurySessionId(Uuid::from_u128(1))),
            }
            Ok(held)
        };
        let memory = self.memory.change_dossier(id, &change, &trace()).await.unwrap();
        assert_eq!(memory, self.real.change_dossier(id, &change, &trace()).await.unwrap());
        format!("change {what}: {memory:?}")
    }

    /// Some decisions in one transaction, ruled on by what is held.
    async fn rule(&mut self) -> String {
        let mut stamped = Vec::new();
        for _ in 0..self.draw(1..4) {
            stamped.push(self.a_decision());
        }
        let judge = |held: Held| {
            if let Some(earlier) = held.earlier {
                return Ruling::Again(earlier.outcome, None);
            }
            if let Some(refused) = held.refused_base {
                let refusal = Refusal::DependsOnRefused { refused };
                return Ruling::Refuse { refusal, held: held.dossier, keep: Keep::Yes };
            }
            match held.dossier {
                None => Ruling::Refuse { refusal: Refusal::OutOfScope, held: None, keep: Keep::No },
                Some(dossier) if dossier.applied.len() % 3 == 2 => Ruling::Refuse {
                    refusal: Refusal::ReasonMissing,
                    held: Some(dossier),
                    keep: Keep::Yes,
                },
                Some(mut dossier) => {
                    let number = dossier.applied.len() as u128;
                    let id = DecisionId(Uuid::from_u128(0x9000 + number));
                    dossier.applied.insert(id, Digest::of(b"applied"));
                    Ruling::Apply(dossier)
                }
            }
        };
        let asked: Vec<(&Stamped, Judge<'_>)> =
            stamped.iter().map(|stamped| (stamped, &judge as Judge<'_>)).collect();
        let memory = self.memory.rule_on_all(&asked, &trace()).await.unwrap();
        let real = self.real.rule_on_all(&asked, &trace()).await.unwrap();
        assert_eq!(format!("{memory:?}"), format!("{real:?}"));
        format!("rule: {memory:?}")
    }

    fn a_decision(&mut self) -> Stamped {
        let known = self.decisions > 0 && self.draw(0..4) == 0;
        let number = match known {
            true => self.draw(1..self.decisions as usize + 1) as u128,
            false => {
                self.decisions += 1;
                self.decisions
            }
        };
        // The same number is always the same decision.
        let dossier = DossierId(Uuid::from_u128(1 + number % 5));
        let slot = SlotKey::new(SLOTS[number as usize % SLOTS.len()]);
        let base = (number > 4).then(|| DecisionId(Uuid::from_u128(0x4000 + number - 3)));
        let reason = "emploi en cours".into();
        let act = Act::SettleSlot(SlotSettlement::NotRequired { reason });
        let id = DecisionId(Uuid::from_u128(0x4000 + number));
        let subject = Subject::Slot { dossier, slot };
        Stamped {
            decision: Decision::make(id, subject, base, act).unwrap(),
            author: reviewer(0),
            role: Role::DnfReviewer,
            center: None,
            device: device(0),
            made_at: at(),
            received_at: Some(at()),
            signature: Signature([5; 64]),
        }
    }

    async fn govern(&mut self) -> String {
        let state = self.real.state().await.unwrap();
        match self.draw(0..3) {
            0 => {
                let scope = Scope::Centers(vec![CenterCode::new(["BES", "BFC"][self.draw(0..2)])]);
                self.memory.set_scope(reviewer(1), scope.clone());
                self.real.set_scope("1", &scope, &trace()).await.unwrap();
                self.scopes[1] = scope;
                "set a scope".into()
            }
            1 => {
                let epoch = [state.epoch, Uuid::from_u128(7)][self.draw(0..2)];
                let marked =
                    self.memory.mark_backup(epoch, state.position, &trace()).await.unwrap();
                let real = self.real.mark_backup(epoch, state.position, &trace()).await.unwrap();
                assert_eq!(marked, real);
                format!("mark a backup: {marked}")
            }
            _ => {
                let epoch = Uuid::from_u128(state.epoch.as_u128() + 1);
                self.memory.begin_epoch(epoch, &trace()).await.unwrap();
                self.real.begin_epoch(epoch, &trace()).await.unwrap();
                "begin an epoch".into()
            }
        }
    }

    async fn compare(&mut self, order: &str) {
        for who in 0..2 {
            let known = self.cursors[who].len();
            let cursor = (known > 0).then(|| self.cursors[who][self.dice.index(known)]);
            for cursor in [None, cursor] {
                let memory = seen(&self.memory, who, &self.scopes[who], cursor).await;
                let real = seen(&self.real, who, &self.scopes[who], cursor).await;
                assert_eq!(memory, real, "{order}");
                let next =
                    real["changes"]["cursor"].as_str().and_then(|text| text.parse::<Cursor>().ok());
                self.cursors[who].extend(next);
            }
        }
    }
}

/// Everything that one reviewer's machine can learn.
async fn seen(db: &dyn Dossiers, who: usize, scope: &Scope, cursor: Option<Cursor>) -> Value {
    let ask = ChangesAsk {
        reviewer: reviewer(who),
        device: device(who),
        cursor,
        changes: 3,
        snapshots: 1,
    };
    let changes = match db.changes(&ask).await.unwrap() {
        Changes::Gone => Value::Null,
        Changes::Page(page) => serde_json::to_value(page.answer(Vec::new(), at())).unwrap(),
    };
    let epoch = db.state().await.unwrap().epoch;
    let known = (1..=4).map(|number| (DossierId(Uuid::from_u128(number)), number as u64));
    let compare = CompareAsk {
        reviewer: reviewer(who),
        device: device(who),
        epoch: cursor.map_or(epoch, |cursor| cursor.epoch),
        held: known.collect(),
        changes: 3,
        snapshots: 1,
    };
    let compared = match db.compare(&compare).await.unwrap() {
        Changes::Gone => Value::Null,
        Changes::Page(page) => serde_json::to_value(page.answer(Vec::new(), at())).unwrap(),
    };
    let since = cursor.map_or(0, |cursor| cursor.position);
    let mut dossiers = Vec::new();
    for number in 1..6 {
        let id = DossierId(Uuid::from_u128(number));
        dossiers.push(json!([
            db.dossier(id, scope).await.unwrap(),
            db.catalogue_of(id).await.unwrap()
        ]));
    }
    let decisions = db.decisions(None).await.unwrap();
    let decisions = decisions.iter().map(|kept| format!("{:?} {:?}", kept.stamped, kept.outcome));
    json!({
        "state": format!("{:?}", db.state().await.unwrap()),
        "changes": changes,
        "compared": compared,
        "news": db.has_news(reviewer(who), since).await.unwrap(),
        "juries": db.juries(scope).await.unwrap(),
        "carried": db.carried(device(who), scope).await.unwrap(),
        "dossiers": dossiers,
        "decisions": decisions.collect::<Vec<_>>(),
    })
}
