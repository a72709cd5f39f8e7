//! Opening fails closed: every failure has a name and destroys nothing.

use std::collections::BTreeMap;
use std::path::Path;

use lutrin_store::{CreateError, OpenError, RootKey, Store, StoreError, set_aside};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};

use crate::given::{self, accepted, file, fresh, key, new_profile, now, reopened, with_dossier};

async fn refusal(folder: &Path, key: &RootKey) -> OpenError {
    let before = bytes_of(folder);
    let error = Store::open(folder, key, None).await.expect_err("it must not open");
    // Where connecting failed already, a thread of its own lets the file go, with its log.
    for _ in 0..500 {
        if bytes_of(folder) == before {
            return error;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a refusal changes no file");
}

/// The bytes of every file of the profile.
fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(files) = std::fs::read_dir(folder.join("profile")) else { return BTreeMap::new() };
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files
        .map(|entry| entry.unwrap().path())
        .map(|path| (name(&path), std::fs::read(&path).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_profile_opens_again_as_it_was_left() {
    let (folder, store, dossier) = with_dossier().await;
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.profile().await.unwrap(), new_profile().profile);
    assert_eq!(store.device_key().await.unwrap(), new_profile().device_key);
    assert_eq!(store.dossier(dossier.id).await.unwrap(), Some((10, dossier)));
}

#[tokio::test]
async fn a_folder_without_profile_is_absent_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(refusal(folder.path(), &key()).await, OpenError::Absent);
    assert_eq!(refusal(&folder.path().join("nowhere"), &key()).await, OpenError::Absent);
    assert!(!folder.path().join("profile").exists());
}

#[tokio::test]
async fn a_wrong_key_is_a_named_state_and_destroys_nothing() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.close().await;
    let other = RootKey::new([8; 32]);
    assert_eq!(refusal(folder.path(), &other).await, OpenError::WrongKey);
    let store = reopened(folder.path()).await;
    assert_eq!(store.outbox().await.unwrap().len(), 1);
}

#[tokio::test]
async fn whatever_byte_is_flipped_the_file_is_damaged() {
    let (folder, store, _) = with_dossier().await;
    store.close().await;
    let path = file(folder.path(), "dossiers.db");
    let whole = std::fs::read(&path).unwrap();
    // The salt, the first page, the last page, and some in between.
    let last = whole.len() - 1;
    for at in [3, 100, 4_095, whole.len() / 3, whole.len() / 2, last - 2_000, last] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let error = refusal(folder.path(), &key()).await;
        assert_eq!(error, OpenError::Damaged { file: "dossiers.db" }, "byte {at}");
    }
    std::fs::write(&path, &whole).unwrap();
    reopened(folder.path()).await;
}

#[tokio::test]
async fn a_truncated_file_is_damaged() {
    let (folder, store, _) = with_dossier().await;
    store.close().await;
    for name in ["dossiers.db", "documents.db"] {
        let path = file(folder.path(), name);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..10]).unwrap();
        let error = refusal(folder.path(), &key()).await;
        assert!(matches!(error, OpenError::Damaged { file } if file == name), "{error:?}");
        std::fs::write(&path, &whole).unwrap();
    }
}

#[tokio::test]
async fn an_empty_file_where_a_database_was_is_damaged() {
    let (folder, store) = fresh().await;
    store.close().await;
    std::fs::write(file(folder.path(), "dossiers.db"), b"").unwrap();
    let error = refusal(folder.path(), &key()).await;
    assert_eq!(error, OpenError::Damaged { file: "dossiers.db" });
}

#[tokio::test]
async fn a_plain_sqlite_file_is_not_encrypted() {
    let (folder, store) = fresh().await;
    store.close().await;
    for name in ["documents.db", "dossiers.db"] {
        let path = file(folder.path(), name);
        std::fs::remove_file(&path).unwrap();
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut plain = options.connect().await.unwrap();
        plain.execute("CREATE TABLE t (x)").await.unwrap();
        plain.close().await.unwrap();
        let error = refusal(folder.path(), &key()).await;
        assert!(matches!(error, OpenError::NotEncrypted { file } if file == name), "{error:?}");
    }
}

#[tokio::test]
async fn a_missing_database_is_not_made_again() {
    let (folder, store) = fresh().await;
    store.close().await;
    let path = file(folder.path(), "documents.db");
    let kept = folder.path().join("kept");
    std::fs::rename(&path, &kept).unwrap();
    let error = refusal(folder.path(), &key()).await;
    assert_eq!(error, OpenError::Incomplete { file: "documents.db" });
    std::fs::rename(&kept, &path).unwrap();
    std::fs::remove_file(file(folder.path(), "dossiers.db")).unwrap();
    let error = refusal(folder.path(), &key()).await;
    assert_eq!(error, OpenError::Incomplete { file: "dossiers.db" });
    let error = Store::create(folder.path(), &key(), &new_profile()).await.unwrap_err();
    assert_eq!(error, CreateError::Exists, "what is left of a profile is not written over");
}

#[tokio::test]
async fn a_second_instance_is_told_so() {
    let (folder, store) = fresh().await;
    let error = Store::open(folder.path(), &key(), None).await.unwrap_err();
    assert_eq!(error, OpenError::Locked);
    assert!(error.is_retryable());
    let error = set_aside(folder.path(), now()).unwrap_err();
    assert_eq!(error, lutrin_store::SetAsideError::Locked);
    store.close().await;
    reopened(folder.path()).await;
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (_folder, store) = fresh().await;
    let other_handle = store.clone();
    store.close().await;
    assert_eq!(other_handle.profile().await, Err(StoreError::Closed));
    other_handle.close().await;
}

/// A connection of the test's own, with the key that the store derives.
async fn conn(folder: &Path, name: &str, label: &[u8]) -> sqlx::SqliteConnection {
    let mut derived = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &[7; 32]).expand(label, &mut derived).unwrap();
    let options = SqliteConnectOptions::new()
        .filename(file(folder, name))
        .pragma("key", format!("\"x'{}'\"", hex::encode(derived)));
    let options =
        if name == "documents.db" { options.pragma("cipher_page_size", "65536") } else { options };
    options.connect().await.unwrap()
}

#[tokio::test]
async fn a_newer_schema_is_a_named_state() {
    let (folder, store) = fresh().await;
    store.close().await;
    let mut conn = conn(folder.path(), "dossiers.db", b"lutrin/1/dossiers.db").await;
    let newer = "INSERT INTO migrations (number, name, digest)
                 SELECT 99, 'of_tomorrow', digest FROM migrations WHERE number = 1";
    conn.execute(newer).await.unwrap();
    conn.close().await.unwrap();
    let error = Store::open(folder.path(), &key(), None).await.unwrap_err();
    assert_eq!(error, OpenError::NewerSchema { file: "dossiers.db", found: 99, known: 5 });
}

#[tokio::test]
async fn a_migration_that_was_changed_is_a_named_state() {
    let (folder, store) = fresh().await;
    store.close().await;
    let mut conn = conn(folder.path(), "dossiers.db", b"lutrin/1/dossiers.db").await;
    let other = format!("UPDATE migrations SET digest = '{}'", "0".repeat(64));
    conn.execute(sqlx::AssertSqlSafe(other)).await.unwrap();
    conn.close().await.unwrap();
    let error = Store::open(folder.path(), &key(), None).await.unwrap_err();
    assert_eq!(error, OpenError::OtherSchema { file: "dossiers.db", number: 1 });
}

#[tokio::test]
async fn the_final_schema_is_what_was_reviewed() {
    let (folder, store) = fresh().await;
    store.close().await;
    for (name, label) in [
        ("dossiers.db", b"lutrin/1/dossiers.db".as_slice()),
        ("documents.db", b"lutrin/1/documents.db"),
    ] {
        let mut conn = conn(folder.path(), name, label).await;
        let statements: Vec<String> = sqlx::query_scalar(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        insta::assert_snapshot!(name, statements.join(";\n"));
    }
}

#[tokio::test]
async fn a_profile_is_never_created_over_another() {
    let (folder, store) = fresh().await;
    store.close().await;
    let before = bytes_of(folder.path());
    let error = Store::create(folder.path(), &key(), &new_profile()).await.unwrap_err();
    assert_eq!(error, CreateError::Exists);
    assert!(bytes_of(folder.path()) == before);
}

#[tokio::test]
async fn a_creation_that_was_killed_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("creating")).unwrap();
    std::fs::write(folder.path().join("creating/dossiers.db"), b"half").unwrap();
    assert_eq!(refusal(folder.path(), &key()).await, OpenError::Absent);
    Store::create(folder.path(), &key(), &new_profile()).await.unwrap();
    assert!(!folder.path().join("creating").exists());
}

#[tokio::test]
async fn a_profile_set_aside_is_kept_whole() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.close().await;
    let before = bytes_of(folder.path());
    let moved = set_aside(folder.path(), now()).unwrap();
    assert_eq!(moved.len(), before.len());
    for path in &moved {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(std::fs::read(path).unwrap() == before[name.as_ref()], "{name}");
    }
    let store = Store::create(folder.path(), &key(), &new_profile()).await.unwrap();
    assert!(store.outbox().await.unwrap().is_empty());
    store.close().await;
    let again = set_aside(folder.path(), now()).unwrap();
    assert_ne!(again, moved, "setting aside twice in a second keeps both");
    assert!(set_aside(folder.path(), now()).unwrap().is_empty());
}

#[tokio::test]
async fn keys_and_errors_tell_nothing() {
    let profile = new_profile();
    let told = format!("{:?} {:?} {:?}", key(), profile.device_key, given::identity());
    assert_eq!(told, "RootKey(…) DeviceKey(…) JournalIdentity(…)");
}
