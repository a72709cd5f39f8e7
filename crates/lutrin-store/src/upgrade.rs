//! Bringing a file with unsent work to the schema of this version.
//!
//! Copy, compare, migrate, compare, and only then commit: whatever goes wrong, the
//! file is as it was. The copy is as encrypted as the file, and is kept until an
//! exchange has ended with nothing left to send.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use lutrin_domain::seeded::{self, Bug};
use sqlx::{Connection, SqliteConnection};

use crate::Store;
use crate::connection::{Existence, Layout, checkpoint, connect, copy_into};
use crate::error::{OpenError, StoreError, UpgradeStep};
use crate::folder::sync_folder;
use crate::key::DatabaseKey;
use crate::schema::{Migration, apply};
use crate::tables::{outbox, work};

/// What the name of a copy begins with; the number of the schema follows.
const COPY: &str = "dossiers.before-";

/// Applies migrations to a file that may hold unsent work.
pub(crate) async fn upgrade(
    conn: &mut SqliteConnection,
    file: &Path,
    key: &DatabaseKey,
    migrations: &[&'static Migration],
) -> Result<(), OpenError> {
    let Some(last) = migrations.last() else { return Ok(()) };
    let before = work::of(conn).await?;
    let copy = file.with_file_name(format!("{COPY}{}.db", last.number()));
    // One that is there is of an upgrade that was interrupted: the file it was
    // made of is this one, unchanged.
    remove(&copy)?;
    if let Err(error) = make_copy(conn, &copy, key, before).await {
        // What is half a copy would keep the room that is lacking.
        let _ = remove(&copy);
        return Err(told(UpgradeStep::Copy, &error));
    }
    migrate(conn, migrations, before).await.map_err(|error| told(UpgradeStep::Migrate, &error))
}

async fn make_copy(
    conn: &mut SqliteConnection,
    copy: &Path,
    key: &DatabaseKey,
    before: work::Work,
) -> Result<(), OpenError> {
    copy_into(conn, copy).await?;
    let failed = OpenError::UpgradeFailed { step: UpgradeStep::Copy };
    if copied(copy, key).await? == before { Ok(()) } else { Err(failed) }
}

async fn migrate(
    conn: &mut SqliteConnection,
    migrations: &[&'static Migration],
    before: work::Work,
) -> Result<(), OpenError> {
    if seeded::is(Bug::UpgradeInPieces) {
        return apply(conn, migrations).await;
    }
    let mut transaction = conn.begin().await?;
    apply(&mut transaction, migrations).await?;
    if work::of(&mut transaction).await? != before {
        return Err(OpenError::UpgradeFailed { step: UpgradeStep::Migrate });
    }
    Ok(transaction.commit().await?)
}

/// What a step that failed is told as: a full disk is for a person to mend, the rest is not.
fn told(step: UpgradeStep, error: &OpenError) -> OpenError {
    if error.is_full() {
        return OpenError::UpgradeFull;
    }
    tracing::warn!(?step, %error, "an upgrade stopped");
    OpenError::UpgradeFailed { step }
}

/// What a copy holds, once it lasts.
async fn copied(copy: &Path, key: &DatabaseKey) -> Result<work::Work, OpenError> {
    let mut conn = connect(copy, key, Layout::Dossiers, Existence::Required).await?;
    let work = work::of(&mut conn).await;
    checkpoint(&mut conn).await?;
    conn.close().await?;
    File::options().write(true).open(copy)?.sync_all()?;
    copy.parent().map_or(Ok(()), sync_folder)?;
    Ok(work?)
}

/// The copies that upgrades left in a profile.
pub(crate) fn copies(profile: &Path) -> io::Result<Vec<PathBuf>> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(profile)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(COPY) && name.to_string_lossy().ends_with(".db") {
            copies.push(entry.path());
        }
    }
    Ok(copies)
}

fn remove(file: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

impl Store {
    /// Notes that an exchange has ended well: if nothing waits to leave any more,
    /// the copy that an upgrade left is not needed, and forgotten.
    pub async fn note_full_exchange(&self) -> Result<(), StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    if desk.upgrade_copies.is_empty()
                        || outbox::counts(&mut desk.conn).await?.pending > 0
                    {
                        return Ok(());
                    }
                    for copy in std::mem::take(&mut desk.upgrade_copies) {
                        if let Err(error) = remove(&copy) {
                            tracing::warn!(kind = %error.kind(), "a copy could not be removed");
                        }
                    }
                    Ok(())
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Executor;

    use super::*;
    use crate::key::RootKey;
    use crate::schema::{self, missing};

    #[tokio::test]
    async fn work_that_a_migration_would_change_stops_it_and_nothing_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dossiers.db");
        let key = RootKey::new([1; 32]).db_key();
        let mut conn = connect(&file, &key, Layout::Dossiers, Existence::Made).await.unwrap();
        let all = missing(&mut conn, &schema::DOSSIERS).await.unwrap();
        let (first, rest) = all.split_first().unwrap();
        apply(&mut conn, &[first]).await.unwrap();
        conn.execute(
            "INSERT INTO outbox (decision, subject, stamped, recorded_at) VALUES ('d', 's', '{}', 't')",
        )
        .await
        .unwrap();
        let before = work::of(&mut conn).await.unwrap();
        // A trigger stands for a migration that is wrong.
        conn.execute(
            "CREATE TRIGGER wrong AFTER INSERT ON migrations BEGIN DELETE FROM outbox; END",
        )
        .await
        .unwrap();
        let failed = upgrade(&mut conn, &file, &key, rest).await;
        assert_eq!(failed, Err(OpenError::UpgradeFailed { step: UpgradeStep::Migrate }));
        assert_eq!(work::of(&mut conn).await.unwrap(), before);
        assert_eq!(missing(&mut conn, &schema::DOSSIERS).await.unwrap().len(), rest.len());
        assert_eq!(copies(folder.path()).unwrap().len(), 1, "the copy is kept all the same");
    }
}
