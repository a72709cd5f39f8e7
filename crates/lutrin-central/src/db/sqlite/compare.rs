//! What differs from what a device holds, after its scope changed.

use std::collections::BTreeSet;

use lutrin_domain::id::DossierId;
use lutrin_domain::reviewer::Scope;
use sqlx::{Row as _, SqliteConnection};

use super::convert::{read, read_count, scope as scope_values};
use super::{dossiers, feed};
use crate::db::{Changes, ChangesPage, CompareAsk, DbError, DossierChange};

/// What differs from what a device holds, what it must let go of first.
pub async fn compare(
    connection: &mut SqliteConnection,
    ask: &CompareAsk,
) -> Result<Changes, DbError> {
    let head = feed::head(connection, ask.reviewer).await?;
    if ask.epoch != head.state.epoch {
        return Ok(Changes::Gone);
    }
    let there = in_scope(connection, ask, &head.scope).await?;
    let ids: BTreeSet<_> = there.iter().map(|row| row.id).collect();
    let position = head.state.position;
    let gone = ask.held.keys().filter(|id| !ids.contains(id));
    let mut changes: Vec<_> =
        gone.map(|dossier| DossierChange::Left { position, dossier: *dossier }).collect();
    let mut more = changes.len() > ask.changes;
    changes.truncate(ask.changes);
    let mut snapshots = 0;
    for row in there.iter().filter(|row| ask.held.get(&row.id) != Some(&row.position)) {
        if changes.len() == ask.changes || (row.carried && snapshots == ask.snapshots) {
            more = true;
            break;
        }
        snapshots += usize::from(row.carried);
        let Some((position, dossier)) = dossiers::find(connection, row.id).await? else { continue };
        changes.push(DossierChange::Put {
            position,
            summary: Box::new(dossier.summary()),
            snapshot: row.carried.then(|| Box::new(dossier)),
        });
    }
    let (state, scope_rev) = (head.state, head.scope_rev);
    Ok(Changes::Page(ChangesPage { state, scope_rev, changes, position, more }))
}

struct InScope {
    id: DossierId,
    position: u64,
    carried: bool,
}

/// The dossiers of a scope in feed order, and whether the device carries them.
async fn in_scope(
    connection: &mut SqliteConnection,
    ask: &CompareAsk,
    scope: &Scope,
) -> Result<Vec<InScope>, DbError> {
    let (everywhere, centers) = scope_values(scope)?;
    let rows = sqlx::query(
        "SELECT d.id, d.position,
                (EXISTS (SELECT 1 FROM carried_dossier c WHERE c.device = ?1 AND c.dossier = d.id)
                 OR EXISTS (SELECT 1 FROM carried_jury c WHERE c.device = ?1 AND c.jury = d.jury)
                ) AS carried
         FROM dossier d WHERE ?2 OR d.center IN (SELECT value FROM json_each(?3))
         ORDER BY d.position",
    )
    .bind(ask.device.to_string())
    .bind(everywhere)
    .bind(centers)
    .fetch_all(connection)
    .await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        Ok(InScope {
            id: read(row, "id")?,
            position: read_count(row, "position")?,
            carried: row.try_get("carried")?,
        })
    };
    rows.iter().map(read).collect()
}
