//! The files, by the SHA-256 of their bytes.
//!
//! A file is written beside its place, hashed on the way, and moved there only if
//! the digest is the one it was announced with: what can be read is what was
//! announced. Files never change and are never parsed here.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use lutrin_domain::digest::Digest;
use lutrin_protocol::limits::DOCUMENT_BYTES;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use sha2::Digest as _;

/// How much is read at once: large enough that a transfer is bound by the disk
/// and not by the number of reads.
const BLOCK_BYTES: u64 = 1024 * 1024;
/// How many parts may wait to be written while more arrives.
const PARTS_IN_FLIGHT: usize = 4;

/// The files.
#[derive(Clone)]
pub struct Documents {
    store: Arc<dyn ObjectStore>,
}

/// A file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The digest of its bytes.
    pub sha256: Digest,
    /// Its size.
    pub size_bytes: u64,
    /// Whether it was kept already.
    pub known: bool,
}

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Larger than [`DOCUMENT_BYTES`].
    #[error("the file is larger than {DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// The bytes are not those announced.
    #[error("the bytes do not match the digest")]
    OtherBytes,
    /// The bytes stopped coming.
    #[error("the file did not arrive whole")]
    Interrupted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It could not be written.
    #[error("the file could not be written")]
    Store(#[from] object_store::Error),
}

impl Documents {
    /// The files in a folder, which is made if there is none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be used.
    pub fn in_folder(folder: &Path) -> Result<Self, object_store::Error> {
        std::fs::create_dir_all(folder).map_err(|source| object_store::Error::Generic {
            store: "documents",
            source: Box::new(source),
        })?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// The size of a file that is kept.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn size(&self, sha256: Digest) -> Result<Option<u64>, object_store::Error> {
        match self.store.head(&key(sha256)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a range of a file, in blocks.
    pub fn read(
        &self,
        sha256: Digest,
        range: Range<u64>,
    ) -> BoxStream<'static, Result<Bytes, object_store::Error>> {
        let documents = self.clone();
        let blocks = stream::try_unfold(range, move |rest| {
            let documents = documents.clone();
            async move {
                if rest.is_empty() {
                    return Ok(None);
                }
                let end = rest.end.min(rest.start + BLOCK_BYTES);
                let block = documents.store.get_range(&key(sha256), rest.start..end).await?;
                Ok(Some((block, end..rest.end)))
            }
        });
        blocks.boxed()
    }

    /// Copies a file to another folder, where it is kept only if it is whole.
    ///
    /// # Errors
    ///
    /// [`KeepError::OtherBytes`] or [`KeepError::Interrupted`] when it is lacking
    /// or damaged here; others when the other folder fails.
    pub async fn copy_to(&self, to: &Self, sha256: Digest, size: u64) -> Result<(), KeepError> {
        to.keep_announced(sha256, self.read(sha256, 0..size)).await.map(|_| ())
    }

    /// Keeps a file whose bytes are at hand.
    ///
    /// # Errors
    ///
    /// When it is too large or cannot be written.
    pub async fn keep(&self, bytes: Bytes) -> Result<Kept, KeepError> {
        let sha256 = Digest::of(&bytes);
        self.keep_announced(sha256, stream::once(async { Ok::<_, std::io::Error>(bytes) })).await
    }

    /// Keeps a file that arrives, if its bytes are those announced.
    ///
    /// # Errors
    ///
    /// When it is too large, other than announced, incomplete, or cannot be
    /// written. Nothing of it is visible then.
    pub async fn keep_announced<E>(
        &self,
        sha256: Digest,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Kept, KeepError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let bytes = bytes.map_err(|error| KeepError::Interrupted(error.into()));
        if self.size(sha256).await?.is_some() {
            // Bytes are looked at all the same: the answer must not depend on
            // whether somebody else deposited the file before.
            let size_bytes = verify(sha256, bytes, None).await?;
            return Ok(Kept { sha256, size_bytes, known: true });
        }
        let upload = self.store.put_multipart(&key(sha256)).await?;
        let part = usize::try_from(BLOCK_BYTES).unwrap_or(usize::MAX);
        let mut writer = WriteMultipart::new_with_chunk_size(upload, part);
        match verify(sha256, bytes, Some(&mut writer)).await {
            Ok(size_bytes) => {
                writer.finish().await?;
                Ok(Kept { sha256, size_bytes, known: false })
            }
            Err(error) => {
                writer.abort().await?;
                Err(error)
            }
        }
    }
}

/// Passes bytes on while hashing them; gives their number if they are those announced.
async fn verify(
    sha256: Digest,
    bytes: impl Stream<Item = Result<Bytes, KeepError>>,
    mut writer: Option<&mut WriteMultipart>,
) -> Result<u64, KeepError> {
    let mut bytes = std::pin::pin!(bytes);
    let mut hash = sha2::Sha256::new();
    let mut size: u64 = 0;
    while let Some(chunk) = bytes.try_next().await? {
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if size > DOCUMENT_BYTES {
            return Err(KeepError::TooLarge);
        }
        hash.update(&chunk);
        if let Some(writer) = &mut writer {
            writer.wait_for_capacity(PARTS_IN_FLIGHT).await?;
            writer.put(chunk);
        }
    }
    let found = Digest(hash.finalize().into());
    (found == sha256).then_some(size).ok_or(KeepError::OtherBytes)
}

/// Two digits as a folder, so that no folder holds more than a few thousand files.
fn key(sha256: Digest) -> Key {
    let digits = sha256.to_string();
    Key::from_iter([&digits[..2], &digits])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_chunks(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, std::io::Error>> + use<> {
        let chunks: Vec<_> = bytes.chunks(7).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
        stream::iter(chunks)
    }

    async fn read_all(documents: &Documents, sha256: Digest, range: Range<u64>) -> Vec<u8> {
        let blocks: Vec<Bytes> = documents.read(sha256, range).try_collect().await.unwrap();
        blocks.concat()
    }

    #[tokio::test]
    async fn what_was_announced_can_be_read_whole_and_in_part() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::in_folder(folder.path()).unwrap();
        let bytes = vec![3; 2_500_000];
        let sha256 = Digest::of(&bytes);
        let kept = documents.keep_announced(sha256, in_chunks(&bytes)).await.unwrap();
        assert_eq!(kept, Kept { sha256, size_bytes: 2_500_000, known: false });
        assert_eq!(documents.size(sha256).await.unwrap(), Some(2_500_000));
        assert_eq!(read_all(&documents, sha256, 0..2_500_000).await, bytes);
        assert_eq!(read_all(&documents, sha256, 10..15).await, bytes[10..15]);
        assert!(documents.keep(bytes.into()).await.unwrap().known);
    }

    #[tokio::test]
    async fn other_bytes_are_never_visible() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::in_folder(folder.path()).unwrap();
        let announced = Digest::of(b"the certificate");
        let kept = documents.keep_announced(announced, in_chunks(b"another one")).await;
        assert!(matches!(kept, Err(KeepError::OtherBytes)));
        assert_eq!(documents.size(announced).await.unwrap(), None);
        // Nothing is left beside its place either.
        let left = std::fs::read_dir(folder.path())
            .unwrap()
            .flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap())
            .count();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn an_interrupted_file_is_not_visible() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::in_folder(folder.path()).unwrap();
        let sha256 = Digest::of(b"whole");
        let cut = stream::iter([Ok(Bytes::from("who")), Err(std::io::Error::other("cut"))]);
        let kept = documents.keep_announced(sha256, cut).await;
        assert!(matches!(kept, Err(KeepError::Interrupted(_))));
        assert_eq!(documents.size(sha256).await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_empty_file_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::in_folder(folder.path()).unwrap();
        let kept = documents.keep(Bytes::new()).await.unwrap();
        assert_eq!(documents.size(kept.sha256).await.unwrap(), Some(0));
        assert!(read_all(&documents, kept.sha256, 0..0).await.is_empty());
    }

    #[tokio::test]
    async fn a_file_beyond_the_limit_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::in_folder(folder.path()).unwrap();
        let block = Bytes::from(vec![0; 10 * 1024 * 1024]);
        let blocks = stream::repeat_with(move || Ok::<_, std::io::Error>(block.clone())).take(6);
        let kept = documents.keep_announced(Digest::of(b""), blocks).await;
        assert!(matches!(kept, Err(KeepError::TooLarge)));
    }
}
