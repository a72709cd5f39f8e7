//! Pictures of pages, `page://localhost/SHA256/PAGE` followed by
//!
//! - `?w=WIDTH`: the page;
//! - `/notes?w=WIDTH`: what was noted on it later;
//! - `/masked?w=WIDTH`: the page in small;
//! - `/tile?s=SCALE&x=X&y=Y&w=WIDTH&h=HEIGHT`: a part of the page, in pixels.
//!
//! Social security numbers are painted over in all of them, and bare where `&lifted=1` ends
//! the address, which a page in small does not take.

use std::sync::Arc;

use lutrin_app::error::{AppError, ErrorCode};
use lutrin_app::id::{Digest, Masks, Tile};
use tauri::http::{Request, Response, StatusCode, Uri, header};
use tauri::{Manager as _, Runtime, UriSchemeContext, UriSchemeResponder};

use crate::host::{Host, parse};

/// The widest picture that is drawn; the reading room has its own ceiling below.
const WIDEST: u32 = 8_000;

/// Answers a request for a page; never blocks the window.
#[expect(clippy::needless_pass_by_value, reason = "the signature is Tauri's")]
pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let host = Arc::clone(&context.app_handle().state::<Arc<Host>>());
    tauri::async_runtime::spawn(async move {
        responder.respond(match draw(&host, request.uri()).await {
            Ok(png) => answer(StatusCode::OK, png),
            // The window asks for the reason by a command, which can carry it.
            Err(_) => answer(StatusCode::NOT_FOUND, Vec::new()),
        });
    });
}

async fn draw(host: &Host, uri: &Uri) -> Result<Vec<u8>, AppError> {
    let Asked { sha256, page, what } = read(uri)?;
    let desk = host.desk().await?;
    let picture = match what {
        What::Page { width, masks } => desk.page(sha256, page, width, masks).await?,
        What::Small { width } => desk.masked_page(sha256, page, width).await?,
        What::Notes { width, masks } => {
            let drawn = desk.page_annotations(sha256, page, width, masks).await?;
            drawn.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?
        }
        What::Tile(tile, masks) => {
            return Ok(desk.page_tile(sha256, page, tile, masks).await?.png);
        }
    };
    Ok(picture.png.clone())
}

#[derive(Debug, PartialEq)]
struct Asked {
    sha256: Digest,
    page: u32,
    what: What,
}

#[derive(Debug, PartialEq)]
enum What {
    Page { width: u32, masks: Masks },
    Notes { width: u32, masks: Masks },
    Small { width: u32 },
    Tile(Tile, Masks),
}

fn read(uri: &Uri) -> Result<Asked, AppError> {
    let invalid = || AppError::new(ErrorCode::InvalidRequest);
    let mut path = uri.path().trim_start_matches('/').split('/');
    let (sha256, page) = path.next().zip(path.next()).ok_or_else(invalid)?;
    let (layer, rest) = (path.next(), path.next());
    let query = uri.query().unwrap_or_default();
    let (query, masks) = match query.strip_suffix("&lifted=1") {
        Some(query) if layer != Some("masked") => (query, Masks::Lifted),
        _ => (query, Masks::Down),
    };
    let mut query = query.split('&');
    let mut value = |name: &str| {
        let pair = query.next().and_then(|pair| pair.split_once('='));
        pair.filter(|(key, _)| *key == name).map(|(_, value)| value).ok_or_else(invalid)
    };
    let mut width = || {
        let width: u32 = parse(value("w")?)?;
        if (1..=WIDEST).contains(&width) { Ok(width) } else { Err(invalid()) }
    };
    let what = match layer {
        None => What::Page { width: width()?, masks },
        Some("notes") => What::Notes { width: width()?, masks },
        Some("masked") => What::Small { width: width()? },
        Some("tile") => {
            let scale = parse(value("s")?)?;
            let (x, y) = (parse(value("x")?)?, parse(value("y")?)?);
            let (width, height) = (parse(value("w")?)?, parse(value("h")?)?);
            // The reading room refuses a part that is not on the page.
            What::Tile(Tile { scale, x, y, width, height }, masks)
        }
        Some(_) => return Err(invalid()),
    };
    if rest.is_some() || query.next().is_some() {
        return Err(invalid());
    }
    Ok(Asked { sha256: parse(sha256)?, page: parse(page)?, what })
}

fn answer(status: StatusCode, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/png"));
    // A page of somebody's payslip must not end in a cache on the disk.
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(rest: &str) -> Result<What, AppError> {
        let sha256 = Digest::of(b"march");
        let uri: Uri = format!("page://localhost/{sha256}{rest}").parse().unwrap();
        let asked = read(&uri)?;
        assert_eq!((asked.sha256, asked.page), (sha256, 3));
        Ok(asked.what)
    }

    #[test]
    fn a_picture_is_named_by_digest_page_and_what_is_wanted_of_it() {
        let masks = Masks::Down;
        assert_eq!(asked("/3?w=1240"), Ok(What::Page { width: 1240, masks }));
        assert_eq!(asked("/3/notes?w=1240"), Ok(What::Notes { width: 1240, masks }));
        assert_eq!(asked("/3/masked?w=160"), Ok(What::Small { width: 160 }));
        let tile = Tile { scale: 10.5, x: 1024, y: 0, width: 1024, height: 300 };
        assert_eq!(asked("/3/tile?s=10.5&x=1024&y=0&w=1024&h=300"), Ok(What::Tile(tile, masks)));
    }

    #[test]
    fn masks_are_lifted_only_where_the_address_says_so() {
        let masks = Masks::Lifted;
        assert_eq!(asked("/3?w=1240&lifted=1"), Ok(What::Page { width: 1240, masks }));
        assert_eq!(asked("/3/notes?w=1240&lifted=1"), Ok(What::Notes { width: 1240, masks }));
        let tile = Tile { scale: 1.0, x: 0, y: 0, width: 8, height: 9 };
        let lifted = asked("/3/tile?s=1&x=0&y=0&w=8&h=9&lifted=1");
        assert_eq!(lifted, Ok(What::Tile(tile, masks)));
    }

    #[test]
    fn anything_else_is_refused() {
        for rest in [
            "",
            "/3",
            "/x?w=1",
            "/3?w=0",
            "/3?w=9999999",
            "/3?w=1&w=2",
            "/3/2?w=100",
            "/-1?w=100",
            "/notes?w=9",
            "/3/masked/3?w=100",
            "/3/masked?w=100&lifted=1",
            "/3?lifted=1",
            "/3?lifted=1&w=100",
            "/3?w=100&lifted=0",
            "/3?w=100&lifted=1&lifted=1",
            "/3/tile?w=100",
            "/3/tile?s=x&x=0&y=0&w=1&h=1",
            "/3/tile?s=1&x=-1&y=0&w=1&h=1",
        ] {
            assert!(asked(rest).is_err(), "{rest}");
        }
        for path in ["/../../etc/passwd/1?w=100", "//1?w=100", "/abc/1?w=100"] {
            let uri: Uri = format!("page://localhost{path}").parse().unwrap();
            assert!(read(&uri).is_err(), "{path}");
        }
    }
}
