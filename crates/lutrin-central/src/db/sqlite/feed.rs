//! What changed since a cursor.
//!
//! A dossier stands once in the feed, at the place of its newest change, so a
//! page is a range of an index, with one that left a scope among the others. When
//! nothing is new, one query by primary key says so.

use lutrin_domain::id::ReviewerId;
use lutrin_domain::reviewer::Scope;
use lutrin_protocol::cursor::Cursor;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::convert::{count, read, read_count, read_json, read_revision, scope as scope_values};
use super::{dossiers, reviewers, service};
use crate::db::{Changes, ChangesAsk, ChangesPage, DbError, DossierChange, ServiceState};

/// The dossiers of a scope (?3, ?4) after a position (?2) for a device (?1), and
/// those that left the scope. Who begins has nothing to let go of.
pub(super) const CHANGED: &str = "
    SELECT d.id, d.position, d.summary, 0 AS left,
           (EXISTS (SELECT 1 FROM carried_dossier c WHERE c.device = ?1 AND c.dossier = d.id)
            OR EXISTS (SELECT 1 FROM carried_jury c WHERE c.device = ?1 AND c.jury = d.jury)
           ) AS carried
    FROM dossier d
    WHERE d.position > ?2 AND (?3 OR d.center IN (SELECT value FROM json_each(?4)))
    UNION ALL
    SELECT e.dossier, e.position, NULL, 1, 0
    FROM departure e
    WHERE e.position > ?2 AND ?2 > 0
      AND (?3 OR e.center = '' OR e.center IN (SELECT value FROM json_each(?4)))
      AND NOT EXISTS (SELECT 1 FROM dossier d WHERE d.id = e.dossier
                      AND (?3 OR d.center IN (SELECT value FROM json_each(?4))))
    ORDER BY 2
    LIMIT ?5";

/// What changed for a device since its cursor.
pub async fn changes(
    connection: &mut SqliteConnection,
    ask: &ChangesAsk,
) -> Result<Changes, DbError> {
    let head = head(connection, ask.reviewer).await?;
    let since = match ask.cursor {
        None => 0,
        Some(cursor) if head.follows(&cursor) => cursor.position,
        Some(_) => return Ok(Changes::Gone),
    };
    let mut page = ChangesPage {
        state: head.state,
        scope_rev: head.scope_rev,
        changes: Vec::new(),
        position: head.state.position,
        more: false,
    };
    if since < head.state.position {
        fill(connection, ask, &head.scope, since, &mut page).await?;
    }
    Ok(Changes::Page(page))
}

/// Whether anything that a reviewer may see changed after a position.
pub async fn has_news(
    connection: &mut SqliteConnection,
    reviewer: ReviewerId,
    since: u64,
) -> Result<bool, DbError> {
    let scope = reviewers::find(connection, reviewer).await?.scope;
    let (everywhere, centers) = scope_values(&scope)?;
    let changed = sqlx::query(CHANGED)
        .bind("")
        .bind(count(since))
        .bind(everywhere)
        .bind(centers)
        .bind(1)
        .fetch_optional(connection)
        .await?;
    Ok(changed.is_some())
}

/// The head of the feed, and the scope in which a reviewer sees it.
pub(super) struct Head {
    pub(super) state: ServiceState,
    pub(super) scope: Scope,
    pub(super) scope_rev: u32,
}

impl Head {
    fn follows(&self, cursor: &Cursor) -> bool {
        cursor.epoch == self.state.epoch
            && cursor.scope_rev == self.scope_rev
            && cursor.position <= self.state.position
    }
}

/// The service as this reviewer sees it.
pub(super) async fn head(
    connection: &mut SqliteConnection,
    reviewer: ReviewerId,
) -> Result<Head, DbError> {
    let row =
        sqlx::query("SELECT s.*, r.scope, r.scope_rev FROM service s, reviewer r WHERE r.id = ?")
            .bind(reviewer.to_string())
            .fetch_one(connection)
            .await?;
    Ok(Head {
        state: ServiceState {
            epoch: read(&row, "epoch")?,
            position: read_count(&row, "position")?,
            juries_rev: read_revision(&row, "juries_rev")?,
            backup_watermark: read_count(&row, "backup_watermark")?,
            lending: service::lending(&row)?,
        },
        scope: read_json(&row, "scope")?,
        scope_rev: read_revision(&row, "scope_rev")?,
    })
}

/// Fills a page in feed order up to its two limits. A page that stops before the
/// head reaches to its last change; the last page reaches to the head, which
/// spares the next request what others' dossiers did.
async fn fill(
    connection: &mut SqliteConnection,
    ask: &ChangesAsk,
    scope: &Scope,
    since: u64,
    page: &mut ChangesPage,
) -> Result<(), DbError> {
    let rows = changed_rows(connection, ask, scope, since).await?;
    let mut snapshots = 0;
    for row in &rows {
        let position = read_count(row, "position")?;
        if row.try_get("left")? {
            if page.changes.len() == ask.changes {
                page.more = true;
                break;
            }
            let dossier = read(row, "id")?;
            page.changes.push(DossierChange::Left { position, dossier });
            continue;
        }
        let carried: bool = row.try_get("carried")?;
        if page.changes.len() == ask.changes || (carried && snapshots == ask.snapshots) {
            page.more = true;
            break;
        }
        let snapshot = if carried {
            snapshots += 1;
            dossiers::find(connection, read(row, "id")?).await?.map(|(_, dossier)| dossier)
        } else {
            None
        };
        let summary = Box::new(read_json(row, "summary")?);
        let snapshot = snapshot.map(Box::new);
        page.changes.push(DossierChange::Put { position, summary, snapshot });
    }
    if let Some(last) = page.changes.last().filter(|_| page.more) {
        page.position = last.position();
    }
    Ok(())
}

async fn changed_rows(
    connection: &mut SqliteConnection,
    ask: &ChangesAsk,
    scope: &Scope,
    since: u64,
) -> Result<Vec<SqliteRow>, DbError> {
    let (everywhere, centers) = scope_values(scope)?;
    // One more than asked for tells whether there is more.
    let limit = i64::try_from(ask.changes).unwrap_or(i64::MAX - 1) + 1;
    let rows = sqlx::query(CHANGED)
        .bind(ask.device.to_string())
        .bind(count(since))
        .bind(everywhere)
        .bind(centers)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(rows)
}
