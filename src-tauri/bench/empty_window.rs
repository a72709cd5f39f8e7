//! An empty window: what `cargo xtask bench start` compares the app with. It has
//! the same runtime and loads its page through a custom protocol as the app does;
//! it has nothing else.

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

const PAGE: &[u8] = b"<!doctype html><html lang=\"fr\"><title>Vide</title><body></body></html>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_context, _request| {
            let mut response = Response::new(PAGE.to_vec());
            response.headers_mut().insert("content-type", "text/html".parse().expect("a header"));
            response
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("empty://localhost".parse()?);
            WebviewWindowBuilder::new(app, "empty", page).inner_size(1440.0, 900.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
