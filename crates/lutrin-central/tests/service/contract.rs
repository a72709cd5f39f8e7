//! The wire as it is written down.

use std::collections::BTreeSet;

use lutrin_central::openapi;
use lutrin_protocol::problem::ProblemCode;
use reqwest::{Method, StatusCode};

use crate::support::*;

fn routes() -> Vec<(Method, String)> {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut routes = Vec::new();
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            routes.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    routes
}

#[test]
fn the_wire_is_what_was_agreed() {
    insta::assert_json_snapshot!("openapi", openapi::document());
}

#[test]
fn the_routes_are_what_was_agreed() {
    let lines: BTreeSet<_> =
        routes().iter().map(|(method, path)| format!("{path} {method}")).collect();
    let lines: Vec<_> = lines.into_iter().collect();
    insta::assert_snapshot!("routes", lines.join("\n"));
}

#[tokio::test]
async fn every_route_written_down_is_answered_and_all_but_three_want_a_session() {
    let world = World::start().await;
    for (method, path) in routes() {
        let path = path
            .replace("{id}", "x")
            .replace("{sha256}", "x")
            .replace("{hash}", "x")
            .replace("{device}", "x");
        let response = world.request(method, &path).send().await.unwrap();
        let open = ["/v1/about", "/v1/sessions", "/v1/sessions/refresh"].contains(&path.as_str());
        if open {
            assert_ne!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_ne!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        } else {
            assert_eq!(code(response).await, ProblemCode::Unauthenticated, "{path}");
        }
    }
}
