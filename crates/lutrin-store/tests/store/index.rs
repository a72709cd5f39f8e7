//! The index of words, seen from beside the store.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::given::file;

/// Those of these words, without accents and in small letters, that are in any table of the
/// index.
pub async fn words_left(folder: &Path, words: &[String]) -> Vec<String> {
    let mut conn = documents_db(folder).await;
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

/// A connection of the test's own, with the key that the store derives.
async fn documents_db(folder: &Path) -> SqliteConnection {
    let mut derived = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &[7; 32])
        .expand(b"lutrin/1/documents.db", &mut derived)
        .unwrap();
    SqliteConnectOptions::new()
        .filename(file(folder, "documents.db"))
        .pragma("key", format!("\"x'{}'\"", hex::encode(derived)))
        .pragma("cipher_page_size", "65536")
        .connect()
        .await
        .unwrap()
}
