//! Backups and what is restored of them (I30).

use std::path::{Path, PathBuf};

use lutrin_central::backup::{BackedUp, MANIFEST_FILE, backup};
use lutrin_central::data::Data;
use lutrin_central::db::Outcome;
use lutrin_central::restore::{CarriedOver, Occupied, RestoreError, Restored, restore};
use lutrin_central::service::{Service, Settings};
use lutrin_central::sources::Sources;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::push::PushOutcome;
use lutrin_protocol::session::RefreshRequest;
use reqwest::Method;
use tempfile::TempDir;

use crate::support::*;

async fn backed_up(world: &World, to: &TempDir) -> BackedUp {
    let data = world.other_data().await;
    let made = backup(&data, to.path()).await.unwrap();
    data.close().await;
    made
}

async fn restored(from: &Path, to: &Path) -> Restored {
    restore(from, to, Occupied::Refuse, &Sources::system()).await.unwrap()
}

fn target(folder: &TempDir) -> PathBuf {
    folder.path().join("restored")
}

#[tokio::test]
async fn a_backup_is_made_while_the_service_runs_and_moves_the_watermark() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    nadia.push(&[nadia.accept(&dossier, SLOT)]).await;
    assert_eq!(nadia.changes(None).await.backup_watermark, 0);
    let to = tempfile::tempdir().unwrap();
    let made = backed_up(&world, &to).await;
    assert_eq!((made.manifest.position, made.manifest.decisions), (2, 1));
    assert_eq!((made.manifest.dossiers, made.manifest.documents), (1, 2));
    assert!(made.manifest.lacking.is_empty());
    assert_eq!(nadia.changes(None).await.backup_watermark, 2);
    // Another one of the same second is refused rather than mixed with it.
    let data = world.other_data().await;
    assert!(backup(&data, to.path()).await.is_err());
}

#[tokio::test]
async fn a_restored_service_is_another_epoch_and_takes_again_what_laptops_have() {
    let mut world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let before = nadia.accept(&dossier, SLOT);
    nadia.push(std::slice::from_ref(&before)).await;
    let cursor = nadia.changes(None).await.cursor;
    let to = tempfile::tempdir().unwrap();
    let made = backed_up(&world, &to).await;
    let after = nadia.accept(&world.held(dossier.id).await, "cv");
    nadia.push(std::slice::from_ref(&after)).await;
    let (id, key, old_session) = (nadia.id, nadia.key.clone(), nadia.session().clone());

    let folder = tempfile::tempdir().unwrap();
    let restored = restored(&made.folder, &target(&folder)).await;
    assert_ne!(restored.epoch, cursor.epoch);
    assert_eq!(restored.position, 2);
    let mut settings = Settings::new(target(&folder));
    settings.sources = Sources::system().with_clock(world.clock.clone());
    world.running = Service::start(settings).await.unwrap();

    let mut device = Device { world: &world, id, key, session: Some(old_session) };
    assert_eq!(code(device.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
    let token = RefreshRequest { refresh_token: device.session().refresh_token.clone() };
    let refreshed = world.request(Method::POST, endpoint::REFRESH).json(&token).send().await;
    assert_eq!(code(refreshed.unwrap()).await, ProblemCode::SessionEnded);
    device.session = Some(device.sign_in("nadia", PASSWORD).await.json().await.unwrap());
    let gone = device.get(&format!("{}?cursor={cursor}", endpoint::CHANGES)).await;
    assert_eq!(code(gone).await, ProblemCode::CursorGone);
    assert_eq!(device.changes(None).await.backup_watermark, 2);
    let outcomes = device.push(&[before, after]).await;
    assert!(matches!(outcomes[0], PushOutcome::Duplicate { position: 2, .. }), "{outcomes:?}");
    assert!(matches!(outcomes[1], PushOutcome::Applied { position: 3, .. }), "{outcomes:?}");
    for deposit in dossier.slots.iter().flat_map(|slot| &slot.deposits) {
        let read = device.get(&endpoint::document(deposit.sha256)).await;
        assert_eq!(read.bytes().await.unwrap().len() as u64, deposit.size_bytes);
    }
}

#[tokio::test]
async fn what_is_there_is_never_written_over() {
    let world = World::start().await;
    let to = tempfile::tempdir().unwrap();
    let made = backed_up(&world, &to).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(target(&folder)).unwrap();
    std::fs::write(target(&folder).join("notes"), b"kept").unwrap();
    let sources = Sources::system();
    let refused = restore(&made.folder, &target(&folder), Occupied::Refuse, &sources).await;
    assert!(matches!(refused, Err(RestoreError::Occupied(_))), "{refused:?}");
    let put = restore(&made.folder, &target(&folder), Occupied::SetAside, &sources).await.unwrap();
    let aside = put.set_aside.unwrap();
    assert_eq!(std::fs::read(aside.join("notes")).unwrap(), b"kept");
    assert_eq!(put.carried_over, None, "the old folder had no database");
    // A folder in use is not moved from under whoever uses it.
    let in_use = restore(&made.folder, world.folder.path(), Occupied::SetAside, &sources).await;
    assert!(matches!(in_use, Err(RestoreError::InUse(_))), "{in_use:?}");
}

#[tokio::test]
async fn a_machine_revoked_since_the_backup_stays_revoked() {
    let world = World::start().await;
    let known = world.device("nadia").await;
    let to = tempfile::tempdir().unwrap();
    let made = backed_up(&world, &to).await;
    let since = world.device("paul").await;
    let trace = world.data().command_trace();
    assert!(world.data().db.revoke_device(known.id, &trace).await.unwrap());
    let ((known, known_key), (since, since_key)) = ((known.id, known.key), (since.id, since.key));
    let World { running, folder, clock, http } = world;
    running.stop().await.unwrap();
    let put = restore(&made.folder, folder.path(), Occupied::SetAside, &Sources::system()).await;
    let put = put.unwrap();
    assert_eq!(put.carried_over, Some(CarriedOver { accounts: 3, machines: 2 }));
    let running = Service::start(Settings::new(folder.path())).await.unwrap();
    let world = World { running, folder, clock, http };
    let known = Device { world: &world, id: known, key: known_key, session: None };
    let refused = known.sign_in("nadia", PASSWORD).await;
    assert_eq!(code(refused).await, ProblemCode::DeviceRevoked);
    // One registered since is known with its key: another key is not its own.
    let other_key = Device { world: &world, id: since, key: known.key, session: None };
    assert_eq!(code(other_key.sign_in("paul", PASSWORD).await).await, ProblemCode::Unprocessable);
    let since = Device { world: &world, id: since, key: since_key, session: None };
    assert_eq!(since.sign_in("paul", PASSWORD).await.status(), 200);
    std::fs::remove_dir_all(put.set_aside.unwrap()).unwrap();
}

#[tokio::test]
async fn a_backup_that_was_changed_is_not_restored() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let to = tempfile::tempdir().unwrap();
    let made = backed_up(&world, &to).await;
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::system();
    let manifest = std::fs::read_to_string(made.folder.join(MANIFEST_FILE)).unwrap();
    let flipped = |name: &str| {
        let mut bytes = std::fs::read(made.folder.join(name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    let cases = [
        ("central.db", flipped("central.db")),
        ("journal.identity", flipped("journal.identity")),
        (MANIFEST_FILE, manifest.replace("\"position\": 1", "\"position\": 2").into_bytes()),
        (MANIFEST_FILE, manifest.replace("\"form\": 1", "\"form\": 2").into_bytes()),
        (MANIFEST_FILE, manifest.replace("journal.identity", "../identity").into_bytes()),
    ];
    for (name, bytes) in cases {
        let file = made.folder.join(name);
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes).unwrap();
        let refused = restore(&made.folder, &target(&folder), Occupied::Refuse, &sources).await;
        assert!(refused.is_err(), "{name}");
        assert!(!target(&folder).exists(), "{name}");
        std::fs::write(&file, &whole).unwrap();
    }
    restored(&made.folder, &target(&folder)).await;
}

#[tokio::test]
async fn a_document_that_is_lacking_is_named_and_the_rest_is_backed_up() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let lost = dossier.slots[0].deposits[0].sha256;
    let digits = lost.to_string();
    let file = world.folder.path().join("documents").join(&digits[..2]).join(&digits);
    std::fs::write(file, b"other bytes, longer").unwrap();
    let to = tempfile::tempdir().unwrap();
    let made = backed_up(&world, &to).await;
    assert_eq!(made.manifest.lacking, [lost]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(restored(&made.folder, &target(&folder)).await.lacking, [lost]);
}

#[tokio::test]
async fn a_database_put_back_by_hand_begins_a_new_epoch() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let folder = world.folder.path().to_owned();
    let epoch = world.data().db.state().await.unwrap().epoch;
    let copy = tempfile::tempdir().unwrap().path().with_extension("db");
    world.data().db.copy_to(&copy).await.unwrap();
    let nadia = world.device("nadia").await;
    let outcome = nadia.push(&[nadia.accept(&dossier, SLOT)]).await;
    assert!(matches!(outcome[0], PushOutcome::Applied { .. }));
    drop(nadia);
    let World { running, folder: _kept, .. } = world;
    running.stop().await.unwrap();

    let open = async || Data::open(&folder, Sources::system()).await.unwrap();
    let data = open().await;
    assert_eq!(data.db.state().await.unwrap().epoch, epoch, "nothing went back");
    data.close().await;
    std::fs::rename(&copy, folder.join("central.db")).unwrap();
    let data = open().await;
    let state = data.db.state().await.unwrap();
    assert_ne!(state.epoch, epoch);
    assert_eq!(state.position, 1);
    data.close().await;
    let data = open().await;
    assert_eq!(data.db.state().await.unwrap().epoch, state.epoch, "once");
    let kept = data.db.decisions(None).await.unwrap();
    assert!(!kept.iter().any(|kept| matches!(kept.outcome, Outcome::Applied { .. })));
}
