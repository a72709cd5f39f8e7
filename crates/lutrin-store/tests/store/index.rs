//! The index of words, seen from beside the store.

use std::path::Path;

use sqlx::Connection as _;

use super::beside::database;

/// Those of these words, without accents and in small letters, that are in any table of the
/// index.
pub async fn words_left(folder: &Path, words: &[String]) -> Vec<String> {
    let mut conn = database(folder, "documents.db").await;
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    for table in ["page_texts_data", "page_texts_content"] {
        let column = if table.ends_with("data") { "block" } else { "CAST(c0 AS BLOB)" };
        let sql = format!("SELECT {column} FROM {table}");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut conn).await;
        blocks.append(&mut rows.unwrap());
    }
    conn.close().await.unwrap();
    blocks.iter_mut().for_each(|block| block.make_ascii_lowercase());
    let is_left = |word: &&String| {
        let holds = |block: &Vec<u8>| block.windows(word.len()).any(|part| part == word.as_bytes());
        blocks.iter().any(holds)
    };
    words.iter().filter(is_left).cloned().collect()
}
