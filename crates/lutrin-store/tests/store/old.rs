//! Profiles as earlier versions left them.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use lutrin_store::Store;
use sqlx::Connection as _;

use super::beside::database;
use super::given::{accepted, dossier, file, fresh, key, new_profile, now};

/// The first of the decisions that [`more_work`] adds.
const FIRST_MORE: u128 = 10_001;

/// The profile of the first version, in an empty folder: three dossiers, 300 decisions of
/// which five were acknowledged, three refused (one arbitrated) and two withdrawn, and two
/// drafts.
pub async fn of_schema_1(folder: &Path) {
    let store = Store::create(folder, &key(), &new_profile()).await.unwrap();
    store.close().await;
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let fixture = fixture.join("../lutrin-store/tests/fixtures/schema-1");
    for name in ["dossiers.db", "journal.sealed", "key.id"] {
        std::fs::copy(fixture.join(name), file(folder, name)).unwrap();
    }
}

/// Has more decisions wait in a profile that is closed, whatever its schema: the rows as the
/// first version wrote them, and the journal's records as a store of today seals them.
pub async fn more_work(folder: &Path, count: u128) {
    let (sealing, store) = fresh().await;
    let mut conn = database(folder, "dossiers.db").await;
    let mut transaction = conn.begin().await.unwrap();
    for number in FIRST_MORE..FIRST_MORE + count {
        let dossier = dossier(1 + number % 3);
        let slot = ["cv", "unit/NFA031", "payslip/vauban/2024-03"][(number % 3) as usize];
        let stamped = accepted(number, &dossier, slot);
        store.record_decision(&stamped, now()).await.unwrap();
        sqlx::query(
            "INSERT INTO outbox (decision, dossier, subject, stamped, recorded_at)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(stamped.decision.id().to_string())
        .bind(dossier.id.to_string())
        .bind(stamped.decision.subject().key())
        .bind(serde_json::to_string(&stamped).unwrap())
        .bind(now().to_string())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
    conn.close().await.unwrap();
    store.close().await;
    let sealed = std::fs::read(file(sealing.path(), "journal.sealed")).unwrap();
    let mut journal = OpenOptions::new().append(true).open(file(folder, "journal.sealed")).unwrap();
    journal.write_all(&sealed).unwrap();
}
