//! Rooms to read in, and what is looked at afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use lutrin_preview::{Document, PagePicture, Pool, PoolSettings, PreviewError};

/// The program under test.
pub const WORKER: &str = env!("CARGO_BIN_EXE_lutrin-preview");

/// The usual settings.
pub fn settings() -> PoolSettings {
    PoolSettings::new(PathBuf::from(WORKER))
}

/// A room with the usual settings.
pub fn room() -> Pool {
    Pool::new(settings())
}

/// A room that does not wait long.
pub fn impatient_room(hard_limit: Duration) -> Pool {
    Pool::new(PoolSettings { soft_limit: hard_limit / 2, hard_limit, ..settings() })
}

/// Opens bytes in a room.
pub async fn open(pool: &Pool, bytes: impl Into<Arc<[u8]>>) -> Result<Document, PreviewError> {
    pool.open(bytes.into()).await
}

/// The error of bytes that must not open.
pub async fn refusal(bytes: impl Into<Arc<[u8]>>) -> PreviewError {
    match open(&room(), bytes).await {
        Ok(document) => panic!("it opened: {:?}", document.facts()),
        Err(error) => error,
    }
}

/// The pixels of a picture, decoded by another library than the one that checked it.
pub fn pixels(picture: &PagePicture) -> RgbImage {
    let decoded = image::load_from_memory(&picture.png).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (picture.width, picture.height));
    assert_eq!(decoded.color(), image::ColorType::Rgb8);
    decoded.into_rgb8()
}

/// The shared collection of real documents, or why it is not there.
pub fn corpus() -> Result<PathBuf, String> {
    let root = match std::env::var_os("LUTRIN_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    if root.is_dir() { Ok(root) } else { Err(format!("{} is not there", root.display())) }
}
