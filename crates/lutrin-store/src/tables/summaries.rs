//! The mirror of lists: every dossier of the scope.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DossierId, JurySessionId};
use lutrin_domain::summary::DossierSummary;
use sqlx::SqliteConnection;

use super::{
    Result, decision_leaves, decision_waits, from_json, from_sql, parse, parse_all, to_json, to_sql,
};

/// One row, read.
pub(crate) struct SummaryRow {
    pub(crate) summary: DossierSummary,
    /// Reference and names without case or accents.
    pub(crate) words: String,
    /// Decisions of the outbox that wait.
    pub(crate) unsent: u32,
    /// Whether the snapshot is held.
    pub(crate) held: bool,
    /// Whether it left the scope.
    pub(crate) left: bool,
}

/// Keeps what the service says of a dossier, unless newer is held. Positions are
/// compared within a generation only. Gives whether it was kept.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    position: u64,
    generation: i64,
    summary: &DossierSummary,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO summaries
           (dossier, position, generation, json, state, center, jury, catalogue, sort_key, words)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (dossier) DO UPDATE SET
           position = excluded.position, generation = excluded.generation,
           json = excluded.json, state = excluded.state, center = excluded.center,
           jury = excluded.jury, catalogue = excluded.catalogue,
           sort_key = excluded.sort_key, words = excluded.words, left_scope = 0
         WHERE excluded.position >= position OR excluded.generation > generation",
    )
    .bind(summary.id.to_string())
    .bind(to_sql(position))
    .bind(generation)
    .bind(to_json(summary, "summary")?)
    .bind(summary.state.code().to_owned())
    .bind(summary.center.as_str().to_owned())
    .bind(summary.jury.map(|jury| jury.to_string()))
    .bind(summary.catalogue.to_string())
    .bind(sort_key(summary))
    .bind(words(summary))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The catalogues that dossiers of the scope are judged under and that are not held.
pub(crate) async fn missing_catalogues(conn: &mut SqliteConnection) -> Result<Vec<Digest>> {
    let hashes: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT catalogue FROM summaries
         WHERE catalogue NOT IN (SELECT hash FROM catalogues) ORDER BY catalogue",
    )
    .fetch_all(conn)
    .await?;
    parse_all(&hashes, "catalogue hash")
}

/// The rows of a list, with this at the end of the statement.
macro_rules! select {
    ($end:literal) => {
        concat!(
            "SELECT s.json, s.words,
               (SELECT count(*) FROM outbox WHERE outbox.dossier = s.dossier AND ",
            decision_waits!(),
            "), EXISTS (SELECT 1 FROM dossiers d WHERE d.dossier = s.dossier), s.left_scope = 1
             FROM summaries s ",
            $end
        )
    };
}

type Columns = (String, String, i64, bool, bool);

/// Every dossier, by name of the learner; of one sitting if one is named.
pub(crate) async fn all(
    conn: &mut SqliteConnection,
    jury: Option<JurySessionId>,
) -> Result<Vec<SummaryRow>> {
    let sql = select!("WHERE ?1 IS NULL OR s.jury = ?1 ORDER BY s.sort_key, s.dossier");
    let rows: Vec<Columns> =
        sqlx::query_as(sql).bind(jury.map(|jury| jury.to_string())).fetch_all(conn).await?;
    rows.into_iter().map(read).collect()
}

/// One dossier.
pub(crate) async fn one(conn: &mut SqliteConnection, id: DossierId) -> Result<Option<SummaryRow>> {
    let sql = select!("WHERE s.dossier = ?");
    let row: Option<Columns> =
        sqlx::query_as(sql).bind(id.to_string()).fetch_optional(conn).await?;
    row.map(read).transpose()
}

fn read((json, words, unsent, held, left): Columns) -> Result<SummaryRow> {
    let unsent = u32::try_from(unsent).unwrap_or(u32::MAX);
    Ok(SummaryRow { summary: from_json(&json, "summary")?, words, unsent, held, left })
}

/// The dossiers of the scope, with the position each is from.
pub(crate) async fn held(conn: &mut SqliteConnection) -> Result<Vec<(DossierId, u64)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT dossier, position FROM summaries WHERE left_scope = 0 ORDER BY dossier",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, position)| Ok((parse(&id, "dossier")?, from_sql(position, "position")?)))
        .collect()
}

/// Whether the service has said since this generation began that a dossier is in the
/// scope.
pub(crate) async fn is_in_scope(
    conn: &mut SqliteConnection,
    id: DossierId,
    generation: i64,
) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM summaries
                 WHERE dossier = ? AND left_scope = 0 AND generation >= ?)";
    Ok(sqlx::query_scalar(sql).bind(id.to_string()).bind(generation).fetch_one(conn).await?)
}

/// Notes that a dossier left the scope, unless newer is held.
pub(crate) async fn set_left(
    conn: &mut SqliteConnection,
    id: DossierId,
    position: u64,
    generation: i64,
) -> Result<()> {
    let sql = "UPDATE summaries SET position = ?2, left_scope = 1
         WHERE dossier = ?1 AND (position <= ?2 OR generation < ?3)";
    note(conn, sql, id, position, generation).await
}

/// Notes that the dossiers not named since this generation began left the scope.
pub(crate) async fn set_unseen_left(conn: &mut SqliteConnection, generation: i64) -> Result<()> {
    sqlx::query("UPDATE summaries SET left_scope = 1 WHERE generation < ?")
        .bind(generation)
        .execute(conn)
        .await?;
    Ok(())
}

/// The dossiers that left the scope, except those on which a decision waits to leave.
pub(crate) async fn departed(conn: &mut SqliteConnection) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar(concat!(
        "SELECT dossier FROM summaries s WHERE left_scope = 1 AND NOT ",
        decision_leaves!("s"),
        " ORDER BY dossier"
    ))
    .fetch_all(conn)
    .await?;
    parse_all(&ids, "dossier")
}

/// Every dossier listed.
pub(crate) async fn ids(conn: &mut SqliteConnection) -> Result<Vec<DossierId>> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT dossier FROM summaries ORDER BY dossier")
        .fetch_all(conn)
        .await?;
    parse_all(&ids, "dossier")
}

/// Removes a dossier, its snapshot included.
pub(crate) async fn delete(conn: &mut SqliteConnection, id: DossierId) -> Result<()> {
    sqlx::query("DELETE FROM summaries WHERE dossier = ?")
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that the service named a dossier of which nothing could be read. What is held
/// stays from where it is.
pub(crate) async fn set_seen(
    conn: &mut SqliteConnection,
    id: DossierId,
    position: u64,
    generation: i64,
) -> Result<()> {
    let sql = "UPDATE summaries SET generation = ?3, left_scope = 0
         WHERE dossier = ?1 AND (position <= ?2 OR generation < ?3)";
    note(conn, sql, id, position, generation).await
}

async fn note(
    conn: &mut SqliteConnection,
    sql: &'static str,
    id: DossierId,
    position: u64,
    generation: i64,
) -> Result<()> {
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(to_sql(position))
        .bind(generation)
        .execute(conn)
        .await?;
    Ok(())
}

/// The dossiers of the scope not named since this generation began.
pub(crate) async fn unseen(conn: &mut SqliteConnection, generation: i64) -> Result<Vec<DossierId>> {
    let sql =
        "SELECT dossier FROM summaries WHERE generation < ? AND left_scope = 0 ORDER BY dossier";
    let ids: Vec<String> = sqlx::query_scalar(sql).bind(generation).fetch_all(conn).await?;
    parse_all(&ids, "dossier")
}

fn sort_key(summary: &DossierSummary) -> String {
    folded(&format!("{} {}", summary.birth_name, summary.first_name))
}

fn words(summary: &DossierSummary) -> String {
    let used = summary.used_name.as_deref().unwrap_or_default();
    folded(&format!("{} {} {} {used}", summary.reference, summary.first_name, summary.birth_name))
}

/// A text without case, and without the accents of names met in France, so that
/// "Gaëlle" is found by "gaelle" and sorts beside it.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).fold(String::new(), |mut folded, letter| {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'ş' | 'š' | 'ș' => folded.push('s'),
            'ţ' | 'ť' | 'ț' => folded.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            // A letter written with its accent apart.
            '\u{300}'..='\u{36f}' => {}
            _ => folded.push(letter),
        }
        folded
    })
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_fold_to_what_people_type() {
        for (name, typed) in [
            ("Gaëlle", "gaelle"),
            ("LEFÈVRE", "lefevre"),
            ("Cœur-d’Acier", "coeur-d’acier"),
            ("Łukasz Şahin", "lukasz sahin"),
            ("e\u{301}", "e"),
        ] {
            assert_eq!(folded(name), typed);
        }
    }
}
