//! Documents: received in chunks, shown only whole and verified.

use std::sync::Arc;
use std::time::Instant;

use lutrin_domain::digest::Digest;
use lutrin_store::{
    CHUNK_BYTES, DocumentError, DocumentStatus, DocumentText, Store, TextState, TextTotals,
};

use crate::given::{file, fresh, reopened};

/// Bytes that do not repeat.
fn document(length: usize) -> Arc<[u8]> {
    (0..length).map(|n| (n ^ (n >> 8) ^ (n >> 16)) as u8).collect()
}

async fn put(store: &Store, bytes: &Arc<[u8]>) -> Digest {
    let sha256 = Digest::of(bytes);
    let mut at = store.begin_document(sha256, bytes.len() as u64).await.unwrap().received;
    for chunk in bytes.chunks(CHUNK_BYTES) {
        at = store.append_chunk(sha256, at, chunk.into()).await.unwrap();
    }
    store.finish_document(sha256).await.unwrap();
    sha256
}

#[tokio::test]
async fn a_document_is_resumed_where_it_stopped_and_read_back_whole() {
    let (folder, store) = fresh().await;
    let bytes = document(3 * CHUNK_BYTES + 12_345);
    let sha256 = Digest::of(&bytes);
    let size = bytes.len() as u64;
    store.begin_document(sha256, size).await.unwrap();
    let cut = CHUNK_BYTES + 700;
    let received = store.append_chunk(sha256, 0, bytes[..cut].into()).await.unwrap();
    assert_eq!(received, cut as u64);
    store.close().await;
    let store = reopened(folder.path()).await;
    let status = store.begin_document(sha256, size).await.unwrap();
    assert_eq!(status, DocumentStatus { size, received, complete: false });
    assert_eq!(store.read_document(sha256).await.unwrap(), None, "not before it is whole");
    store.append_chunk(sha256, received, bytes[cut..].into()).await.unwrap();
    assert_eq!(store.read_document(sha256).await.unwrap(), None, "not before it is verified");
    store.finish_document(sha256).await.unwrap();
    store.finish_document(sha256).await.unwrap();
    assert!(store.read_document(sha256).await.unwrap().unwrap() == bytes);
    assert!(store.recheck_document(sha256).await.unwrap());
}

#[tokio::test]
async fn bytes_must_continue_exactly_and_within_the_size() {
    let (_folder, store) = fresh().await;
    let bytes = document(100);
    let sha256 = Digest::of(&bytes);
    let append = async |at: u64, range: std::ops::Range<usize>| {
        store.append_chunk(sha256, at, bytes[range].into()).await
    };
    assert_eq!(append(0, 0..10).await, Err(DocumentError::NotBegun));
    store.begin_document(sha256, 100).await.unwrap();
    let other = store.begin_document(sha256, 101).await;
    assert_eq!(other, Err(DocumentError::OtherSize { size: 100 }));
    append(0, 0..10).await.unwrap();
    for wrong in [0, 9, 11, 100, u64::MAX] {
        assert_eq!(append(wrong, 0..10).await, Err(DocumentError::NotNext { expected: 10 }));
    }
    let too_long = store.append_chunk(sha256, 10, document(91)).await;
    assert_eq!(too_long, Err(DocumentError::TooLong { size: 100 }));
    let early = store.finish_document(sha256).await;
    assert_eq!(early, Err(DocumentError::NotComplete { received: 10, size: 100 }));
    append(10, 10..100).await.unwrap();
    store.finish_document(sha256).await.unwrap();
}

#[tokio::test]
async fn other_bytes_than_announced_are_dropped_and_never_shown() {
    let (_folder, store) = fresh().await;
    let bytes = document(CHUNK_BYTES + 1);
    let sha256 = Digest::of(b"something else");
    store.begin_document(sha256, bytes.len() as u64).await.unwrap();
    store.append_chunk(sha256, 0, bytes.clone()).await.unwrap();
    let outcome = store.finish_document(sha256).await;
    assert_eq!(outcome, Err(DocumentError::HashMismatch));
    assert_eq!(store.received(sha256).await.unwrap(), None, "it begins again from nothing");
    assert_eq!(store.read_document(sha256).await.unwrap(), None);
    // What is begun next must not inherit the dropped bytes.
    let right = put(&store, &bytes).await;
    assert!(store.read_document(right).await.unwrap().unwrap() == bytes);
}

#[tokio::test]
async fn an_empty_document_is_a_document() {
    let (_folder, store) = fresh().await;
    let sha256 = put(&store, &document(0)).await;
    assert_eq!(store.read_document(sha256).await.unwrap().unwrap().len(), 0);
}

#[tokio::test]
async fn what_is_missing_and_how_much_is_here_are_known() {
    let (_folder, store) = fresh().await;
    let whole = put(&store, &document(1_000)).await;
    let (begun, absent) = (Digest::of(b"begun"), Digest::of(b"absent"));
    store.begin_document(begun, 500).await.unwrap();
    store.append_chunk(begun, 0, document(200)).await.unwrap();
    let missing = store.missing(&[absent, whole, begun]).await.unwrap();
    assert_eq!(missing, [absent, begun], "in the order asked");
    let wanted = [(whole, 1_000), (begun, 500), (absent, 70), (whole, 1_000)];
    let totals = store.document_totals(&wanted).await.unwrap();
    assert_eq!((totals.wanted, totals.complete), (3, 1), "each document counts once");
    assert_eq!((totals.wanted_bytes, totals.received_bytes), (1_570, 1_200));
}

#[tokio::test]
async fn what_is_forgotten_gives_its_room_back() {
    let (folder, store) = fresh().await;
    let kept = put(&store, &document(CHUNK_BYTES)).await;
    let large = put(&store, &document(8 * CHUNK_BYTES)).await;
    let half = Digest::of(b"half");
    store.begin_document(half, 10).await.unwrap();
    let mut forgotten = store.forget_documents_except(&[kept]).await.unwrap();
    forgotten.sort();
    let mut expected = [large, half];
    expected.sort();
    assert_eq!(forgotten, expected);
    assert_eq!(store.read_document(large).await.unwrap(), None);
    assert_eq!(store.read_document(kept).await.unwrap().unwrap().len(), CHUNK_BYTES);
    store.close().await;
    let size = std::fs::metadata(file(folder.path(), "documents.db")).unwrap().len();
    assert!(size < 3 * CHUNK_BYTES as u64, "{size} bytes are left");
}

#[tokio::test]
async fn a_sitting_is_forgotten_in_a_few_transactions() {
    let (_folder, store) = fresh().await;
    let kept = put(&store, &document(1_000)).await;
    let mut sitting = Vec::new();
    for number in 0..200_usize {
        let sha256 = put(&store, &document(100_000 + number)).await;
        let pages = vec![(1, format!("bulletin de paie {number}"))];
        let text = DocumentText { version: 1, state: TextState::Whole, pages, blank: 0 };
        store.put_text(sha256, text).await.unwrap();
        sitting.push(sha256);
    }
    let begun = Instant::now();
    let forgotten = store.forget_documents_except(&[kept]).await.unwrap();
    let took = begun.elapsed();
    println!("{} files were forgotten in {took:.0?}, {:.1?} each", sitting.len(), took / 200);
    assert_eq!(forgotten, sitting);
    assert_eq!(store.missing(&sitting).await.unwrap().len(), sitting.len());
    assert_eq!(store.missing(&[kept]).await.unwrap(), []);
    assert_eq!(store.text_totals(&sitting, 1).await.unwrap(), TextTotals::default());
}

#[tokio::test]
async fn a_damaged_document_is_forgotten_with_the_others() {
    let (folder, store) = fresh().await;
    let mut sitting = Vec::new();
    for length in 1..=20_usize {
        sitting.push(put(&store, &document(100_000 * length)).await);
    }
    let kept = put(&store, &document(7)).await;
    store.close().await;
    damage(folder.path());
    let store = reopened(folder.path()).await;
    let forgotten = store.forget_documents_except(&[kept]).await.unwrap();
    assert_eq!(forgotten, sitting);
    assert_eq!(store.missing(&sitting).await.unwrap(), sitting);
    assert_eq!(store.missing(&[kept]).await.unwrap(), []);
}

#[tokio::test]
async fn a_damaged_document_is_never_handed_out_and_can_be_fetched_again() {
    let (folder, store) = fresh().await;
    let bytes = document(4 * CHUNK_BYTES);
    let sha256 = put(&store, &bytes).await;
    store.close().await;
    damage(folder.path());
    let store = reopened(folder.path()).await;
    assert_eq!(store.read_document(sha256).await, Err(lutrin_store::StoreError::Damaged));
    assert!(!store.recheck_document(sha256).await.unwrap());
    assert_eq!(store.missing(&[sha256]).await.unwrap(), [sha256]);
    put(&store, &bytes).await;
    assert!(store.read_document(sha256).await.unwrap().unwrap() == bytes);
}

/// Flips a bit in the middle of `documents.db`.
fn damage(folder: &std::path::Path) {
    let path = file(folder, "documents.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
}
