//! A service, a machine for each run, and what is done to them.

use std::collections::BTreeMap;

use lutrin_app::view::{DraftView, OutboxStateView, OutcomeView, PhaseView};
use lutrin_central::db::{Standing, TakenIn};
use lutrin_central::intake::take_in;
use lutrin_central::reviewers::{NewAccount, add_reviewer, set_scope, set_standing};
use lutrin_domain::assessment::Level;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Learner, Part, Request, Requirement};
use lutrin_domain::id::{
    CenterCode, DecisionId, DiplomaCode, DossierId, JurySessionId, PieceKind, SlotKey,
};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot};
use lutrin_domain::jury::JurySession;
use lutrin_domain::reviewer::{Role, Scope};
use lutrin_domain::subject::Pages;
use lutrin_protocol::receipts::digest_of;
use lutrin_protocol::session::Secret;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::machine::{Machine, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{PASSWORD, TestService, unhurried};
use lutrin_testkit::wait::until;
use uuid::Uuid;

use super::scan;

/// Why something must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    ScopeLost,
    Withdrawn,
    SittingOver,
    Revoked,
    Disabled,
}

/// When the cause comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// While files come.
    Receiving,
    /// While it works, in contact.
    Working,
    /// While it works without a network.
    Away,
}

#[derive(Default)]
pub struct Counts {
    causes: BTreeMap<&'static str, u64>,
    dossiers: u64,
    decisions: u64,
    handed_in: u64,
    asked: u64,
    kept_here: u64,
    restarts: u64,
    scanned: u64,
    decrypted: u64,
}

impl Counts {
    pub fn told(&self) -> Vec<(&'static str, u64)> {
        let causes = self.causes.iter().map(|(cause, count)| (*cause, *count));
        let rest = [
            ("dossiers erased", self.dossiers),
            ("decisions", self.decisions),
            ("of them refused and kept on the machine", self.kept_here),
            ("of them handed in sealed", self.handed_in),
            ("removals asked about", self.asked),
            ("starts in between", self.restarts),
            ("bytes scanned", self.scanned),
            ("decrypted", self.decrypted),
        ];
        causes.chain(rest).collect()
    }
}

pub struct World {
    service: TestService,
}

/// A dossier, and what would show that something of it was left behind.
struct Given {
    id: DossierId,
    /// In the list and the copy.
    names: [String; 2],
    /// In the copy, its files or their text only.
    inside: Vec<String>,
}

/// One run.
struct Run {
    name: String,
    login: String,
    jury: JurySession,
    cause: Cause,
    moment: Moment,
    goes: Vec<Given>,
    stays: Given,
    decisions: Vec<DecisionId>,
    draft: String,
}

impl World {
    pub async fn new() -> Self {
        Self { service: TestService::start_as(unhurried).await }
    }

    pub async fn run(&mut self, name: &str, run: u64, mut dice: Dice, counts: &mut Counts) {
        use Cause::{Disabled, Revoked, ScopeLost, SittingOver, Withdrawn};
        let cause = *dice.pick(&[ScopeLost, Withdrawn, SittingOver, Revoked, Disabled]);
        let moment = *dice.pick(&[Moment::Receiving, Moment::Working, Moment::Away]);
        let mut this = self
            .given(format!("{name}, {cause:?}, {moment:?}"), run, cause, moment, &mut dice)
            .await;
        let mut machine = self.at_work(&mut this, &mut dice).await;
        self.let_it_happen(&this, &mut machine, &mut dice, counts).await;
        let root_key = machine.keyring().secrets().into_iter().next();
        self.wait_until_gone(&this, &mut machine, counts).await;
        self.judge_service(&this, &machine, counts).await;
        machine.quit().await;
        self.scan(&this, &machine, root_key, counts).await;
        let cause = match cause {
            ScopeLost => "scopes lost",
            Withdrawn => "dossiers withdrawn",
            SittingOver => "sittings over",
            Revoked => "machines revoked",
            Disabled => "accounts disabled",
        };
        *counts.causes.entry(cause).or_default() += 1;
        counts.decisions += this.decisions.len() as u64;
    }

    async fn given(
        &self,
        name: String,
        run: u64,
        cause: Cause,
        moment: Moment,
        dice: &mut Dice,
    ) -> Run {
        let data = self.service.data();
        let login = format!("reviewer-{run}");
        let centers = [CenterCode::new(format!("A{run}")), CenterCode::new(format!("B{run}"))];
        let account = NewAccount {
            login: login.clone(),
            name: "Camille Fictive".to_owned(),
            roles: vec![Role::NationalLead, Role::DnfReviewer],
            scope: Scope::Centers(centers.to_vec()),
            password: Secret(PASSWORD.to_owned()),
        };
        add_reviewer(data, account).await.unwrap();
        let jury = JurySession {
            id: JurySessionId(Uuid::from_u128(u128::from(run) + 1)),
            label: "Titres comptables".to_owned(),
            date: "2026-12-11".parse().unwrap(),
            file_closing_date: "2026-12-04".parse().unwrap(),
            diplomas: vec![DiplomaCode::new("CRN0400A")],
        };
        data.db.put_jury(&jury, &data.command_trace()).await.unwrap();
        let mut goes = Vec::new();
        for number in 0..1 + dice.below(7) {
            goes.push(self.dossier(run, number, &centers[0], jury.id, dice).await);
        }
        let stays = self.dossier(run, 99, &centers[1], jury.id, dice).await;
        let draft = format!("brouillon{:x}", dice.number());
        Run { name, login, jury, cause, moment, goes, stays, decisions: Vec::new(), draft }
    }

    async fn dossier(
        &self,
        run: u64,
        number: u64,
        center: &CenterCode,
        jury: JurySessionId,
        dice: &mut Dice,
    ) -> Given {
        let data = self.service.data();
        let mark = format!("{:08x}", dice.number() as u32);
        let names = [format!("Prune{mark}"), format!("Zélande-{mark}")];
        let mut inside = Vec::new();
        let mut slots = Vec::new();
        for piece in 0..2 {
            // Of the form of a number of social security, with a key that is wrong.
            let nir = format!("1841276{:06}99", dice.below(1_000_000));
            let word = format!("mot{piece}{mark}");
            let file_name = format!("piece{piece}-{mark}.pdf");
            let bytes = pdf(1, &format!("{word} {nir} {}", names[1].replace('é', "e")));
            data.documents.keep(bytes.clone().into()).await.unwrap();
            let file = IntakeFile {
                sha256: Digest::of(&bytes),
                size_bytes: bytes.len() as u64,
                file_name: file_name.clone(),
                pages: Pages::All,
                deposited_at: "2026-10-12T08:00:00Z".parse().unwrap(),
                replaces_previous: false,
            };
            slots.push(IntakeSlot {
                key: SlotKey::new(format!("piece{piece}")),
                part: Part::Experience,
                kind: PieceKind::new("cv"),
                label: None,
                job: None,
                requirement: Requirement::Useful,
                files: vec![file],
            });
            inside.extend([nir, word, file_name]);
        }
        let intake = Intake {
            reference: format!("D3-{run:06}-{number:02}"),
            status: "TRANSMIS_DNF".to_owned(),
            request: Request::DiplomaRequest,
            learner: Learner {
                first_name: names[0].clone(),
                birth_name: names[1].clone(),
                used_name: None,
                civility: None,
                birth_year: None,
            },
            diploma: DiplomaCode::new("CRN0400A"),
            route: None,
            center: center.clone(),
            jury: Some(jury),
            signed_at: "2026-10-12T08:00:00Z".parse().unwrap(),
            slots,
            jobs: vec![],
            cited: vec![],
        };
        match take_in(data, intake, &data.command_trace()).await.unwrap() {
            TakenIn::New(id) => Given { id, names, inside },
            other => panic!("{other:?}"),
        }
    }

    /// Signs in, takes the sitting along, and works until the moment has come.
    async fn at_work(&mut self, this: &mut Run, dice: &mut Dice) -> Machine {
        let machine = Machine::new().await;
        machine.sign_in(&self.service, &this.login).await.unwrap();
        let desk = machine.desk().await;
        until("the list is there", async || {
            let list = desk.work_list().await.unwrap();
            let known = list.juries.iter().any(|jury| jury.id == this.jury.id.to_string());
            (known && list.dossiers.len() == this.goes.len() + 1).then_some(())
        })
        .await;
        desk.carry_jury(this.jury.id).await.unwrap();
        if this.moment == Moment::Receiving {
            let some = dice.below(this.goes.len() as u64 * 2) as u32;
            until("some files are here", async || {
                let transfer = desk.exchange().await.unwrap().transfer;
                (transfer.map_or(0, |transfer| transfer.files_done) >= some).then_some(())
            })
            .await;
            return machine;
        }
        let files = (this.goes.len() as u32 + 1) * 2;
        until("every file is here", async || {
            let transfer = desk.exchange().await.unwrap().transfer?;
            (transfer.files_done == files && transfer.files_total == files).then_some(())
        })
        .await;
        if dice.chance(50) {
            // The words of the files are in the index.
            let word = &this.goes[0].inside[1];
            until("the files are read", async || {
                let found = desk.search_dossier(this.goes[0].id, word).await.unwrap();
                (!found.pages.is_empty()).then_some(())
            })
            .await;
        }
        if this.moment == Moment::Away {
            self.service.stop().await;
        }
        for dossier in this.goes.iter().take(1 + dice.index(this.goes.len())) {
            for piece in 0..dice.index(3) {
                let opened = machine.open(dossier.id).await;
                let piece = pieces(&opened)[piece];
                machine.settle(dossier.id, piece, OutcomeView::Accepted, &[]).await.unwrap();
            }
        }
        let made = desk.outbox().await.unwrap();
        this.decisions = made.iter().map(|row| row.decision.parse().unwrap()).collect();
        if dice.chance(60) {
            let draft = DraftView { reasons: this.draft.clone(), ..DraftView::default() };
            desk.save_draft(this.goes[0].id, Level::National, draft).await.unwrap();
        }
        machine
    }

    async fn let_it_happen(
        &mut self,
        this: &Run,
        machine: &mut Machine,
        dice: &mut Dice,
        counts: &mut Counts,
    ) {
        if this.moment == Moment::Away {
            self.service.run_unreachable().await;
        }
        let data = self.service.data();
        let trace = data.command_trace();
        match this.cause {
            Cause::ScopeLost => {
                let left = this.stays_center();
                set_scope(data, &this.login, &Scope::Centers(vec![left])).await.unwrap();
            }
            Cause::Withdrawn => {
                for dossier in &this.goes {
                    data.db.withdraw(dossier.id, &trace).await.unwrap();
                }
            }
            Cause::SittingOver => {
                let date = "2026-01-09".parse().unwrap();
                let over = JurySession { date, ..this.jury.clone() };
                data.db.put_jury(&over, &trace).await.unwrap();
            }
            Cause::Revoked => {
                let device = self.service.device_of(&this.login).await;
                assert!(data.db.revoke_device(device, &trace).await.unwrap());
            }
            Cause::Disabled => {
                set_standing(data, &this.login, Standing::Disabled).await.unwrap();
            }
        }
        if this.moment == Moment::Away {
            self.service.stop().await;
            self.service.come_back().await;
        }
        if dice.chance(40) {
            machine.quit().await;
            machine.start().await;
            counts.restarts += 1;
        }
    }

    /// What the service was told of the erasures of this machine: numbers and digest.
    async fn erased(&self, login: &str) -> Vec<(String, [u32; 3], Option<String>)> {
        let device = self.service.device_of(login).await.to_string();
        let entries = self.service.journal().await.into_iter();
        let erased = entries
            .filter(|entry| entry.action == "erased" && entry.device == Some(device.clone()));
        erased
            .map(|entry| {
                let mut words = entry.outcome.split(' ');
                let cause = words.next().unwrap().to_owned();
                let numbers = words.map(|word| word.parse().unwrap()).collect::<Vec<u32>>();
                (cause, numbers.try_into().unwrap(), entry.document)
            })
            .collect()
    }

    async fn wait_until_gone(&self, this: &Run, machine: &mut Machine, counts: &mut Counts) {
        let mut was_asked = false;
        until(&format!("{}: what must go is gone and told", this.name), async || {
            if this.is_shut_out() {
                let session = machine.app().session().await;
                if session.phase != PhaseView::ShutOut {
                    if let Ok(desk) = machine.app().at_exchange().await {
                        desk.sync_now();
                    }
                    return None;
                }
                session.shut_out.filter(|shown| shown.handed_in)?;
            } else if let Ok(desk) = machine.app().at_desk().await {
                if !desk.exchange().await.ok()?.removal.is_empty() {
                    was_asked = true;
                    desk.confirm_removal();
                }
                desk.sync_now();
            }
            let told: u32 = self.erased(&this.login).await.iter().map(|each| each.1[0]).sum();
            (told as usize >= this.gone().len()).then_some(())
        })
        .await;
        counts.asked += u64::from(was_asked);
        counts.dossiers += this.gone().len() as u64;
    }

    /// Everything decided is here, once; the receipt says exactly how much went.
    async fn judge_service(&self, this: &Run, machine: &Machine, counts: &mut Counts) {
        let kept = self.service.data().db.decisions(None).await.unwrap();
        for decision in &this.decisions {
            let here = kept.iter().filter(|kept| kept.stamped.decision.id() == *decision).count();
            // A service does not keep what is about a dossier that it does not have: it may
            // come again, and the decision then leaves again.
            let kept = this.cause == Cause::Withdrawn && is_refused(machine, *decision).await;
            let expected = usize::from(!kept || here == 1);
            assert_eq!(here, expected, "{}: {decision} is at the service once", this.name);
            counts.kept_here += u64::from(here == 0);
        }
        let told = self.erased(&this.login).await;
        let sum = |at: usize| told.iter().map(|each| each.1[at]).sum::<u32>();
        let gone = this.gone();
        assert!(told.iter().all(|each| each.0 == this.code()), "{}: {told:?}", this.name);
        assert_eq!(sum(0) as usize, gone.len(), "{}: {told:?}", this.name);
        if let [only] = told.as_slice() {
            let digest = digest_of(gone.iter().map(|dossier| dossier.id)).to_string();
            assert_eq!(only.2.as_ref(), Some(&digest), "{}: of these dossiers", this.name);
        }
        if this.moment != Moment::Receiving {
            assert_eq!(sum(1) as usize, gone.len() * 2, "{}: {told:?}", this.name);
        }
        if this.is_shut_out() && this.moment == Moment::Away {
            assert_eq!(sum(2) as usize, this.decisions.len(), "{}: {told:?}", this.name);
            counts.handed_in += this.decisions.len() as u64;
        }
    }

    /// Nothing of what had to go is on the machine, and nothing at all is in clear.
    async fn scan(
        &self,
        this: &Run,
        machine: &Machine,
        root_key: Option<Vec<u8>>,
        counts: &mut Counts,
    ) {
        let every = this.goes.iter().chain([&this.stays]);
        let words: Vec<&String> =
            every.flat_map(|dossier| dossier.names.iter().chain(&dossier.inside)).collect();
        let words = words.into_iter().chain([&this.draft]);
        let mut files = scan::files(machine.folder());
        files.push(("the log".to_owned(), scan::log()));
        for (file, bytes) in &files {
            counts.scanned += bytes.len() as u64;
            for word in words.clone() {
                assert!(!scan::is_in(bytes, word), "{}: {word} is in {file}", this.name);
            }
        }
        if this.is_shut_out() {
            assert!(machine.keyring().secrets().is_empty(), "{}: the key is gone", this.name);
            let left = files.iter().any(|(file, _)| file.ends_with(".db"));
            assert!(!left, "{}: no database is left", this.name);
            return;
        }
        let clear = scan::decrypted(machine.folder(), &root_key.unwrap()).await;
        counts.decrypted += clear.len() as u64;
        for dossier in this.gone() {
            // The lines of a list stay as long as the dossier is in the scope.
            let names = if this.cause == Cause::SittingOver { &[][..] } else { &dossier.names };
            for word in names.iter().chain(&dossier.inside).chain([&this.draft]) {
                assert!(!scan::is_in(&clear, word), "{}: {word} is still here", this.name);
            }
        }
        // The scan sees what is there.
        let seen = &this.stays.names[0];
        assert!(scan::is_in(&clear, seen), "{}: the one that stays is seen", this.name);
    }
}

/// Whether a decision stands in the outbox of a machine as refused.
async fn is_refused(machine: &Machine, decision: DecisionId) -> bool {
    let rows = machine.desk().await.outbox().await.unwrap();
    let row = rows.iter().find(|row| row.decision == decision.to_string());
    row.is_some_and(|row| row.state == OutboxStateView::Refused)
}

impl Run {
    fn is_shut_out(&self) -> bool {
        matches!(self.cause, Cause::Revoked | Cause::Disabled)
    }

    /// The dossiers that must go.
    fn gone(&self) -> Vec<&Given> {
        match self.cause {
            Cause::ScopeLost | Cause::Withdrawn => self.goes.iter().collect(),
            Cause::SittingOver | Cause::Revoked | Cause::Disabled => {
                self.goes.iter().chain([&self.stays]).collect()
            }
        }
    }

    fn code(&self) -> &'static str {
        match self.cause {
            Cause::ScopeLost | Cause::Withdrawn => "scope_lost",
            Cause::SittingOver => "session_over",
            Cause::Revoked => "device_revoked",
            Cause::Disabled => "account_disabled",
        }
    }

    fn stays_center(&self) -> CenterCode {
        CenterCode::new(self.login.replace("reviewer-", "B"))
    }
}
