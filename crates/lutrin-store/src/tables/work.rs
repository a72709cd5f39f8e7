//! What was made here and nobody else may have, as one digest.

use lutrin_domain::digest::Digest;
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use super::Result;

/// The decisions and drafts of a file: two files with the same hold the same work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    decisions: usize,
    drafts: usize,
    digest: Digest,
}

type Columns = (String, String, String, Option<String>, Option<String>, i64);

/// Reads the work of a file of any schema: only columns of the first one are read.
pub(crate) async fn of(conn: &mut SqliteConnection) -> Result<Work> {
    let decisions: Vec<Columns> = sqlx::query_as(
        "SELECT decision, stamped, state, refusal, arbitrated_at, withdrawal_sealed
         FROM outbox ORDER BY seq",
    )
    .fetch_all(&mut *conn)
    .await?;
    let drafts: Vec<(String, String, String, String)> =
        sqlx::query_as("SELECT dossier, key, text, saved_at FROM drafts ORDER BY dossier, key")
            .fetch_all(conn)
            .await?;
    let mut hasher = Sha256::new();
    let mut add = |text: Option<&str>| {
        // With its length, so that no two rows give the same bytes.
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        hasher.update(length.to_be_bytes());
        hasher.update(text.unwrap_or_default());
    };
    for (decision, stamped, state, refusal, arbitrated_at, sealed) in &decisions {
        for text in [decision, stamped, state] {
            add(Some(text));
        }
        add(refusal.as_deref());
        add(arbitrated_at.as_deref());
        add(Some(&sealed.to_string()));
    }
    for (dossier, key, text, saved_at) in &drafts {
        for text in [dossier, key, text, saved_at] {
            add(Some(text));
        }
    }
    let digest = Digest(hasher.finalize().into());
    Ok(Work { decisions: decisions.len(), drafts: drafts.len(), digest })
}
