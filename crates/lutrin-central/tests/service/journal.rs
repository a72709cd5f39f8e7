//! The journal of who did what when: what is entered, and that no change of it
//! goes unseen (campaign C20).
//!
//! `LUTRIN_CAMPAIGN_SCALE` says how many mutations: 300 without it. Each has a
//! number, and with `LUTRIN_CAMPAIGN_SEED` that number makes it again
//! (`LUTRIN_CAMPAIGN_FROM`).

use lutrin_central::backup::backup;
use lutrin_central::data::Data;
use lutrin_central::journal::{self, Chain, Entry, HEADS_FILE, KeptEntry, VerifyError, When};
use lutrin_central::sources::Sources;
use lutrin_protocol::endpoint;
use lutrin_protocol::juries::CarryRequest;
use reqwest::Method;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::support::*;

async fn actions(data: &Data) -> Vec<String> {
    let kept = data.db.journal(0, 1_000).await.unwrap();
    kept.into_iter().map(|KeptEntry { entry, .. }| entry.action).collect()
}

#[tokio::test]
async fn whatever_is_written_is_entered_with_who_and_in_which_request() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    world.jury(1, "2027-01-15").await;
    let nadia = world.device("nadia").await;
    nadia.sign_in("nadia", "faux").await;
    nadia.push(&[nadia.accept(&dossier, SLOT)]).await;
    let carry = CarryRequest { juries: vec![], dossiers: vec![dossier.id] };
    nadia.request(Method::PUT, endpoint::CARRIED).json(&carry).send().await.unwrap();
    let response = nadia.request(Method::DELETE, endpoint::CURRENT_SESSION).send().await.unwrap();
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let trace = world.data().command_trace();
    world.data().db.revoke_device(nadia.id, &trace).await.unwrap();
    let expected = [
        "reviewer_add",
        "reviewer_add",
        "reviewer_add",
        "intake",
        "jury",
        "sign_in",
        "sign_in",
        "decision",
        "carry",
        "sign_out",
        "device_revoke",
    ];
    assert_eq!(actions(world.data()).await, expected);
    let kept = world.data().db.journal(0, 100).await.unwrap();
    let Entry { reviewer, device, request_id: request, .. } = &kept[9].entry;
    assert_eq!(reviewer, &Some(nadia.session().reviewer.id.to_string()));
    assert_eq!(device, &Some(nadia.id.to_string()));
    assert_eq!(request, &Some(request_id));
    let outcomes: Vec<_> = kept[5..7].iter().map(|kept| kept.entry.outcome.as_str()).collect();
    assert_eq!(outcomes, ["opened", "wrong"]);
    let head = journal::verify(world.data().db.as_ref(), vec![]).await.unwrap();
    assert_eq!(head.entries, 11);
}

#[tokio::test]
async fn what_is_read_and_what_is_refused_is_entered_at_the_latest_when_the_service_stops() {
    let world = World::start().await;
    let [ours, theirs] = [world.dossier("A", "BES").await, world.dossier("B", "LYO").await];
    let paul = world.device("paul").await;
    let file = ours.slots[0].deposits[0].sha256;
    paul.get(&endpoint::document(file)).await;
    paul.snapshot(ours.id).await;
    paul.get(&endpoint::dossier(theirs.id)).await;
    let reviewer = paul.session().reviewer.id.to_string();
    let World { running, folder, .. } = world;
    running.stop().await.unwrap();
    let data = Data::open(folder.path(), Sources::system()).await.unwrap();
    let kept = data.db.journal(0, 100).await.unwrap();
    let reads: Vec<_> = kept
        .iter()
        .map(|kept| &kept.entry)
        .filter(|entry| entry.action.starts_with("read_"))
        .inspect(|entry| assert_eq!(entry.reviewer.as_ref(), Some(&reviewer)))
        .map(|entry| (entry.document.clone(), entry.dossier.clone(), entry.outcome.as_str()))
        .collect();
    let expected = [
        (Some(file.to_string()), None, "given"),
        (None, Some(ours.id.to_string()), "given"),
        (None, Some(theirs.id.to_string()), "out_of_scope"),
    ];
    assert_eq!(reads, expected);
    journal::verify(data.db.as_ref(), journal::witnesses(folder.path()).unwrap()).await.unwrap();
}

#[tokio::test]
async fn the_end_of_a_process_and_a_backup_leave_a_witness() {
    let folder = tempfile::tempdir().unwrap();
    let to = tempfile::tempdir().unwrap();
    let data = Data::open(folder.path(), Sources::system()).await.unwrap();
    data.db.begin_epoch(data.sources.next_id(), &data.command_trace()).await.unwrap();
    let made = backup(&data, to.path()).await.unwrap();
    assert_eq!(made.manifest.journal.unwrap().entries, 1);
    let end = data.db.journal_head().await.unwrap();
    assert_eq!(end.entries, 2, "the backup itself");
    data.close().await;
    assert_eq!(journal::witnesses(folder.path()).unwrap(), [end]);
}

/// Draws numbers from a seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

const COLUMNS: [&str; 9] = [
    "at",
    "action",
    "reviewer",
    "device",
    "request_id",
    "dossier",
    "decision",
    "document",
    "outcome",
];
const ENTRIES: u64 = 40;

/// A kind of mutation, as statements on a journal of [`ENTRIES`] entries.
fn mutation(draw: &mut Draw) -> (&'static str, Vec<String>) {
    let entry = 1 + draw.below(ENTRIES);
    let next = entry % ENTRIES + 1;
    let column = COLUMNS[usize::try_from(draw.below(9)).unwrap()];
    match draw.below(9) {
        0 => (
            "edit",
            vec![format!(
                "UPDATE journal SET {column} = coalesce({column}, '') || 'x' WHERE entry = {entry}"
            )],
        ),
        1 => (
            "empty",
            vec![format!(
                "UPDATE journal SET {column} = CASE WHEN {column} = '' THEN 'x' ELSE '' END WHERE entry = {entry}"
            )],
        ),
        2 => ("delete", vec![format!("DELETE FROM journal WHERE entry = {entry}")]),
        3 => (
            "delete and close up",
            vec![
                format!("DELETE FROM journal WHERE entry = {entry}"),
                format!("UPDATE journal SET entry = -entry WHERE entry > {entry}"),
                "UPDATE journal SET entry = -entry - 1 WHERE entry < 0".into(),
                "UPDATE service SET journal_entries = journal_entries - 1, journal_hash =
             coalesce((SELECT hash FROM journal ORDER BY entry DESC LIMIT 1), journal_hash)"
                    .into(),
            ],
        ),
        4 => (
            "swap",
            vec![
                format!("UPDATE journal SET entry = 0 WHERE entry = {entry}"),
                format!("UPDATE journal SET entry = {entry} WHERE entry = {next}"),
                format!("UPDATE journal SET entry = {next} WHERE entry = 0"),
            ],
        ),
        5 => {
            (
                "insert",
                vec![
            format!("UPDATE journal SET entry = -entry WHERE entry >= {entry}"),
            "UPDATE journal SET entry = -entry + 1 WHERE entry < 0".into(),
            format!("INSERT INTO journal SELECT {entry}, at, action, reviewer, device, request_id,
                     dossier, decision, document, outcome, hash FROM journal LIMIT 1"),
            "UPDATE service SET journal_entries = journal_entries + 1".into(),
        ],
            )
        }
        6 => (
            "append",
            vec![format!(
                "INSERT INTO journal SELECT {ENTRIES} + 1, at, action, reviewer,
                     device, request_id, dossier, decision, document, outcome, hash FROM journal
                     WHERE entry = {entry}"
            )],
        ),
        7 => ("truncate", vec![format!("DELETE FROM journal WHERE entry >= {entry}")]),
        _ => (
            "truncate with head",
            vec![
                format!("DELETE FROM journal WHERE entry >= {entry}"),
                format!(
                    "UPDATE service SET journal_entries = {entry} - 1, journal_hash = coalesce(
                     (SELECT hash FROM journal WHERE entry = {entry} - 1), '{:064}')",
                    0
                ),
            ],
        ),
    }
}

async fn try_mutation(
    connection: &mut SqliteConnection,
    data: &Data,
    witnesses: &[Chain],
    seed: u64,
) -> &'static str {
    let (kind, statements) = mutation(&mut Draw(seed));
    let mut tx = connection.begin().await.unwrap();
    for statement in &statements {
        sqlx::query(AssertSqlSafe(statement.as_str())).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let verified = journal::verify(data.db.as_ref(), witnesses.to_vec()).await;
    assert!(
        matches!(verified, Err(VerifyError::Broken(_))),
        "mutation {seed}, {kind}, is not seen: {statements:?}"
    );
    kind
}

fn asked(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[tokio::test]
async fn c20_no_change_of_the_journal_goes_unseen() {
    let scale = asked("LUTRIN_CAMPAIGN_SCALE", 300);
    let (seed, from) = (asked("LUTRIN_CAMPAIGN_SEED", 1), asked("LUTRIN_CAMPAIGN_FROM", 0));
    let folder = tempfile::tempdir().unwrap();
    let data = Data::open(folder.path(), Sources::system()).await.unwrap();
    for _ in 0..ENTRIES {
        data.db.begin_epoch(data.sources.next_id(), &data.command_trace()).await.unwrap();
    }
    data.leave_marks(When::Now).await.unwrap();
    let witnesses = journal::witnesses(folder.path()).unwrap();
    assert!(folder.path().join(HEADS_FILE).exists());
    let file = folder.path().join("central.db");
    let quick = SqliteConnectOptions::new().filename(&file).synchronous(SqliteSynchronous::Off);
    let mut other = quick.connect().await.unwrap();
    for statement in [
        "DROP TRIGGER journal_is_never_changed",
        "DROP TRIGGER journal_is_never_shortened",
        "CREATE TABLE kept AS SELECT * FROM journal",
        "CREATE TABLE kept_service AS SELECT journal_entries, journal_hash FROM service",
    ] {
        sqlx::query(statement).execute(&mut other).await.unwrap();
    }
    let mut seen = std::collections::BTreeMap::new();
    for number in from..from + scale {
        let kind = try_mutation(&mut other, &data, &witnesses, seed << 32 | number).await;
        *seen.entry(kind).or_insert(0) += 1;
        for statement in [
            "DELETE FROM journal",
            "INSERT INTO journal SELECT * FROM kept",
            "UPDATE service SET (journal_entries, journal_hash) = (SELECT * FROM kept_service)",
        ] {
            sqlx::query(statement).execute(&mut other).await.unwrap();
        }
    }
    journal::verify(data.db.as_ref(), witnesses).await.unwrap();
    println!("campaign journal seed {seed} from {from}: {scale} mutations, 0 unseen, {seen:?}");
}
