//! A database of the store, opened from beside it.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};

use super::given::file;

/// A connection of the test's own, with the key that the store derives.
pub async fn database(folder: &Path, name: &str) -> SqliteConnection {
    let mut derived = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &[7; 32])
        .expand(format!("lutrin/1/{name}").as_bytes(), &mut derived)
        .unwrap();
    let options = SqliteConnectOptions::new()
        .filename(file(folder, name))
        .pragma("key", format!("\"x'{}'\"", hex::encode(derived)));
    let options = match name {
        "documents.db" => options.pragma("cipher_page_size", "65536"),
        _ => options,
    };
    options.connect().await.unwrap()
}
