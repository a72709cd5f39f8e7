//! What was erased here.

use lutrin_domain::digest::Digest;
use lutrin_protocol::receipts::Receipt;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Result, from_json, to_json};
use crate::erase::KeptReceipt;

/// Keeps a receipt, whose files are still to be erased.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    receipt: &Receipt,
    unfinished: &[Digest],
) -> Result<()> {
    let unfinished = to_json(&unfinished, "files to erase")?;
    sqlx::query("INSERT INTO receipts (id, json, unfinished) VALUES (?, ?, ?)")
        .bind(receipt.id.to_string())
        .bind(to_json(receipt, "receipt")?)
        .bind(unfinished)
        .execute(conn)
        .await?;
    Ok(())
}

/// The files of all receipts whose bytes are still to be erased; nothing if there is none
/// such receipt.
pub(crate) async fn unfinished(conn: &mut SqliteConnection) -> Result<Option<Vec<Digest>>> {
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT unfinished FROM receipts WHERE unfinished IS NOT NULL")
            .fetch_all(conn)
            .await?;
    if texts.is_empty() {
        return Ok(None);
    }
    let mut files: Vec<Digest> = Vec::new();
    for text in texts {
        files.extend(from_json::<Vec<Digest>>(&text, "files to erase")?);
    }
    Ok(Some(files))
}

/// Notes that the files of every receipt are erased.
pub(crate) async fn finish(conn: &mut SqliteConnection) -> Result<()> {
    let sql = "UPDATE receipts SET unfinished = NULL WHERE unfinished IS NOT NULL";
    sqlx::query(sql).execute(conn).await?;
    Ok(())
}

/// Notes that the service knows a receipt.
pub(crate) async fn set_told(conn: &mut SqliteConnection, id: Uuid) -> Result<()> {
    sqlx::query("UPDATE receipts SET told = 1 WHERE id = ?")
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// The receipts that the service does not know, whose files are erased.
pub(crate) async fn to_tell(conn: &mut SqliteConnection) -> Result<Vec<Receipt>> {
    let texts: Vec<String> = sqlx::query_scalar(
        "SELECT json FROM receipts WHERE told = 0 AND unfinished IS NULL ORDER BY id",
    )
    .fetch_all(conn)
    .await?;
    texts.iter().map(|json| from_json(json, "receipt")).collect()
}

/// Every receipt whose files are erased, in no order.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<KeptReceipt>> {
    let rows: Vec<(String, bool)> =
        sqlx::query_as("SELECT json, told FROM receipts WHERE unfinished IS NULL")
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|(json, told)| Ok(KeptReceipt { receipt: from_json(&json, "receipt")?, told }))
        .collect()
}
