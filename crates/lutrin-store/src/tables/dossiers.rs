//! The mirror of carried dossiers.

use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DossierId, JurySessionId};
use sqlx::SqliteConnection;

use super::{Result, decision_leaves, from_json, from_sql, parse_all, to_json, to_sql, work_waits};

/// Keeps a snapshot, unless a newer one is held; its summary must be there.
/// Gives whether it was kept.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    position: u64,
    generation: i64,
    dossier: &Dossier,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO dossiers (dossier, position, generation, catalogue, json)
         VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (dossier) DO UPDATE SET
           position = excluded.position, generation = excluded.generation,
           catalogue = excluded.catalogue, json = excluded.json
         WHERE excluded.position >= position OR excluded.generation > generation",
    )
    .bind(dossier.id.to_string())
    .bind(to_sql(position))
    .bind(generation)
    .bind(dossier.catalogue.to_string())
    .bind(to_json(dossier, "dossier")?)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A snapshot with its position.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<(u64, Dossier)>> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT position, json FROM dossiers WHERE dossier = ?")
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|(position, json)| Ok((from_sql(position, "position")?, from_json(&json, "dossier")?)))
        .transpose()
}

/// Dossiers whose snapshot is held without being carried, and on which no work waits.
pub(crate) async fn not_needed(conn: &mut SqliteConnection) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar(concat!(
        "SELECT dossier FROM dossiers d
         WHERE NOT EXISTS (SELECT 1 FROM carried c WHERE c.kind = 'following' AND c.id = d.dossier)
           AND NOT ",
        work_waits!("d"),
        " ORDER BY dossier"
    ))
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "dossier")
}

/// Whether a dossier in the row `c` is carried without a snapshot, or with one that is older
/// than what the list says of it.
macro_rules! snapshot_is_missing {
    () => {
        "c.kind = 'following'
           AND NOT EXISTS (SELECT 1 FROM dossiers d JOIN summaries s ON s.dossier = d.dossier
             WHERE d.dossier = c.id
               AND (s.left_scope = 1 OR d.generation > s.generation
                 OR (d.generation = s.generation AND d.position >= s.position)))"
    };
}

/// Carried dossiers without a snapshot, or with one that is older than what the list
/// says of them, in the order they are carried in.
pub(crate) async fn missing(conn: &mut SqliteConnection) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar(concat!(
        "SELECT c.id FROM carried c WHERE ",
        snapshot_is_missing!(),
        " ORDER BY c.ordinal"
    ))
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "carried dossier")
}

/// Whether one of them is this.
pub(crate) async fn is_missing(conn: &mut SqliteConnection, id: DossierId) -> Result<bool> {
    let is_missing: bool = sqlx::query_scalar(concat!(
        "SELECT EXISTS (SELECT 1 FROM carried c WHERE c.id = ? AND ",
        snapshot_is_missing!(),
        ")"
    ))
    .bind(id.to_string())
    .fetch_one(conn)
    .await?;
    Ok(is_missing)
}

/// Carried dossiers with a snapshot, whatever its age, in the order they are carried in.
pub(crate) async fn carried(conn: &mut SqliteConnection) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT c.id FROM carried c JOIN dossiers d ON d.dossier = c.id
         WHERE c.kind = 'following' ORDER BY c.ordinal",
    )
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "carried dossier")
}

/// Removes a snapshot; the summary stays.
pub(crate) async fn delete(conn: &mut SqliteConnection, id: DossierId) -> Result<()> {
    sqlx::query("DELETE FROM dossiers WHERE dossier = ?")
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Dossiers of these sittings with a snapshot, except those on which a decision waits to
/// leave.
pub(crate) async fn of_juries(
    conn: &mut SqliteConnection,
    juries: &[JurySessionId],
) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar(concat!(
        "SELECT d.dossier FROM dossiers d JOIN summaries s ON s.dossier = d.dossier
         WHERE s.jury IN (SELECT value FROM json_each(?)) AND NOT ",
        decision_leaves!("d"),
        " ORDER BY d.dossier"
    ))
    .bind(to_json(&juries, "juries")?)
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "dossier")
}

/// Dossiers with decisions that the mirror does not show yet: those that wait,
/// and those acknowledged at a later position than the snapshot's.
pub(crate) async fn with_unmirrored_work(conn: &mut SqliteConnection) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT d.dossier FROM dossiers d JOIN outbox o ON o.dossier = d.dossier
         WHERE o.state = 'pending' OR (o.state = 'acknowledged' AND o.position > d.position)",
    )
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "dossier")
}
