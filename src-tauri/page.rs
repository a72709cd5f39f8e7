//! Pictures of pages: `page://localhost/SHA256/PAGE?w=WIDTH`, and of what was noted on
//! them later: `page://localhost/SHA256/PAGE/notes?w=WIDTH`.

use std::sync::Arc;

use lutrin_app::error::{AppError, ErrorCode};
use lutrin_app::id::Digest;
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
    let Asked { sha256, page, width, notes } = read(uri)?;
    let desk = host.desk().await?;
    let picture = if notes {
        let drawn = desk.page_annotations(sha256, page, width).await?;
        drawn.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?
    } else {
        desk.page(sha256, page, width).await?
    };
    Ok(picture.png.clone())
}

#[derive(Debug, PartialEq, Eq)]
struct Asked {
    sha256: Digest,
    page: u32,
    width: u32,
    /// Only what was noted on the page, on white.
    notes: bool,
}

fn read(uri: &Uri) -> Result<Asked, AppError> {
    let invalid = || AppError::new(ErrorCode::InvalidRequest);
    let (sha256, page) = uri.path().trim_start_matches('/').split_once('/').ok_or_else(invalid)?;
    let (page, notes) = match page.strip_suffix("/notes") {
        Some(page) => (page, true),
        None => (page, false),
    };
    let width = uri.query().and_then(|query| query.strip_prefix("w=")).ok_or_else(invalid)?;
    let width: u32 = parse(width)?;
    if !(1..=WIDEST).contains(&width) {
        return Err(invalid());
    }
    Ok(Asked { sha256: parse(sha256)?, page: parse(page)?, width, notes })
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

    #[test]
    fn a_page_is_named_by_digest_number_and_width() {
        let sha256 = Digest::of(b"march");
        let uri: Uri = format!("page://localhost/{sha256}/3?w=1240").parse().unwrap();
        assert_eq!(read(&uri), Ok(Asked { sha256, page: 3, width: 1240, notes: false }));
        let uri: Uri = format!("page://localhost/{sha256}/3/notes?w=1240").parse().unwrap();
        assert_eq!(read(&uri), Ok(Asked { sha256, page: 3, width: 1240, notes: true }));
    }

    #[test]
    fn anything_else_is_refused() {
        let sha256 = Digest::of(b"march");
        for rest in
            ["", "/1", "/x?w=1", "/1?w=0", "/1?w=9999999", "/1/2?w=100", "/-1?w=100", "/notes?w=9"]
        {
            let uri: Uri = format!("page://localhost/{sha256}{rest}").parse().unwrap();
            assert!(read(&uri).is_err(), "{rest}");
        }
        for path in ["/../../etc/passwd/1?w=100", "//1?w=100", "/abc/1?w=100"] {
            let uri: Uri = format!("page://localhost{path}").parse().unwrap();
            assert!(read(&uri).is_err(), "{path}");
        }
    }
}
