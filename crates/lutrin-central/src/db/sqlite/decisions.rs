//! Decisions as rows: the exact text, the stamp and what became of it.

use jiff::Timestamp;
use lutrin_domain::decision::{Signature, Stamped};
use lutrin_domain::id::{CenterCode, DecisionId, DossierId};
use lutrin_domain::reviewer::Role;
use lutrin_domain::seeded::{self, Bug};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::convert::{count, json, read, read_count, read_json, read_optional};
use super::{dossiers, journal, service};
use crate::db::{DbError, Earlier, Held, Keep, KeptDecision, Outcome, Ruled, Ruling, Trace};

/// What is held that bears on a decision.
pub async fn held(connection: &mut SqliteConnection, stamped: &Stamped) -> Result<Held, DbError> {
    let decision = &stamped.decision;
    let earlier = match seeded::is(Bug::NoMemoryOfDecisions) {
        true => forget(connection, decision.id()).await?,
        false => earlier(connection, decision.id()).await?,
    };
    let refused_base = match decision.based_on() {
        Some(base) if was_refused(connection, base).await? => Some(base),
        _ => None,
    };
    let dossier = match decision.subject().dossier() {
        Some(id) => dossiers::find(connection, id).await?.map(|(_, dossier)| Box::new(dossier)),
        None => None,
    };
    Ok(Held { earlier, refused_base, dossier })
}

/// What [`Bug::NoMemoryOfDecisions`] does: every decision is new.
async fn forget(
    connection: &mut SqliteConnection,
    id: DecisionId,
) -> Result<Option<Earlier>, DbError> {
    sqlx::query("DELETE FROM decision WHERE id = ?")
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(None)
}

/// Writes a ruling down: dossier, decision, feed and journal together.
pub async fn carry_out(
    connection: &mut SqliteConnection,
    stamped: &Stamped,
    ruling: Ruling,
    trace: &Trace,
) -> Result<Ruled, DbError> {
    match ruling {
        Ruling::Again(outcome, held) => Ok(Ruled { outcome, again: true, held }),
        Ruling::Apply(dossier) => {
            let position = service::advance(connection).await?;
            dossiers::update(connection, position, &dossier).await?;
            let outcome = Outcome::Applied { position, received_at: trace.at };
            insert(connection, stamped, trace.at, &outcome).await?;
            note(connection, stamped, trace, "applied").await?;
            Ok(Ruled { outcome, again: false, held: None })
        }
        Ruling::Refuse { refusal, held, keep } => {
            let outcome = Outcome::Refused(refusal);
            if keep == Keep::Yes {
                insert(connection, stamped, trace.at, &outcome).await?;
            }
            note(connection, stamped, trace, &outcome_code(&outcome)).await?;
            Ok(Ruled { outcome, again: false, held })
        }
    }
}

/// The decisions kept, in the order they were received.
pub async fn kept(
    connection: &mut SqliteConnection,
    of: Option<DossierId>,
) -> Result<Vec<KeptDecision>, DbError> {
    let rows =
        sqlx::query("SELECT * FROM decision WHERE ?1 IS NULL OR dossier = ?1 ORDER BY rowid")
            .bind(of.map(|id| id.to_string()))
            .fetch_all(connection)
            .await?;
    rows.iter().map(kept_decision).collect()
}

fn kept_decision(row: &SqliteRow) -> Result<KeptDecision, DbError> {
    let mut signature = [0; 64];
    hex::decode_to_slice(row.try_get::<&str, _>("signature")?, &mut signature)
        .map_err(|_| DbError::Unreadable { what: "signature" })?;
    let role: String = row.try_get("role")?;
    let stamped = Stamped {
        decision: read_json(row, "text")?,
        author: read(row, "author")?,
        role: Role::ALL
            .into_iter()
            .find(|known| known.code() == role)
            .ok_or(DbError::Unreadable { what: "role" })?,
        center: row.try_get::<Option<String>, _>("center")?.map(CenterCode::new),
        device: read(row, "device")?,
        made_at: read(row, "made_at")?,
        received_at: Some(read(row, "received_at")?),
        signature: Signature(signature),
    };
    Ok(KeptDecision { stamped, outcome: from_row(row)?.outcome })
}

async fn earlier(
    connection: &mut SqliteConnection,
    id: DecisionId,
) -> Result<Option<Earlier>, DbError> {
    let row = sqlx::query(
        "SELECT digest, author, received_at, position, refusal FROM decision WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| from_row(&row)).transpose()
}

fn from_row(row: &SqliteRow) -> Result<Earlier, DbError> {
    let outcome = if read_optional::<String>(row, "refusal")?.is_some() {
        Outcome::Refused(read_json(row, "refusal")?)
    } else {
        Outcome::Applied {
            position: read_count(row, "position")?,
            received_at: read(row, "received_at")?,
        }
    };
    Ok(Earlier { digest: read(row, "digest")?, author: read(row, "author")?, outcome })
}

async fn was_refused(connection: &mut SqliteConnection, id: DecisionId) -> Result<bool, DbError> {
    let row = sqlx::query("SELECT 1 FROM decision WHERE id = ? AND refusal IS NOT NULL")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

async fn insert(
    connection: &mut SqliteConnection,
    stamped: &Stamped,
    received_at: Timestamp,
    outcome: &Outcome,
) -> Result<(), DbError> {
    let decision = &stamped.decision;
    let (position, refusal) = match outcome {
        Outcome::Applied { position, .. } => (Some(count(*position)), None),
        Outcome::Refused(refusal) => (None, Some(json(refusal, "refusal")?)),
    };
    sqlx::query(
        "INSERT INTO decision (id, dossier, subject, text, digest, author, role, center, device,
                               made_at, signature, received_at, position, refusal)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(decision.id().to_string())
    .bind(decision.subject().dossier().map(|id| id.to_string()))
    .bind(decision.subject().key())
    .bind(decision.text())
    .bind(decision.digest().to_string())
    .bind(stamped.author.to_string())
    .bind(stamped.role.code())
    .bind(stamped.center.as_ref().map(|center| center.as_str()))
    .bind(stamped.device.to_string())
    .bind(stamped.made_at.to_string())
    .bind(hex::encode(stamped.signature.0))
    .bind(received_at.to_string())
    .bind(position)
    .bind(refusal)
    .execute(connection)
    .await?;
    Ok(())
}

async fn note(
    connection: &mut SqliteConnection,
    stamped: &Stamped,
    trace: &Trace,
    outcome: &str,
) -> Result<(), DbError> {
    let note = journal::Note {
        dossier: stamped.decision.subject().dossier(),
        decision: Some(stamped.decision.id()),
        ..journal::Note::done("decision", outcome)
    };
    journal::note(connection, trace, &note).await
}

/// The code of an outcome, as on the wire.
fn outcome_code(outcome: &Outcome) -> String {
    let Outcome::Refused(refusal) = outcome else { return "applied".to_owned() };
    serde_json::to_value(refusal)
        .ok()
        .and_then(|value| value.get("code")?.as_str().map(str::to_owned))
        .unwrap_or_else(|| "refused".to_owned())
}
