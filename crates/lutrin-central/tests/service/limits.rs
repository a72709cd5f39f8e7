//! What is not of the agreed form, too large, too old or too much.

use lutrin_protocol::about::{About, PROTOCOL_HEADER, SERVICE_NAME};
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use reqwest::{Body, Method, StatusCode};

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
