//! Looks for what must not be there: in files as they are, in databases decrypted, and in
//! what was logged.

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hkdf::Hkdf;
use sha2::Sha256;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

/// Everything the program logged in this process.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps what our own crates log, down to the least of it.
pub fn listen_to_the_log() {
    let ours = ["app", "sync", "store", "preview"].map(|name| format!("lutrin_{name}=trace"));
    // Another test of this process may have been first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(ours.join(",")))
        .with_writer(|| Log)
        .try_init();
}

/// What was logged since this was last asked.
pub fn log() -> Vec<u8> {
    std::mem::take(&mut *LOG.lock().unwrap())
}

/// The ways a word may stand in a file: UTF-8, UTF-16 either way round, and base64 wherever
/// it begins.
fn forms(word: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![
        word.as_bytes().to_vec(),
        word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ];
    for before in 0..3 {
        let padded = [vec![0; before], word.as_bytes().to_vec()].concat();
        let text = STANDARD_NO_PAD.encode(&padded);
        // The first and last signs depend on what stands around.
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        forms.push(text.as_bytes()[first..last].to_vec());
    }
    forms
}

/// Whether a word stands in these bytes, in any form.
pub fn is_in(bytes: &[u8], word: &str) -> bool {
    forms(word).iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
}

/// Every file below a folder, with what it holds.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// What the two databases below a folder hold, decrypted: every row of every table, those
/// of the index of words included.
pub async fn decrypted(folder: &Path, root_key: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for (path, _) in files(folder) {
        for (name, page_size) in [("dossiers.db", 4_096), ("documents.db", 65_536)] {
            if Path::new(&path).file_name().unwrap() == name {
                all.extend(in_clear(Path::new(&path), name, page_size, root_key).await);
            }
        }
    }
    assert!(!all.is_empty(), "there are databases to look into");
    all
}

async fn in_clear(path: &Path, name: &str, page_size: u32, root_key: &[u8]) -> Vec<u8> {
    let mut key = [0; 32];
    let label = format!("lutrin/1/{name}");
    Hkdf::<Sha256>::new(None, root_key).expand(label.as_bytes(), &mut key).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let clear = folder.path().join("clear.db");
    let mut conn = SqliteConnectOptions::new()
        .filename(path)
        // The one in clear, which is attached.
        .create_if_missing(true)
        .pragma("key", format!("\"x'{}'\"", hex::encode(key)))
        .pragma("cipher_page_size", page_size.to_string())
        .connect()
        .await
        .unwrap();
    sqlx::query("ATTACH DATABASE ? AS clear KEY ''")
        .bind(clear.to_str().unwrap().to_owned())
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("SELECT sqlcipher_export('clear')").fetch_all(&mut conn).await.unwrap();
    sqlx::query("DETACH DATABASE clear").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    std::fs::read(clear).unwrap()
}

#[test]
fn a_word_is_found_in_each_form_wherever_it_begins() {
    let word = "Zénobie-Canarine";
    for before in 0..6 {
        let text = format!("{}{word} après", "x".repeat(before));
        assert!(is_in(text.as_bytes(), word));
        assert!(is_in(STANDARD_NO_PAD.encode(&text).as_bytes(), word), "base64 at {before}");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_in(&wide, word));
        assert!(!is_in(b"Zenobie-Canarine", word));
    }
}
