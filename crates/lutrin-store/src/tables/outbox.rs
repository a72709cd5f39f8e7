//! Decisions made here, in the order they were made, and what became of them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::seeded::{self, Bug};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::{
    Result, decision_is_open, from_json, from_sql, parse, parse_all, settled_at, to_json, to_sql,
};
use crate::push::{
    OutboxCounts, OutboxEntry, OutboxState, PendingDecision, PushOutcome, Settled, Trouble,
};

macro_rules! insert {
    () => {
        "INSERT INTO outbox (decision, dossier, subject, based_on, stamped, recorded_at)
         VALUES (?, ?, ?, ?, ?, ?)"
    };
}

/// Adds a decision. Gives its place.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    stamped: &Stamped,
    recorded_at: Timestamp,
) -> Result<u64> {
    let decision = &stamped.decision;
    // Not `RETURNING`: sqlx leaves off at the row it wanted, and with it the error of a
    // commit that fails.
    let insert = if seeded::is(Bug::CommitErrorUnread) {
        concat!(insert!(), " RETURNING seq")
    } else {
        insert!()
    };
    let insert = sqlx::query(insert)
        .bind(decision.id().to_string())
        .bind(decision.subject().dossier().map(|dossier| dossier.to_string()))
        .bind(decision.subject().key())
        .bind(decision.based_on().map(|base| base.to_string()))
        .bind(to_json(stamped, "decision")?)
        .bind(recorded_at.to_string());
    if seeded::is(Bug::CommitErrorUnread) {
        return from_sql(insert.fetch_one(conn).await?.try_get("seq")?, "place in the outbox");
    }
    from_sql(insert.execute(conn).await?.last_insert_rowid(), "place in the outbox")
}

/// The rows of the outbox, with this at the end of the statement.
macro_rules! select {
    ($end:literal) => {
        concat!(
            "SELECT seq, stamped, recorded_at, state, position, received_at, refusal, held,
               attempts, last_attempt, possible_deliveries, trouble, arbitrated_at,
               CASE WHEN state = 'refused' THEN coalesce(settled_at, ",
            settled_at!(),
            ") END AS settled_at FROM outbox ",
            $end
        )
    };
}

/// One decision.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    decision: DecisionId,
) -> Result<Option<OutboxEntry>> {
    let row = sqlx::query(select!("WHERE decision = ?"))
        .bind(decision.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The decisions of one dossier, in order.
pub(crate) async fn of_dossier(
    conn: &mut SqliteConnection,
    dossier: DossierId,
) -> Result<Vec<OutboxEntry>> {
    let rows = sqlx::query(select!("WHERE dossier = ? ORDER BY seq"))
        .bind(dossier.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// Every decision, in order.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<OutboxEntry>> {
    let rows = sqlx::query(select!("ORDER BY seq")).fetch_all(conn).await?;
    rows.iter().map(read).collect()
}

/// What waits to leave, in order, without its text.
pub(crate) async fn pending(conn: &mut SqliteConnection) -> Result<Vec<PendingDecision>> {
    let rows: Vec<PendingColumns> = sqlx::query_as(
        "SELECT decision, coalesce(dossier, '') || '/' || subject, based_on,
           octet_length(stamped), trouble FROM outbox
         WHERE state = 'pending' ORDER BY seq",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(read_pending).collect()
}

type PendingColumns = (String, String, Option<String>, i64, Option<String>);

fn read_pending(
    (decision, subject, based_on, bytes, trouble): PendingColumns,
) -> Result<PendingDecision> {
    Ok(PendingDecision {
        decision: parse(&decision, "decision")?,
        subject,
        based_on: based_on.map(|id| parse(&id, "decision")).transpose()?,
        bytes: from_sql(bytes, "length of a decision")?,
        trouble: trouble.map(|text| from_json(&text, "trouble")).transpose()?,
        in_flight: false,
    })
}

fn read(row: &SqliteRow) -> Result<OutboxEntry> {
    let time = |column| -> Result<Option<Timestamp>> {
        let text: Option<String> = row.try_get(column)?;
        text.map(|text| parse(&text, column)).transpose()
    };
    let stamped: String = row.try_get("stamped")?;
    let recorded_at: String = row.try_get("recorded_at")?;
    let possible_deliveries: i64 = row.try_get("possible_deliveries")?;
    let trouble: Option<String> = row.try_get("trouble")?;
    Ok(OutboxEntry {
        seq: from_sql(row.try_get("seq")?, "place in the outbox")?,
        stamped: from_json(&stamped, "decision")?,
        recorded_at: parse(&recorded_at, "recorded_at")?,
        state: read_state(row)?,
        attempts: from_sql(row.try_get("attempts")?, "attempts")?,
        last_attempt: time("last_attempt")?,
        may_have_left: possible_deliveries > 0,
        trouble: trouble.map(|text| from_json(&text, "trouble")).transpose()?,
    })
}

fn read_state(row: &SqliteRow) -> Result<OutboxState> {
    let text = |column| -> Result<Option<String>> { Ok(row.try_get(column)?) };
    let unreadable = |what| crate::error::StoreError::Unreadable { what };
    let state: String = row.try_get("state")?;
    Ok(match state.as_str() {
        "pending" => OutboxState::Pending,
        "acknowledged" => {
            let received_at = text("received_at")?.ok_or(unreadable("received_at"))?;
            OutboxState::Acknowledged {
                position: from_sql(row.try_get("position")?, "position")?,
                received_at: parse(&received_at, "received_at")?,
            }
        }
        "refused" => {
            let refusal = text("refusal")?.ok_or(unreadable("refusal"))?;
            let held = text("held")?;
            let time = |column| -> Result<Option<Timestamp>> {
                text(column)?.map(|at| parse(&at, column)).transpose()
            };
            // Nothing that a later decision settles is opened again.
            let decided = time("settled_at")?.map(Settled::Decided);
            let filed_away = time("arbitrated_at")?.map(Settled::FiledAway);
            OutboxState::Refused {
                refusal: from_json(&refusal, "refusal")?,
                held: held.map(|held| from_json(&held, "held")).transpose()?,
                settled: decided.or(filed_away),
            }
        }
        "withdrawn" => OutboxState::Withdrawn,
        _ => return Err(unreadable("state of a decision")),
    })
}

/// How many decisions wait.
pub(crate) async fn counts(conn: &mut SqliteConnection) -> Result<OutboxCounts> {
    let (pending, refused): (i64, i64) = sqlx::query_as(concat!(
        "SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE ",
        decision_is_open!(),
        ") FROM outbox"
    ))
    .fetch_one(conn)
    .await?;
    Ok(OutboxCounts { pending: from_sql(pending, "count")?, refused: from_sql(refused, "count")? })
}

/// The decision, not withdrawn, that builds on this one.
pub(crate) async fn built_upon(
    conn: &mut SqliteConnection,
    decision: DecisionId,
) -> Result<Option<DecisionId>> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT decision FROM outbox WHERE based_on = ? AND state <> 'withdrawn' LIMIT 1",
    )
    .bind(decision.to_string())
    .fetch_optional(conn)
    .await?;
    id.map(|id| parse(&id, "decision")).transpose()
}

/// Withdraws a decision; the journal does not say so yet.
pub(crate) async fn set_withdrawn(conn: &mut SqliteConnection, id: DecisionId) -> Result<()> {
    update(
        conn,
        id,
        "UPDATE outbox SET state = 'withdrawn', withdrawal_sealed = 0 WHERE decision = ?",
    )
    .await
}

/// Takes a withdrawal back that the journal could not be told.
pub(crate) async fn set_pending(conn: &mut SqliteConnection, id: DecisionId) -> Result<()> {
    update(conn, id, "UPDATE outbox SET state = 'pending' WHERE decision = ?").await
}

/// Notes that the journal says that a decision was withdrawn.
pub(crate) async fn set_withdrawal_sealed(
    conn: &mut SqliteConnection,
    id: DecisionId,
) -> Result<()> {
    update(conn, id, "UPDATE outbox SET withdrawal_sealed = 1 WHERE decision = ?").await
}

/// Notes that nothing left of an attempt.
pub(crate) async fn set_not_delivered(conn: &mut SqliteConnection, id: DecisionId) -> Result<()> {
    let sql = "UPDATE outbox SET possible_deliveries = max(possible_deliveries - 1, 0)
               WHERE decision = ?";
    update(conn, id, sql).await
}

async fn update(conn: &mut SqliteConnection, id: DecisionId, sql: &'static str) -> Result<()> {
    sqlx::query(sql).bind(id.to_string()).execute(conn).await?;
    Ok(())
}

/// Notes an attempt on a decision that waits, before anything leaves. Gives what
/// is to be sent; nothing if it does not wait any more.
pub(crate) async fn set_attempted(
    conn: &mut SqliteConnection,
    decision: DecisionId,
    now: Timestamp,
) -> Result<Option<Stamped>> {
    let text: Option<String> = sqlx::query_scalar(
        "UPDATE outbox SET attempts = attempts + 1, last_attempt = ?,
           possible_deliveries = possible_deliveries + 1
         WHERE decision = ? AND state = 'pending' RETURNING stamped",
    )
    .bind(now.to_string())
    .bind(decision.to_string())
    .fetch_optional(conn)
    .await?;
    text.map(|text| from_json(&text, "decision")).transpose()
}

/// Notes why the service could not read a decision that waits.
pub(crate) async fn set_trouble(
    conn: &mut SqliteConnection,
    decision: DecisionId,
    trouble: &Trouble,
) -> Result<()> {
    sqlx::query("UPDATE outbox SET trouble = ? WHERE decision = ? AND state = 'pending'")
        .bind(to_json(trouble, "trouble")?)
        .bind(decision.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps an answer of the service.
pub(crate) async fn set_outcome(
    conn: &mut SqliteConnection,
    decision: DecisionId,
    outcome: &PushOutcome,
) -> Result<()> {
    let query = match outcome {
        PushOutcome::Acknowledged { position, received_at } => sqlx::query(
            "UPDATE outbox SET state = 'acknowledged', position = ?, received_at = ?,
               refusal = NULL, held = NULL, arbitrated_at = NULL, settled_at = NULL,
               trouble = NULL
             WHERE decision = ?",
        )
        .bind(to_sql(*position))
        .bind(received_at.to_string()),
        PushOutcome::Refused { refusal, held } => {
            let held = held.as_ref().map(|held| to_json(held, "held")).transpose()?;
            // Both sides are kept for arbitration: a later answer that leaves the
            // other one out does not erase it, and without any the mirror is it.
            sqlx::query(
                "UPDATE outbox SET state = 'refused', position = NULL, received_at = NULL,
                   trouble = NULL, refusal = ?,
                   held = coalesce(?, held,
                     (SELECT json FROM dossiers d WHERE d.dossier = outbox.dossier))
                 WHERE decision = ?",
            )
            .bind(to_json(refusal, "refusal")?)
            .bind(held)
        }
        // No answer: see `set_trouble`.
        PushOutcome::Early { .. } => return Ok(()),
    };
    query.bind(decision.to_string()).execute(conn).await?;
    Ok(())
}

/// Notes that a person filed a refused decision away.
pub(crate) async fn set_arbitrated(
    conn: &mut SqliteConnection,
    decision: DecisionId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("UPDATE outbox SET arbitrated_at = ? WHERE decision = ?")
        .bind(now.to_string())
        .bind(decision.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes down what is settled by these decisions, which are about to be forgotten. What a
/// decision settles that stays is not: it may still be refused or withdrawn.
pub(crate) async fn keep_settled(
    conn: &mut SqliteConnection,
    forgotten: &BTreeSet<DecisionId>,
) -> Result<()> {
    let forgotten: Vec<String> = forgotten.iter().map(DecisionId::to_string).collect();
    sqlx::query(concat!(
        "UPDATE outbox SET settled_at = ",
        settled_at!("a.decision IN (SELECT value FROM json_each(?))"),
        " WHERE state = 'refused' AND settled_at IS NULL"
    ))
    .bind(to_json(&forgotten, "decisions")?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that nobody filed a refused decision away.
pub(crate) async fn set_open(conn: &mut SqliteConnection, id: DecisionId) -> Result<()> {
    update(conn, id, "UPDATE outbox SET arbitrated_at = NULL WHERE decision = ?").await
}

/// Makes acknowledged decisions pending again, and those that could not be read
/// due at once: the service is another one now.
pub(crate) async fn replay(conn: &mut SqliteConnection) -> Result<()> {
    sqlx::query(
        "UPDATE outbox SET state = 'pending', position = NULL, received_at = NULL, trouble = NULL,
           possible_deliveries = max(possible_deliveries, state = 'acknowledged')
         WHERE state IN ('acknowledged', 'pending')",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The decisions that need not be kept: withdrawn, or acknowledged up to this
/// position, if one is given, and shown by the mirror, where the dossier is mirrored.
pub(crate) async fn not_needed(
    conn: &mut SqliteConnection,
    watermark: Option<u64>,
) -> Result<BTreeSet<DecisionId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT decision FROM outbox o
         WHERE (o.state = 'withdrawn' AND o.withdrawal_sealed = 1)
            OR (o.state = 'acknowledged' AND o.position <= ?
              AND NOT EXISTS (SELECT 1 FROM dossiers d
                WHERE d.dossier = o.dossier AND d.position < o.position))",
    )
    .bind(watermark.map(to_sql))
    .fetch_all(conn)
    .await?;
    Ok(parse_all(&ids, "decision")?.into_iter().collect())
}

/// Makes decisions on a dossier pending again that nobody has arbitrated, refused because
/// their file was not there, and, if the dossier came just now, because it was not.
pub(crate) async fn replay_refused(
    conn: &mut SqliteConnection,
    dossier: DossierId,
    came: bool,
) -> Result<()> {
    sqlx::query(concat!(
        "UPDATE outbox SET state = 'pending' WHERE dossier = ? AND ",
        decision_is_open!(),
        " AND (refusal ->> '$.code' = 'unknown_subject'
            OR (? AND refusal ->> '$.code' = 'out_of_scope'))",
    ))
    .bind(dossier.to_string())
    .bind(came)
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets decisions on a dossier leave that wait for one of another machine: the dossier
/// changed, perhaps by that one.
pub(crate) async fn release_early(conn: &mut SqliteConnection, dossier: DossierId) -> Result<()> {
    sqlx::query(
        "UPDATE outbox SET trouble = NULL
         WHERE dossier = ? AND state = 'pending' AND trouble ->> '$.code' = ?",
    )
    .bind(dossier.to_string())
    .bind(Trouble::BASE_UNKNOWN)
    .execute(conn)
    .await?;
    Ok(())
}

/// How many decisions the service has not applied, of one dossier or of all.
pub(crate) async fn not_applied(
    conn: &mut SqliteConnection,
    dossier: Option<DossierId>,
) -> Result<u32> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox
         WHERE (?1 IS NULL OR dossier = ?1) AND state IN ('pending', 'refused')",
    )
    .bind(dossier.map(|dossier| dossier.to_string()))
    .fetch_one(conn)
    .await?;
    from_sql(count, "count")
}

/// Forgets what the service held against decisions on a dossier: it has names.
pub(crate) async fn forget_held(conn: &mut SqliteConnection, dossier: DossierId) -> Result<()> {
    sqlx::query("UPDATE outbox SET held = NULL WHERE dossier = ? AND held IS NOT NULL")
        .bind(dossier.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets a decision.
pub(crate) async fn delete(conn: &mut SqliteConnection, id: DecisionId) -> Result<()> {
    update(conn, id, "DELETE FROM outbox WHERE decision = ?").await
}

/// The decisions withdrawn without the journal saying so.
pub(crate) async fn unsealed_withdrawals(conn: &mut SqliteConnection) -> Result<Vec<DecisionId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT decision FROM outbox WHERE state = 'withdrawn' AND withdrawal_sealed = 0
         ORDER BY seq",
    )
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "decision")
}
