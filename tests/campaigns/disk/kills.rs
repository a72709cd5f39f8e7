//! The whole engine of a machine, killed at any instant, again and again (C1).
//!
//! The machine runs in a process of its own, against a real service in this one: it
//! decides, withdraws, writes, carries documents, pulls and pushes, and says on a pipe what
//! it was told is safe. This process kills it, starts it again on the same folder, now and
//! then with no service to reach, and in the end asks the service what it has.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use lutrin_app::App;
use lutrin_app::desk::Desk;
use lutrin_app::given::{Keyring, KeyringError};
use lutrin_app::view::{ChosenVerdictView, CopyView, DraftView, OutcomeView, PhaseView};
use lutrin_domain::assessment::Level;
use lutrin_domain::decision::{Act, Stamped};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DossierId, JurySessionId, SlotKey};
use lutrin_store::journal::{Tail, read_frames};
use lutrin_store::{OpenError, OutboxEntry, OutboxState, RootKey, Store};
use lutrin_testkit::dice::Dice;
use lutrin_testkit::machine::{credentials, given, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{NADIA, PASSWORD, TestService};

use crate::extent::Extent;

/// How often the short form kills.
const SHORT: u64 = 25;
/// After so many kills the machine is let come to rest, and all is compared.
const REST_EVERY: u64 = 100;
/// A machine that takes longer to come to rest stands still.
const PATIENCE: Duration = Duration::from_secs(60);
const DOSSIERS: usize = 4;

/// What the machine was told is safe, and what came of it. Decisions are named by the words
/// that the machine wrote into them: what was told is said before anything is read again.
#[derive(Default)]
struct Told {
    recorded: BTreeSet<String>,
    withdrawn: BTreeSet<String>,
    /// Decisions whose withdrawal was asked for: killed before the answer, either may be.
    withdrawing: BTreeSet<String>,
    /// The last draft that was saved, and the last that was begun.
    draft: u64,
    lost: u64,
    torn: u64,
    corrupt: u64,
    twice: u64,
    revived: u64,
    stalls: u64,
    blocked: u64,
    refused: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_killed_at_any_instant_loses_nothing() {
    let extent = Extent::asked(SHORT);
    let mut service = TestService::start().await;
    let mut files = Vec::new();
    for number in 0..DOSSIERS {
        let made = [("a.pdf", 0), ("b.pdf", 1), ("c.pdf", 2)].map(|(name, n)| {
            (name, padded(pdf(1, &format!("dossier {number}, pièce {n}")), n * 1_500_000))
        });
        service.take_in(&format!("D3-2026-{number:06}"), &made).await;
        files.extend(made.map(|(_, bytes)| bytes));
    }
    let machine =
        Machine { folder: tempfile::tempdir().unwrap(), url: service.url(), jury: service.jury };
    let mut told = Told::default();
    let begun = Instant::now();
    for life in extent.from..extent.from + extent.count {
        let mut dice = Dice::of(extent.seed, life);
        let reachable = life == extent.from || !dice.chance(25);
        if !reachable {
            service.stop().await;
        }
        let child = machine.start(life, "work");
        let lived = Duration::from_millis(dice.number() % 1_900);
        told.hear(&killed_after(child, lived).await);
        if !reachable {
            service.come_back().await;
        }
        if (life + 1 - extent.from).is_multiple_of(REST_EVERY) {
            machine.rest(&mut told, &service, &files).await;
        }
    }
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    machine.rest(&mut told, &service, &files).await;
    let counts = [
        ("recorded", told.recorded.len() as u64),
        ("withdrawn", told.withdrawn.len() as u64),
        ("refused", told.refused),
        ("lost", told.lost),
        ("torn", told.torn),
        ("corrupt", told.corrupt + told.blocked),
        ("twice", told.twice),
        ("revived", told.revived),
        ("stalls", told.stalls),
    ];
    let wrong = counts[3..].iter().map(|(_, count)| count).sum::<u64>();
    extent.report_failed("kills", wrong, &counts);
    println!("campaign kills: {:.0} kills a minute", extent.count as f64 / minutes);
    assert!(!told.recorded.is_empty(), "the machine did work");
    assert_eq!(wrong, 0);
}

/// The bytes of a document that takes a while to receive.
fn padded(mut bytes: Vec<u8>, more: usize) -> Vec<u8> {
    let length = bytes.len() as u64;
    let mut dice = Dice::of(length, more as u64);
    let end = bytes.len() + more;
    while bytes.len() < end {
        bytes.extend(dice.number().to_le_bytes());
    }
    bytes
}

impl Told {
    fn hear(&mut self, lines: &[String]) {
        for line in lines {
            // The last line may be cut: the point says that it is whole.
            let Some((what, of)) = line.strip_suffix('.').and_then(|line| line.split_once(' '))
            else {
                continue;
            };
            match what {
                "recorded" => drop(self.recorded.insert(of.to_owned())),
                "withdrawing" => drop(self.withdrawing.insert(of.to_owned())),
                "withdrawn" => drop(self.withdrawn.insert(of.to_owned())),
                "drafted" => self.draft = of.parse().unwrap(),
                "blocked" => {
                    println!("campaign kills: the profile does not open: {of}");
                    self.blocked += 1;
                }
                _ => {}
            }
        }
    }

    /// Compares what was told with what the service has, and the folder.
    async fn compare(&mut self, service: &TestService, folder: &Path, files: &[Vec<u8>]) {
        let kept = service.data().db.decisions(None).await.unwrap();
        let mut held = BTreeSet::new();
        for decision in &kept {
            self.twice += u64::from(!held.insert(words_of(&decision.stamped)));
        }
        let profile = profile_of(folder);
        let store = opened(folder, &profile).await;
        let outbox = store.outbox().await.unwrap();
        let refused = outbox.iter().filter(|e| matches!(e.state, OutboxState::Refused { .. }));
        let words = |entry: &OutboxEntry| words_of(&entry.stamped);
        let refused: BTreeSet<_> = refused.map(words).collect();
        self.refused = refused.len() as u64;
        let standing = |e: &&OutboxEntry| e.state != OutboxState::Withdrawn;
        let standing: BTreeSet<_> = outbox.iter().filter(standing).map(words).collect();
        let taken_back =
            |told: &String| self.withdrawing.contains(told) && !standing.contains(told);
        for told in self.recorded.difference(&self.withdrawn).filter(|told| !taken_back(told)) {
            if !held.contains(told) && !refused.contains(told) {
                println!("campaign kills: {told} is lost");
                self.lost += 1;
            }
        }
        self.revived += self.withdrawn.intersection(&held).count() as u64;
        let journal = std::fs::read(profile.join("profile/journal.sealed")).unwrap();
        self.torn += u64::from(read_frames(&journal).tail != Tail::Clean);
        for bytes in files {
            let read = store.read_document(Digest::of(bytes)).await.unwrap();
            self.torn += u64::from(read.is_none_or(|read| *read != **bytes));
        }
        let drafts = store.drafts().await.unwrap();
        let saved = drafts.iter().filter_map(|draft| version_of(&draft.text)).max();
        self.lost += u64::from(saved.unwrap_or_default() < self.draft);
        store.close().await;
    }
}

/// The words that the machine wrote into a decision.
fn words_of(stamped: &Stamped) -> String {
    match stamped.decision.act() {
        Act::SettlePiece(verdict) => verdict.comment.clone().unwrap(),
        act => unreachable!("the machine settles pieces, not {act:?}"),
    }
}

/// The folder of the profile.
fn profile_of(folder: &Path) -> PathBuf {
    let folders = std::fs::read_dir(folder.join("machine")).unwrap();
    let mut folders = folders.map(|entry| entry.unwrap().path());
    folders.find(|path| path.join("profile").exists()).unwrap()
}

/// The store of the profile. A machine that was killed while it signed in leaves a key of
/// a profile that was never made.
async fn opened(folder: &Path, profile: &Path) -> Store {
    for secret in std::fs::read_dir(folder.join("keyring")).unwrap() {
        let secret = std::fs::read(secret.unwrap().path()).unwrap();
        let key = RootKey::new(secret.try_into().unwrap());
        match Store::open(profile, &key, None).await {
            Err(OpenError::WrongKey) => {}
            opened => return opened.unwrap(),
        }
    }
    panic!("no key opens the profile");
}

fn version_of(text: &str) -> Option<u64> {
    let draft: DraftView = serde_json::from_str(text).ok()?;
    draft.reasons.strip_prefix("version ")?.parse().ok()
}

/// A machine: its disk, and how it finds the service.
struct Machine {
    folder: tempfile::TempDir,
    url: String,
    jury: JurySessionId,
}

const FOLDER: &str = "LUTRIN_KILLS_FOLDER";
const URL: &str = "LUTRIN_KILLS_URL";
const JURY: &str = "LUTRIN_KILLS_JURY";
const LIFE: &str = "LUTRIN_KILLS_LIFE";
const TASK: &str = "LUTRIN_KILLS_TASK";

impl Machine {
    fn start(&self, life: u64, task: &str) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "disk::kills::the_machine_works_until_it_is_killed", "--nocapture"])
            .env(FOLDER, self.folder.path())
            .env(URL, &self.url)
            .env(JURY, self.jury.to_string())
            .env(LIFE, life.to_string())
            .env(TASK, task)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Lets the machine come to rest, and compares.
    async fn rest(&self, told: &mut Told, service: &TestService, files: &[Vec<u8>]) {
        let child = self.start(u64::MAX, "rest");
        let lines = killed_after(child, PATIENCE).await;
        told.hear(&lines);
        if !lines.iter().any(|line| line == "at rest.") {
            println!("campaign kills: no rest: {:?}", lines.last());
            told.stalls += 1;
        }
        told.compare(service, self.folder.path(), files).await;
    }
}

/// What a child says until it ends or is killed after so long.
async fn killed_after(mut child: Child, lived: Duration) -> Vec<String> {
    let output = BufReader::new(child.stdout.take().unwrap());
    tokio::task::spawn_blocking(move || {
        let (lines, heard) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            output.lines().map_while(Result::ok).for_each(|line| drop(lines.send(line)));
        });
        let until = Instant::now() + lived;
        let mut all = Vec::new();
        while let Ok(line) = heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            all.push(line);
        }
        // One that has ended by itself is killed in vain.
        let _ = child.kill();
        child.wait().unwrap();
        reader.join().unwrap();
        all.extend(heard.try_iter());
        all
    })
    .await
    .unwrap()
}

/// Not a test of its own: the machine of the one above, which sets the folder.
#[tokio::test(flavor = "multi_thread")]
async fn the_machine_works_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let var = |name| std::env::var(name).unwrap();
    let life: u64 = var(LIFE).parse().unwrap();
    let folder = PathBuf::from(folder);
    let keyring = FileKeyring(folder.join("keyring"));
    std::fs::create_dir_all(&keyring.0).unwrap();
    std::fs::create_dir_all(folder.join("machine")).unwrap();
    let (given, _events) = given(&folder.join("machine"), Arc::new(keyring));
    let app = App::new(given);
    println!();
    let session = app.open().await;
    match session.phase {
        PhaseView::Ready => {}
        PhaseView::SignedOut => {
            if app.sign_in(credentials(&var(URL), NADIA, PASSWORD)).await.is_err() {
                return;
            }
        }
        _ => return say("blocked", format!("{session:?}")),
    }
    let desk = app.at_desk().await.unwrap();
    let jury = JurySessionId(var(JURY).parse().unwrap());
    if var(TASK) == "rest" {
        come_to_rest(&app, &desk, jury).await;
        app.quit().await;
        return say_line("at rest.");
    }
    work(&desk, jury, life).await;
}

async fn come_to_rest(app: &App, desk: &Desk, jury: JurySessionId) {
    let mut asked = Instant::now();
    loop {
        let exchange = desk.exchange().await.unwrap();
        let list = desk.work_list().await.unwrap();
        if !list.juries.is_empty() {
            // Carrying what is carried already changes nothing.
            desk.carry_jury(jury).await.unwrap();
        }
        let here = list.dossiers.iter().filter(|row| matches!(row.copy, CopyView::Complete { .. }));
        if exchange.pending == 0 && here.count() == DOSSIERS {
            return;
        }
        if exchange.contact == lutrin_app::view::ContactView::SignInNeeded {
            app.sign_in_again(PASSWORD.to_owned()).await.unwrap();
        }
        if asked.elapsed() > Duration::from_secs(2) {
            say("waits", format!("{} decisions, {:?}", exchange.pending, exchange.contact));
            desk.sync_now();
            asked = Instant::now();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn work(desk: &Desk, jury: JurySessionId, life: u64) {
    let mut dice = Dice::of(life, 77);
    for step in 0_u64.. {
        let list = desk.work_list().await.unwrap();
        if !list.juries.is_empty() && (life == 0 || dice.chance(4)) {
            let carried = desk.carry_jury(jury).await;
            carried.unwrap();
        } else if dice.chance(2) {
            desk.release_jury(jury).await.unwrap();
        }
        let dossiers: Vec<DossierId> =
            list.dossiers.iter().map(|row| row.heading.id.parse().unwrap()).collect();
        let Some(dossier) = dossiers.get(dice.index(dossiers.len())).copied() else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        match dice.index(10) {
            0..=5 => settle(desk, dossier, &format!("{life}-{step}"), &mut dice).await,
            6 | 7 => {
                let draft = life * 10_000 + step + 1;
                let reasons = format!("version {draft}");
                let view = DraftView { reasons, ..DraftView::default() };
                if desk.save_draft(dossier, Level::National, view).await.is_ok() {
                    say("drafted", draft);
                }
            }
            8 => desk.sync_now(),
            _ => tokio::time::sleep(Duration::from_millis(dice.number() % 60)).await,
        }
    }
}

/// Settles a piece, with these words, and perhaps withdraws the verdict.
async fn settle(desk: &Desk, dossier: DossierId, words: &str, dice: &mut Dice) {
    // Not carried yet, or not any more.
    let Ok(opened) = desk.open_dossier(dossier).await else { return };
    let all = pieces(&opened);
    let piece = all[dice.index(all.len())];
    let Some(deposit) = &piece.deposit else { return };
    let (outcome, reasons) = match dice.chance(50) {
        true => (OutcomeView::Accepted, Vec::new()),
        false => (OutcomeView::Rejected, vec!["illegible".to_owned()]),
    };
    let (slot, deposit) = (SlotKey::new(&piece.slot), deposit.id.parse().unwrap());
    let comment = Some(words.to_owned());
    let verdict = ChosenVerdictView { outcome, reasons, comment, citations: Vec::new() };
    if desk.settle_piece(dossier, &slot, deposit, verdict).await.is_err() {
        return;
    }
    say("recorded", words);
    if !dice.chance(30) {
        return;
    }
    let last = desk.outbox().await.unwrap().first().map(|row| row.decision.clone());
    let Some(last) = last else { return };
    say("withdrawing", words);
    if desk.withdraw(last.parse().unwrap()).await.is_ok() {
        say("withdrawn", words);
    }
}

/// Says a line at once; the point says that it is whole.
fn say(what: &str, of: impl std::fmt::Display) {
    say_line(&format!("{what} {of}."));
}

fn say_line(line: &str) {
    let mut output = std::io::stdout().lock();
    output.write_all(format!("{line}\n").as_bytes()).unwrap();
    output.flush().unwrap();
}

/// A keyring that outlives the process.
struct FileKeyring(PathBuf);

impl FileKeyring {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(Digest::of(name.as_bytes()).to_string())
    }
}

impl Keyring for FileKeyring {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        Ok(std::fs::read(self.file(name)).ok())
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        lutrin_store::write_whole(&self.file(name), secret).map_err(|_| KeyringError::Failed)
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        std::fs::remove_file(self.file(name)).map_err(|_| KeyringError::Failed)
    }
}
