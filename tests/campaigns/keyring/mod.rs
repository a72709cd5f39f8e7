//! C15: the system's keyring fails in each way while decisions wait on the machine. Nothing
//! is made over the copy that is there, nothing is readable without its key, and its journal
//! alone brings the service everything that was told as recorded.
//!
//! The keyring is the real one, on a bus of the campaign's own, and what speaks to it is the
//! shell's module: the campaign runs in a process that has that bus in its environment.

mod faults;
mod room;

#[path = "../../e2e/bus.rs"]
mod bus;
#[path = "../../e2e/program.rs"]
#[expect(dead_code, reason = "the tests of the window use more of it")]
mod program;
#[path = "../../../src-tauri/keyring.rs"]
mod system;
#[path = "../../e2e/wait.rs"]
#[expect(dead_code, reason = "the tests of the window use more of it")]
mod wait;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use lutrin_app::view::{ChosenVerdictView, OutcomeView, PhaseView};
use lutrin_app::{App, Copy};
use lutrin_central::db::Outcome;
use lutrin_central::journal_import::{Machines, import_journals};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::SlotKey;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::machine::{credentials, given, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{NADIA, PASSWORD, TestService};
use lutrin_testkit::wait::until;
use tempfile::TempDir;

use self::faults::Fault;
use self::room::Room;
use self::system::SystemKeyring;
use crate::extent::Extent;

/// Each fault once.
const SHORT: u64 = Fault::ALL.len() as u64;
/// What a decision says, and no file may.
const CANARY: &str = "Zénobie-Canarine";
/// The learner of every dossier of the service.
const LEARNER: &str = "Aubertin";
const ROOM: &str = "LUTRIN_KEYRING_ROOM";
/// What the machine leaves in its room once all was played.
const PLAYED: &str = "played";

#[derive(Default)]
struct Counts {
    recorded: u64,
    recovered: u64,
    blocked: u64,
    files_unchanged: u64,
    reopened: u64,
    started_over: u64,
}

#[test]
fn c15_whatever_becomes_of_the_keyring_no_work_is_lost_or_readable() {
    let room = Room::new();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "keyring::the_machine_of_this_room", "--nocapture"])
        .envs(room.environment())
        .env(ROOM, room.folder())
        .status()
        .unwrap();
    assert!(child.success());
    // A name that no test has would have run none, and been well.
    assert!(room.folder().join(PLAYED).exists(), "the machine of this room was there");
}

/// Not a test of its own: all of the one above, which gives it a bus.
#[tokio::test(flavor = "multi_thread")]
async fn the_machine_of_this_room() {
    let Some(folder) = std::env::var_os(ROOM) else { return };
    let extent = Extent::asked(SHORT);
    let mut counts = Counts::default();
    for run in extent.from..extent.from + extent.count {
        let fault = Fault::ALL[usize::try_from(run).unwrap() % Fault::ALL.len()];
        // Where a new copy may be fetched, it is in every other run, and the old one is opened
        // again in the others; the next turn of all faults has it the other way round.
        let anew = (run + run / Fault::ALL.len() as u64) % 2 == 1;
        let name = format!("keyring, seed {} from {run}, {fault:?}", extent.seed);
        let dice = Dice::of(extent.seed, run);
        Run::new(name, fault, dice, Path::new(&folder)).await.played(anew, &mut counts).await;
    }
    let counts = [
        ("faults", Fault::ALL.len() as u64),
        ("decisions recorded", counts.recorded),
        ("recovered from the journal", counts.recovered),
        ("copies that did not open", counts.blocked),
        ("files unchanged", counts.files_unchanged),
        ("copies opened again", counts.reopened),
        ("new copies beside the old", counts.started_over),
    ];
    println!();
    extent.report("keyring", &counts);
    std::fs::write(Path::new(&folder).join(PLAYED), "").unwrap();
}

struct Run {
    name: String,
    fault: Fault,
    dice: Dice,
    room: PathBuf,
    service: TestService,
    folder: TempDir,
}

impl Run {
    async fn new(name: String, fault: Fault, dice: Dice, room: &Path) -> Self {
        let service = TestService::start_unhurried().await;
        let files = [("a.pdf", pdf(1, "a")), ("b.pdf", pdf(1, "b")), ("c.pdf", pdf(1, "c"))];
        for number in 0..3 {
            service.take_in(&format!("D3-2026-{number:06}"), &files).await;
        }
        let folder = tempfile::tempdir().unwrap();
        Self { name, fault, dice, room: room.to_owned(), service, folder }
    }

    async fn played(mut self, anew: bool, counts: &mut Counts) {
        let mut keyring = room::Keyring::start(&self.room).await;
        let recorded = self.work().await;
        let before = self.files();
        let key = self.fault.befall(&mut keyring, &self.profile_name()).await;

        let app = self.app();
        let session = app.open().await;
        let phase = session.phase;
        if self.fault == Fault::None {
            assert_eq!(phase, PhaseView::Ready, "{}", self.name);
        } else {
            assert_eq!(phase, PhaseView::Blocked, "{}", self.name);
            let block = session.block.unwrap();
            self.fault.check(&self.name, &block);
            counts.blocked += 1;
            assert_eq!(self.files(), before, "{}: nothing has changed", self.name);
            counts.files_unchanged += before.len() as u64;
        }
        counts.recorded += recorded.len() as u64;
        counts.recovered += self.recover(&app, &recorded).await;

        if self.fault == Fault::None {
            app.quit().await;
        } else if anew && self.fault.may_start_over() {
            self.start_over(&app, &before).await;
            counts.started_over += 1;
        } else {
            self.come_back(app, &mut keyring, key, &recorded).await;
            counts.reopened += 1;
        }
        self.nothing_is_readable();
    }

    fn app(&self) -> App {
        let (given, _events) = given(self.folder.path(), Arc::new(SystemKeyring));
        App::new(given)
    }

    /// Signs in, takes the sitting along, loses the network, decides. What was told as
    /// recorded is kept in the driver's own memory.
    async fn work(&mut self) -> BTreeSet<String> {
        let app = self.app();
        assert_eq!(app.open().await.phase, PhaseView::SignedOut, "{}", self.name);
        app.sign_in(credentials(&self.service.url(), NADIA, PASSWORD)).await.unwrap();
        let desk = app.at_desk().await.unwrap();
        until("the sitting is here", async || {
            (!desk.work_list().await.unwrap().juries.is_empty()).then_some(())
        })
        .await;
        desk.carry_jury(self.service.jury).await.unwrap();
        let list = until("the dossiers are here", async || {
            let list = desk.work_list().await.unwrap();
            for row in &list.dossiers {
                desk.open_dossier(row.heading.id.parse().unwrap()).await.ok()?;
            }
            Some(list)
        })
        .await;
        self.service.stop().await;
        let mut recorded = BTreeSet::new();
        for number in 0..4 + self.dice.below(5) {
            let dossier = self.dice.pick(&list.dossiers).heading.id.parse().unwrap();
            let opened = desk.open_dossier(dossier).await.unwrap();
            let pieces = pieces(&opened);
            let piece = pieces[self.dice.index(pieces.len())];
            let Some(deposit) = &piece.deposit else { continue };
            let (slot, deposit) = (SlotKey::new(&piece.slot), deposit.id.parse().unwrap());
            let said = format!("{CANARY} {number}");
            let verdict = ChosenVerdictView {
                outcome: OutcomeView::Accepted,
                reasons: Vec::new(),
                comment: Some(said.clone()),
                citations: Vec::new(),
            };
            if desk.settle_piece(dossier, &slot, deposit, verdict).await.is_ok() {
                recorded.insert(said);
            }
        }
        assert!(!recorded.is_empty(), "{}: there is work", self.name);
        app.quit().await;
        self.service.come_back().await;
        recorded
    }

    /// Brings the journal of the copy, opened or not, to the service; gives how many of the
    /// decisions it then has.
    async fn recover(&self, app: &App, recorded: &BTreeSet<String>) -> u64 {
        let exported = tempfile::tempdir().unwrap();
        let to = exported.path().join("journal");
        app.export_work(&to).await.unwrap();
        let journal = std::fs::read(&to).unwrap();
        let data = self.service.data();
        let trace = data.command_trace();
        import_journals(data, vec![journal], Machines::InUse, &trace).await.unwrap();
        let held = self.held().await;
        let lost: Vec<_> = recorded.iter().filter(|said| !held.contains_key(*said)).collect();
        assert!(lost.is_empty(), "{}: the journal has lost {lost:?}", self.name);
        recorded.len() as u64
    }

    /// What the service holds of the decisions, by what they say, and how often.
    async fn held(&self) -> BTreeMap<String, u32> {
        let mut held = BTreeMap::new();
        for kept in self.service.data().db.decisions(None).await.unwrap() {
            let lutrin_domain::decision::Act::SettlePiece(verdict) = kept.stamped.decision.act()
            else {
                panic!("{}: pieces are settled", self.name);
            };
            assert!(matches!(kept.outcome, Outcome::Applied { .. }), "{}: {verdict:?}", self.name);
            *held.entry(verdict.comment.clone().unwrap()).or_default() += 1;
        }
        held
    }

    /// The person leaves, and cannot sign in past the copy that is there; then the keyring
    /// works again, and so does the copy, with all its work.
    async fn come_back(
        &self,
        app: App,
        keyring: &mut room::Keyring,
        key: Option<Vec<u8>>,
        recorded: &BTreeSet<String>,
    ) {
        app.sign_out(Copy::Kept).await.unwrap();
        let credentials = || credentials(&self.service.url(), NADIA, PASSWORD);
        assert!(app.sign_in(credentials()).await.is_err(), "{}: no way around", self.name);
        assert_eq!(self.profiles().len(), 1, "{}: no second copy", self.name);
        self.fault.mend(keyring, &self.profile_name(), key).await;
        app.sign_in(credentials()).await.unwrap();
        let desk = app.at_desk().await.unwrap();
        assert_eq!(desk.outbox().await.unwrap().len(), recorded.len(), "{}", self.name);
        desk.sync_now();
        until("everything has left", async || {
            (desk.exchange().await.unwrap().pending == 0).then_some(())
        })
        .await;
        assert!(self.held().await.values().all(|times| *times == 1), "{}: once", self.name);
        app.quit().await;
    }

    /// A new copy is fetched; the old one lies beside it, byte for byte.
    async fn start_over(&self, app: &App, before: &BTreeMap<PathBuf, Digest>) {
        app.start_over().await.unwrap();
        app.sign_in(credentials(&self.service.url(), NADIA, PASSWORD)).await.unwrap();
        assert_eq!(app.session().await.phase, PhaseView::Ready, "{}", self.name);
        app.quit().await;
        let after: BTreeSet<_> = self.files().into_values().collect();
        let of_copy = |path: &&PathBuf| path.components().any(|part| part.as_os_str() == "profile");
        for path in before.keys().filter(of_copy) {
            assert!(after.contains(&before[path]), "{}: {} is gone", self.name, path.display());
        }
    }

    /// The name of the one profile, in the keyring too.
    fn profile_name(&self) -> String {
        let [name] = &self.profiles()[..] else { panic!("{}: one profile", self.name) };
        name.clone()
    }

    fn profiles(&self) -> Vec<String> {
        let folders = std::fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        let folders = folders.filter(|entry| entry.path().join("profile").exists());
        folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    /// Every file with its digest, but for the lock.
    fn files(&self) -> BTreeMap<PathBuf, Digest> {
        let files = crate::disk::files_of(self.folder.path()).into_iter();
        let files = files.filter(|(path, _)| path.file_name().is_none_or(|name| name != "lock"));
        files.map(|(path, bytes)| (path, Digest::of(&bytes))).collect()
    }

    /// No file has a word of the dossiers, or is a database without a key.
    fn nothing_is_readable(&self) {
        for (path, bytes) in crate::disk::files_of(self.folder.path()) {
            for word in [CANARY, LEARNER, "SQLite format 3"] {
                let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
                assert!(!found, "{}: {} has {word:?}", self.name, path.display());
            }
        }
    }
}
