//! What is not of the agreed form, too large, too old or too much.

use std::io::Read as _;

use lutrin_central::connections::ConnectionLimits;
use lutrin_protocol::about::{About, PROTOCOL_HEADER, SERVICE_NAME};
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use reqwest::{Body, Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::*;

#[tokio::test]
async fn the_service_says_what_it_is() {
    let world = World::start().await;
    let about: About = serde_json::from_value(world.get_json(endpoint::ABOUT).await).unwrap();
    assert_eq!(about.service, SERVICE_NAME);
    assert_eq!(about.protocol, 1);
    let data = world.other_data().await;
    assert_eq!(about.epoch, data.db.state().await.unwrap().epoch, "made once, then kept");
}

#[tokio::test]
async fn an_unknown_address_and_an_unknown_method_are_problems() {
    let world = World::start().await;
    for path in ["/", "/v1", "/v1/nothing", "/v1/dossiers/a/b", "/%2e%2e/etc/passwd"] {
        let response = world.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(code(response).await, ProblemCode::NotFound);
    }
    let response = world.request(Method::DELETE, endpoint::CHANGES).send().await.unwrap();
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    assert_eq!(code(response).await, ProblemCode::MethodNotAllowed);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_a_problem() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let send = |content_type: &'static str, body: &'static str| {
        let request = nadia.request(Method::POST, endpoint::DECISIONS);
        request.header("content-type", content_type).body(body).send()
    };
    for body in ["", "{", "[]", "{\"decisions\":[{}]}", "{\"decisions\":7}", "\u{feff}{}"] {
        let problem = problem(send("application/json", body).await.unwrap()).await;
        assert_eq!(problem.code, ProblemCode::Malformed, "{body}");
        assert!(problem.detail.unwrap().starts_with("line 1"));
    }
    for content_type in ["text/plain", "application/jsonp", ""] {
        let response = send(content_type, "{\"decisions\":[]}").await.unwrap();
        assert_eq!(code(response).await, ProblemCode::UnsupportedMediaType, "{content_type}");
    }
    let fine = send("application/json; charset=utf-8", "{\"decisions\":[]}").await.unwrap();
    assert_eq!(fine.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_too_large_announced_or_not() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let body = || vec![b' '; 10_000_000];
    let whole = nadia.request(Method::POST, endpoint::DECISIONS);
    let whole = whole.header("content-type", "application/json").body(body());
    assert_eq!(code(whole.send().await.unwrap()).await, ProblemCode::TooLarge);
    let pieces: Vec<_> =
        body().chunks(64 * 1024).map(|c| Ok::<_, std::io::Error>(c.to_vec())).collect();
    let streamed = nadia.request(Method::POST, endpoint::DECISIONS);
    let streamed = streamed
        .header("content-type", "application/json")
        .body(Body::wrap_stream(futures_util::stream::iter(pieces)));
    assert_eq!(code(streamed.send().await.unwrap()).await, ProblemCode::TooLarge);
}

#[tokio::test]
async fn a_deep_body_does_not_overturn_the_service() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let request = nadia.request(Method::POST, endpoint::DECISIONS);
    let body = format!("{{\"decisions\":{}", "[".repeat(500_000));
    let request = request.header("content-type", "application/json").body(body);
    assert_eq!(code(request.send().await.unwrap()).await, ProblemCode::Malformed);
    assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_protocol_that_is_too_old_is_told_so() {
    let world = World::start().await;
    let get = |protocol: &'static str| {
        world.request(Method::GET, endpoint::ABOUT).header(PROTOCOL_HEADER, protocol).send()
    };
    assert_eq!(code(get("0").await.unwrap()).await, ProblemCode::ProtocolTooOld);
    assert_eq!(code(get("newest").await.unwrap()).await, ProblemCode::Malformed);
    assert_eq!(get("1").await.unwrap().status(), StatusCode::OK);
    assert_eq!(get("2").await.unwrap().status(), StatusCode::OK, "newer clients are welcome");
}

#[tokio::test]
async fn without_room_the_service_says_so_at_once() {
    let world = World::start().await;
    let central = lutrin_central::central::Central {
        data: world.data().clone(),
        door: std::sync::Arc::new(
            lutrin_central::sign_in::Doorkeeper::new(&Default::default(), &world.data().sources)
                .unwrap(),
        ),
        room: std::sync::Arc::new(tokio::sync::Semaphore::new(0)),
        reads: std::sync::Arc::default(),
        importing: std::sync::Arc::default(),
        news: lutrin_central::news::News::new(0),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = lutrin_central::router::router(central);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let response = world.http.get(format!("http://{address}/v1/about")).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(code(response).await, ProblemCode::Unavailable);
    serving.abort();
}

/// A client that leaves compressed answers as they came.
fn plain_client() -> reqwest::Client {
    reqwest::Client::builder().no_gzip().build().unwrap()
}

#[tokio::test]
async fn json_worth_it_is_compressed_and_documents_are_not() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let get = async |path: &str| {
        let url = format!("{}{path}", world.running.url());
        let request = plain_client().get(url).header("accept-encoding", "gzip");
        request.bearer_auth(nadia.session().access_token.expose()).send().await.unwrap()
    };
    let path = endpoint::dossier(dossier.id);
    let whole = nadia.get(&path).await.bytes().await.unwrap();
    let small = get(&path).await;
    assert_eq!(small.headers()["content-encoding"], "gzip");
    assert_eq!(small.headers()["vary"], "accept-encoding");
    let small = small.bytes().await.unwrap();
    assert!(small.len() * 2 < whole.len(), "{} of {}", small.len(), whole.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&small[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, whole);
    let document = endpoint::document(dossier.slots[0].deposits[0].sha256);
    for path in [&document, endpoint::JURIES, endpoint::EVENTS, endpoint::ABOUT] {
        assert!(!get(path).await.headers().contains_key("content-encoding"), "{path}");
    }
}

#[tokio::test]
async fn what_is_at_hand_is_not_sent_again() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    world.jury(1, "2027-01-15").await;
    let dossier = world.dossier("A", "BES").await;
    let catalogue = endpoint::catalogue(dossier.catalogue);
    for path in [endpoint::JURIES, &catalogue] {
        let first = nadia.get(path).await;
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
            let again = nadia.request(Method::GET, path).header("if-none-match", known);
            let again = again.send().await.unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!(again.headers()["etag"], tag);
            assert!(again.bytes().await.unwrap().is_empty());
        }
        let other = nadia.request(Method::GET, path).header("if-none-match", "\"other\"");
        assert_eq!(other.send().await.unwrap().status(), StatusCode::OK);
    }
    let tag = nadia.get(endpoint::JURIES).await.headers()["etag"].clone();
    world.jury(2, "2027-02-15").await;
    let changed = nadia.request(Method::GET, endpoint::JURIES).header("if-none-match", tag);
    assert_eq!(changed.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_and_gives_its_place() {
    let world = World::start_with(|mut settings| {
        settings.connections =
            ConnectionLimits { at_once: 3, head: std::time::Duration::from_millis(300) };
        settings
    })
    .await;
    let mut silent = Vec::new();
    for said in ["", "GET /v1/about HTTP/1.1\r\n", "GET /v1/about HTTP/1.1\r\nhost: x\r\nx: "] {
        let mut connection = tokio::net::TcpStream::connect(world.running.addr).await.unwrap();
        connection.write_all(said.as_bytes()).await.unwrap();
        silent.push(connection);
    }
    // A fourth one waits for a place, and gets it.
    let about = tokio::time::timeout(
        std::time::Duration::from_secs(20),
        world.request(Method::GET, endpoint::ABOUT).send(),
    );
    assert_eq!(about.await.unwrap().unwrap().status(), StatusCode::OK);
    for mut connection in silent {
        let mut rest = Vec::new();
        let ended = connection.read_to_end(&mut rest);
        tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.unwrap().ok();
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
}
