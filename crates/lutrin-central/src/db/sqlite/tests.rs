//! The engine on a real file, opened more than once as commands do.

use lutrin_domain::decision::{Act, Decision, Signature, Stamped};
use lutrin_domain::dossier::{Learner, Request};
use lutrin_domain::id::{CenterCode, DecisionId, DiplomaCode, DossierId, ReviewerId};
use lutrin_domain::intake::{Intake, open_dossier};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::{Reviewer, Role};
use lutrin_domain::subject::Subject;
use sqlx::Row as _;
use tempfile::TempDir;

use super::*;
use crate::catalogues::{SHIPPED, SHIPPED_HASH};

const EPOCH: Uuid = Uuid::from_u128(1);

fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn trace() -> Trace {
    Trace { reviewer: None, device: None, request_id: None, at: at() }
}

async fn open(folder: &TempDir) -> Sqlite {
    let db = Sqlite::open(&folder.path().join("central.db"), EPOCH).await.unwrap();
    db.add_catalogue(*SHIPPED_HASH, SHIPPED, at()).await.unwrap();
    db
}

fn new_dossier(number: u128) -> NewDossier {
    let intake = Intake {
        reference: format!("D3-{number:04}"),
        status: "TRANSMIS_DNF".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Camille".into(),
            birth_name: "Aubertin".into(),
            used_name: None,
            civility: None,
            birth_year: None,
        },
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new("BES"),
        jury: None,
        signed_at: at(),
        slots: vec![],
        jobs: vec![],
        cited: vec![],
    };
    let digest = Digest::of(&serde_json::to_vec(&intake).unwrap());
    let id = DossierId(Uuid::from_u128(number));
    let dossier = open_dossier(intake, id, *SHIPPED_HASH, || unreachable!("no files")).unwrap();
    NewDossier { dossier, intake: digest }
}

fn stamped(number: u128, dossier: u128) -> Stamped {
    let id = DecisionId(Uuid::from_u128(number));
    let subject = Subject::Dossier { dossier: DossierId(Uuid::from_u128(dossier)) };
    Stamped {
        decision: Decision::make(id, subject, None, Act::Take).unwrap(),
        author: ReviewerId(Uuid::from_u128(7)),
        role: Role::DnfReviewer,
        center: None,
        device: DeviceId(Uuid::from_u128(8)),
        made_at: at(),
        received_at: None,
        signature: Signature([3; 64]),
    }
}

fn apply(held: Held) -> Ruling {
    Ruling::Apply(held.dossier.unwrap())
}

fn refuse(held: Held) -> Ruling {
    Ruling::Refuse { refusal: Refusal::ReasonMissing, held: held.dossier, keep: Keep::Yes }
}

async fn count(db: &Sqlite, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut *db.connection().await.unwrap()).await.unwrap()
}

async fn rule_on(db: &Sqlite, stamped: &Stamped, judge: Judge<'_>) -> Result<Ruled, DbError> {
    Ok(db.rule_on_all(&[(stamped, judge)], &trace()).await?.remove(0))
}

#[tokio::test]
async fn an_epoch_is_kept_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder).await);
    let file = folder.path().join("central.db");
    let again = Sqlite::open(&file, Uuid::from_u128(2)).await.unwrap();
    assert_eq!(again.state().await.unwrap().epoch, EPOCH);
}

#[tokio::test]
async fn it_has_no_wal_and_waits_for_others() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    let mut connection = db.connection().await.unwrap();
    let mut ask = async |sql: &'static str| {
        let row = sqlx::query(sql).fetch_one(&mut *connection).await.unwrap();
        row.try_get::<String, _>(0).or_else(|_| row.try_get::<i64, _>(0).map(|n| n.to_string()))
    };
    assert_eq!(ask("PRAGMA journal_mode").await.unwrap(), "truncate");
    assert_eq!(ask("PRAGMA synchronous").await.unwrap(), "2");
    assert_eq!(ask("PRAGMA foreign_keys").await.unwrap(), "1");
    assert_eq!(ask("PRAGMA busy_timeout").await.unwrap(), "10000");
}

#[tokio::test]
async fn a_database_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', true, x'00', 0)",
    )
    .execute(&mut *db.connection().await.unwrap())
    .await
    .unwrap();
    drop(db);
    let opened = Sqlite::open(&folder.path().join("central.db"), EPOCH).await;
    assert!(matches!(opened, Err(OpenError::Migrate(_))));
}

#[tokio::test]
async fn two_connections_share_one_feed_without_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let dbs = [open(&folder).await, open(&folder).await];
    let take = async |db: &Sqlite, first: u128| {
        for number in (first..first + 10).map(|number| number + 1) {
            db.take_in(&new_dossier(number), &trace()).await.unwrap();
        }
    };
    tokio::join!(take(&dbs[0], 0), take(&dbs[1], 100));
    assert_eq!(dbs[0].state().await.unwrap().position, 20);
    assert_eq!(count(&dbs[1], "SELECT count(DISTINCT position) FROM dossier").await, 20);
    assert_eq!(count(&dbs[1], "SELECT max(position) FROM dossier").await, 20);
}

#[tokio::test]
async fn an_applied_decision_leaves_its_exact_text_and_every_trace() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.take_in(&new_dossier(1), &trace()).await.unwrap();
    let decision = stamped(50, 1);
    let ruled = rule_on(&db, &decision, &apply).await.unwrap();
    assert_eq!(ruled.outcome, Outcome::Applied { position: 2, received_at: at() });
    let kept = db.decisions(Some(DossierId(Uuid::from_u128(1)))).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].stamped.decision.text(), decision.decision.text());
    assert_eq!(kept[0].stamped.signature, decision.signature);
    assert_eq!(kept[0].outcome, ruled.outcome);
    assert_eq!(count(&db, "SELECT count(*) FROM journal WHERE action = 'decision'").await, 1);
}

#[tokio::test]
async fn a_refused_decision_is_kept_and_moves_no_feed() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.take_in(&new_dossier(1), &trace()).await.unwrap();
    rule_on(&db, &stamped(50, 1), &refuse).await.unwrap();
    assert_eq!(db.state().await.unwrap().position, 1);
    let again = |held: Held| {
        let earlier = held.earlier.unwrap();
        assert_eq!(earlier.outcome, Outcome::Refused(Refusal::ReasonMissing));
        Ruling::Again(earlier.outcome, None)
    };
    rule_on(&db, &stamped(50, 1), &again).await.unwrap();
    // What is based on it sees that it was refused.
    let mut dependent = stamped(51, 1);
    let base = Some(DecisionId(Uuid::from_u128(50)));
    dependent.decision = Decision::make(
        DecisionId(Uuid::from_u128(51)),
        dependent.decision.subject().clone(),
        base,
        Act::Take,
    )
    .unwrap();
    let looks = |held: Held| {
        assert_eq!(held.refused_base, base);
        refuse(held)
    };
    rule_on(&db, &dependent, &looks).await.unwrap();
}

#[tokio::test]
async fn a_decision_given_up_half_way_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.take_in(&new_dossier(1), &trace()).await.unwrap();
    let decision = stamped(50, 1);
    // A client that goes away drops the handler wherever it is: stop it after
    // each number of steps it may take.
    for steps in 1..40 {
        let mut ruling = Box::pin(rule_on(&db, &decision, &refuse));
        let mut left = steps;
        let done = std::future::poll_fn(|context| {
            left -= 1;
            match ruling.as_mut().poll(context) {
                std::task::Poll::Ready(ruled) => std::task::Poll::Ready(Some(ruled)),
                std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(None),
                std::task::Poll::Pending => std::task::Poll::Pending,
            }
        })
        .await;
        drop(ruling);
        if let Some(ruled) = done {
            ruled.unwrap();
            break;
        }
        // Whole or not at all; a dropped commit may still have been carried out.
        let rows = count(&db, "SELECT count(*) FROM decision").await;
        let entries = count(&db, "SELECT count(*) FROM journal WHERE action = 'decision'").await;
        assert_eq!(rows, entries);
        if rows == 1 {
            break;
        }
    }
    assert_eq!(count(&db, "SELECT count(*) FROM decision").await, 1);
}

#[tokio::test]
async fn a_login_is_one_persons() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    let account = |id| NewReviewer {
        reviewer: Reviewer {
            id: ReviewerId(Uuid::from_u128(id)),
            name: "Paul Meunier".into(),
            roles: vec![Role::CenterReviewer],
            scope: Scope::Everywhere,
        },
        login: "paul.meunier".into(),
        password_hash: "hash".into(),
        created_at: at(),
    };
    assert_eq!(db.add_reviewer(&account(1), &trace()).await.unwrap(), Added::New);
    assert_eq!(db.add_reviewer(&account(2), &trace()).await.unwrap(), Added::LoginTaken);
    let found = db.credentials("paul.meunier").await.unwrap().unwrap();
    assert_eq!(found.reviewer, ReviewerId(Uuid::from_u128(1)));
    assert!(db.credentials("Paul.Meunier").await.unwrap().is_none());
}

#[tokio::test]
async fn a_sitting_that_does_not_change_raises_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    let mut session = JurySession {
        id: lutrin_domain::id::JurySessionId(Uuid::from_u128(1)),
        label: "Licences".into(),
        date: "2027-01-15".parse().unwrap(),
        file_closing_date: "2026-12-15".parse().unwrap(),
        diplomas: vec![],
    };
    let rev = async || db.state().await.unwrap().juries_rev;
    let before = rev().await;
    db.put_jury(&session, &trace()).await.unwrap();
    db.put_jury(&session, &trace()).await.unwrap();
    assert_eq!(rev().await, before + 1);
    session.label = "Licences et titres".into();
    db.put_jury(&session, &trace()).await.unwrap();
    assert_eq!(rev().await, before + 2);
}

#[tokio::test]
async fn nothing_new_is_found_by_primary_keys() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    let mut connection = db.connection().await.unwrap();
    let plan = async |connection: &mut SqliteConnection, sql: String| -> String {
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("; ")
    };
    let idle = plan(
        &mut connection,
        "EXPLAIN QUERY PLAN
         SELECT s.*, r.scope, r.scope_rev FROM service s, reviewer r WHERE r.id = 'x'"
            .to_owned(),
    )
    .await;
    assert!(idle.contains("SEARCH r USING INDEX"), "{idle}");
    let changed = plan(&mut connection, format!("EXPLAIN QUERY PLAN {}", feed::CHANGED)).await;
    assert!(!changed.contains("SCAN d") && !changed.contains("SCAN e"), "{changed}");
    assert!(!changed.contains("TEMP B-TREE"), "neither sorted: {changed}");
}

#[tokio::test]
async fn nothing_is_answered_once_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.close().await;
    db.close().await;
    assert!(matches!(db.state().await, Err(DbError::Failed(_))));
}

#[tokio::test]
async fn the_entries_of_the_first_schema_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.db");
    let mut old = options(&file).connect().await.unwrap();
    migrations::run_first(&mut old, 1).await.unwrap();
    sqlx::query("INSERT INTO service VALUES (1, '00000000-0000-0000-0000-000000000001', 4, 1, 0)")
        .execute(&mut old)
        .await
        .unwrap();
    for decision in ["a", "b"] {
        sqlx::query(
            "INSERT INTO audit (at, action, decision, outcome) VALUES ('then', 'decision', ?, 'ok')",
        )
        .bind(decision)
        .execute(&mut old)
        .await
        .unwrap();
    }
    old.close().await.unwrap();
    let db = open(&folder).await;
    assert_eq!(db.state().await.unwrap().position, 4);
    let kept = db.journal(0, 10).await.unwrap();
    let decisions: Vec<_> = kept.iter().filter_map(|kept| kept.entry.decision.clone()).collect();
    assert_eq!(decisions, ["a", "b"]);
    let head = crate::journal::verify(&db, vec![]).await.unwrap();
    assert_eq!(head.entries, 2);
    drop(db);
    assert_eq!(open(&folder).await.journal_head().await.unwrap(), head, "once");
}

#[tokio::test]
async fn the_journal_refuses_to_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.take_in(&new_dossier(1), &trace()).await.unwrap();
    for change in ["UPDATE journal SET outcome = 'x'", "DELETE FROM journal"] {
        let changed = sqlx::query(change).execute(&mut *db.connection().await.unwrap()).await;
        assert!(changed.unwrap_err().to_string().contains("append-only"));
    }
}

#[tokio::test]
async fn a_dossier_that_changes_centre_leaves_the_one_and_joins_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.take_in(&new_dossier(1), &trace()).await.unwrap();
    for (id, center) in [(1, "BES"), (2, "LYO")] {
        let account = NewReviewer {
            reviewer: Reviewer {
                id: ReviewerId(Uuid::from_u128(id)),
                name: center.into(),
                roles: vec![Role::CenterReviewer],
                scope: Scope::Centers(vec![CenterCode::new(center)]),
            },
            login: center.into(),
            password_hash: "hash".into(),
            created_at: at(),
        };
        db.add_reviewer(&account, &trace()).await.unwrap();
    }
    let dossier = DossierId(Uuid::from_u128(1));
    let moves = async |center: &'static str| {
        let change = |mut dossier: Dossier| {
            dossier.center = CenterCode::new(center);
            Ok(dossier)
        };
        db.change_dossier(dossier, &change, &trace()).await.unwrap();
    };
    let seen = async |reviewer: u128, since: u64| {
        let ask = ChangesAsk {
            reviewer: ReviewerId(Uuid::from_u128(reviewer)),
            device: DeviceId(Uuid::from_u128(9)),
            cursor: Some(lutrin_protocol::cursor::Cursor {
                epoch: EPOCH,
                scope_rev: 1,
                position: since,
            }),
            changes: 10,
            snapshots: 10,
        };
        let Changes::Page(page) = db.changes(&ask).await.unwrap() else { panic!("gone") };
        let change = |change: &DossierChange| match change {
            DossierChange::Put { position, .. } => ("put", *position),
            DossierChange::Left { position, .. } => ("left", *position),
        };
        page.changes.iter().map(change).collect::<Vec<_>>()
    };
    moves("LYO").await;
    assert_eq!(seen(1, 1).await, [("left", 3)]);
    assert_eq!(seen(2, 1).await, [("put", 2)]);
    assert_eq!(seen(1, 0).await, [], "who begins has nothing to let go of");
    // There and back again: each knows what holds now.
    moves("BES").await;
    assert_eq!(seen(1, 1).await, [("put", 4)]);
    assert_eq!(seen(2, 2).await, [("left", 5)]);
    moves("LYO").await;
    assert_eq!(seen(1, 5).await, [("left", 7)]);
    assert_eq!(count(&db, "SELECT count(*) FROM departure").await, 2, "the newest of each");
    assert!(db.has_news(ReviewerId(Uuid::from_u128(1)), 6).await.unwrap());
    assert!(!db.has_news(ReviewerId(Uuid::from_u128(2)), 6).await.unwrap());
}

#[tokio::test]
async fn decisions_ruled_on_together_are_all_kept_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    db.take_in(&new_dossier(1), &trace()).await.unwrap();
    let [one, two] = [stamped(50, 1), stamped(51, 1)];
    // The second is written under an identifier that is taken: a defect.
    let twice: [(&Stamped, Judge<'_>); 3] = [(&one, &apply), (&two, &apply), (&two, &apply)];
    assert!(db.rule_on_all(&twice, &trace()).await.is_err());
    assert_eq!(count(&db, "SELECT count(*) FROM decision").await, 0);
    assert_eq!(db.state().await.unwrap().position, 1);
    let ruled = db.rule_on_all(&twice[..2], &trace()).await.unwrap();
    let positions = ruled.iter().map(|ruled| ruled.outcome.clone()).collect::<Vec<_>>();
    let applied = |position| Outcome::Applied { position, received_at: at() };
    assert_eq!(positions, [applied(2), applied(3)]);
    crate::journal::verify(&db, vec![]).await.unwrap();
}
