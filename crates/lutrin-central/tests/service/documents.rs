//! Bytes of files: whole, in part, refused.

use lutrin_domain::digest::Digest;
use lutrin_protocol::documents::DocumentResponse;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use reqwest::{Method, StatusCode};

use crate::support::*;

const BYTES: &[u8] = b"payslip";

#[tokio::test]
async fn a_file_is_read_whole_with_a_strong_tag() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let sha256 = Digest::of(BYTES);
    let response = nadia.get(&endpoint::document(sha256)).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    assert_eq!(headers["etag"], format!("\"{sha256}\""));
    assert_eq!(headers["accept-ranges"], "bytes");
    assert_eq!(headers["content-length"], BYTES.len().to_string());
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cache-control"], "private, no-store");
    assert_eq!(response.bytes().await.unwrap(), BYTES);
}

#[tokio::test]
async fn a_range_is_resumed_only_on_the_same_file() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let sha256 = Digest::of(BYTES);
    let get = |range: &str, condition: &str| {
        let request = nadia.request(Method::GET, &endpoint::document(sha256));
        request.header("range", range).header("if-range", condition).send()
    };
    let part = get("bytes=3-", &format!("\"{sha256}\"")).await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], "bytes 3-6/7");
    assert_eq!(part.headers()["content-length"], "4");
    assert_eq!(part.bytes().await.unwrap(), &BYTES[3..]);

    // Another tag, a weak one or a date: the whole file.
    for condition in ["\"other\"", &format!("W/\"{sha256}\""), "Sat, 21 Nov 2026 09:00:00 GMT"] {
        let whole = get("bytes=3-", condition).await.unwrap();
        assert_eq!(whole.status(), StatusCode::OK, "{condition}");
        assert_eq!(whole.bytes().await.unwrap(), BYTES);
    }
}

#[tokio::test]
async fn a_range_outside_says_how_large_the_file_is() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let request = nadia.request(Method::GET, &endpoint::document(Digest::of(BYTES)));
    let response = request.header("range", "bytes=7-").send().await.unwrap();
    assert_eq!(response.headers()["content-range"], "bytes */7");
    assert_eq!(code(response).await, ProblemCode::RangeNotSatisfiable);
}

#[tokio::test]
async fn a_file_at_hand_is_not_sent_again() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let sha256 = Digest::of(BYTES);
    let request = nadia.request(Method::GET, &endpoint::document(sha256));
    let response = request.header("if-none-match", format!("\"{sha256}\"")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn w12_a_file_of_another_centre_is_not_found() {
    let world = World::start().await;
    world.dossier("A", "LYO").await;
    let paul = world.device("paul").await;
    for sha256 in [Digest::of(BYTES), Digest::of(b"nowhere")] {
        let response = paul.get(&endpoint::document(sha256)).await;
        assert_eq!(code(response).await, ProblemCode::NotFound);
    }
    assert_eq!(code(paul.get("/v1/documents/abc").await).await, ProblemCode::NotFound);
}

#[tokio::test]
async fn an_administrator_deposits_what_was_announced() {
    let world = World::start().await;
    let admin = world.device("administration").await;
    let sha256 = Digest::of(b"new file");
    let put = |bytes: &'static [u8]| {
        admin.request(Method::PUT, &endpoint::document(sha256)).body(bytes).send()
    };
    assert_eq!(code(put(b"other file").await.unwrap()).await, ProblemCode::DigestMismatch);
    assert_eq!(world.data().documents.size(sha256).await.unwrap(), None);

    for status in [StatusCode::CREATED, StatusCode::OK] {
        let kept = put(b"new file").await.unwrap();
        assert_eq!(kept.status(), status);
        let kept: DocumentResponse = kept.json().await.unwrap();
        assert_eq!(kept, DocumentResponse { sha256, size_bytes: 8 });
    }
    // Nothing more is learnt by sending other bytes under a name that is known.
    assert_eq!(code(put(b"other file").await.unwrap()).await, ProblemCode::DigestMismatch);

    let nadia = world.device("nadia").await;
    let request = nadia.request(Method::PUT, &endpoint::document(sha256)).body("new file");
    assert_eq!(code(request.send().await.unwrap()).await, ProblemCode::NotAllowed);
}

#[tokio::test]
async fn a_catalogue_is_served_exactly_as_it_is_named() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let response = nadia.get(&endpoint::catalogue(dossier.catalogue)).await;
    assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    let text = response.bytes().await.unwrap();
    assert_eq!(Digest::of(&text), dossier.catalogue);
    let unknown = nadia.get(&endpoint::catalogue(Digest::of(b"unknown"))).await;
    assert_eq!(code(unknown).await, ProblemCode::NotFound);
}
