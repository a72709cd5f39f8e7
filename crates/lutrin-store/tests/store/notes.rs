//! What is remembered beside the dossiers.

use lutrin_domain::id::ReviewerId;
use lutrin_domain::news::look;
use lutrin_domain::reviewer::Person;
use lutrin_store::{EXCHANGES_KEPT, ExchangeNote};
use uuid::Uuid;

use crate::given::{fresh, now, reopened, with_dossier};

fn note(sent: u32, failure: Option<&str>) -> ExchangeNote {
    ExchangeNote {
        at: now(),
        times: 1,
        sent,
        refused: 0,
        receipt: None,
        dossiers: 0,
        files: 0,
        bytes: 0,
        failure: failure.map(str::to_owned),
    }
}

#[tokio::test]
async fn exchanges_in_which_something_happened_are_kept_and_repeated_failures_are_one() {
    let (folder, store) = fresh().await;
    for note in [note(0, None), note(3, None), note(0, Some("offline")), note(0, Some("offline"))] {
        store.note_exchange(note).await.unwrap();
    }
    store.note_exchange(note(2, Some("offline"))).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    let kept = store.exchanges(10).await.unwrap();
    let told: Vec<_> = kept.iter().map(|note| (note.sent, note.times)).collect();
    assert_eq!(told, [(2, 1), (0, 2), (3, 1)], "the newest first, the empty one left out");
}

#[tokio::test]
async fn old_exchanges_are_forgotten() {
    let (_folder, store) = fresh().await;
    for number in 1..=EXCHANGES_KEPT + 5 {
        store.note_exchange(note(number, None)).await.unwrap();
    }
    let kept = store.exchanges(1_000).await.unwrap();
    assert_eq!(kept.len(), EXCHANGES_KEPT as usize);
    assert_eq!(kept[0].sent, EXCHANGES_KEPT + 5);
}

#[tokio::test]
async fn colleagues_and_what_was_seen_last() {
    let (folder, store, dossier) = with_dossier().await;
    let person = |name: &str| Person { id: ReviewerId(Uuid::from_u128(7)), name: name.into() };
    store.put_people(&[person("Karine Solier")]).await.unwrap();
    store.put_people(&[person("Karine Soulier")]).await.unwrap();
    assert_eq!(store.look(dossier.id).await.unwrap(), None);
    store.set_look(dossier.id, &look(&dossier)).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.people().await.unwrap(), [person("Karine Soulier")]);
    assert_eq!(store.look(dossier.id).await.unwrap(), Some(look(&dossier)));
}
