//! Documents that open with a password, and those that only seem to need one.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, StringFormat};
use lutrin_preview::{Document, Password, PreviewError};

use crate::made::{BLUE_SQUARE, pdf, pdf_of, stream};
use crate::support::{corpus, open, pixels, refusal, room};

/// How a document is encrypted.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Rc4,
    Aes256,
}

/// The blue square behind a password.
fn locked(kind: Kind, user_password: &str) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(&pdf_of(&[BLUE_SQUARE])).unwrap();
    let id = Object::String(vec![7; 16], StringFormat::Literal);
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let aes: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
    let key = [9; 32];
    let version = match kind {
        Kind::Rc4 => EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password,
            key_length: 128,
            permissions: Permissions::all(),
        },
        Kind::Aes256 => EncryptionVersion::V5 {
            encrypt_metadata: true,
            crypt_filters: BTreeMap::from([(b"StdCF".to_vec(), aes)]),
            file_encryption_key: &key,
            stream_filter: b"StdCF".to_vec(),
            string_filter: b"StdCF".to_vec(),
            owner_password: "owner",
            user_password,
            permissions: Permissions::all(),
        },
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn password(typed: &str) -> Password {
    Password::new(typed.into())
}

async fn shows_the_square(document: &Document) -> bool {
    let picture = pixels(&document.page(1, 595).await.unwrap());
    picture.get_pixel(200, 642).0 == [0, 0, 255] && picture.get_pixel(20, 20).0 == [255; 3]
}

#[tokio::test]
async fn a_password_opens_and_a_wrong_one_is_told_from_none() {
    let pool = room();
    for kind in [Kind::Rc4, Kind::Aes256] {
        let bytes: Arc<[u8]> = locked(kind, "sesame").into();
        let without = open(&pool, bytes.clone()).await.err();
        assert_eq!(without, Some(PreviewError::PasswordRequired), "{kind:?}");
        for wrong in ["Sesame", "", &"s".repeat(255), &"s".repeat(100_000)] {
            let outcome = pool.open_with_password(bytes.clone(), &password(wrong)).await;
            assert_eq!(outcome.err(), Some(PreviewError::PasswordWrong), "{kind:?}");
        }
        let document = pool.open_with_password(bytes, &password("sesame")).await.unwrap();
        assert!(document.facts().features.encrypted);
        assert!(shows_the_square(&document).await, "{kind:?}");
    }
}

#[tokio::test]
async fn the_password_of_the_owner_opens_too_in_recent_files() {
    let bytes = locked(Kind::Aes256, "sesame");
    let document = room().open_with_password(bytes.into(), &password("owner")).await.unwrap();
    assert!(shows_the_square(&document).await);
}

#[tokio::test]
async fn an_empty_password_is_not_asked_for() {
    for kind in [Kind::Rc4, Kind::Aes256] {
        let document = open(&room(), locked(kind, "")).await.unwrap();
        assert!(document.facts().features.encrypted);
        assert!(shows_the_square(&document).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_document_without_a_password_opens_with_any() {
    let bytes = pdf_of(&[BLUE_SQUARE]).into();
    let document = room().open_with_password(bytes, &password("sesame")).await.unwrap();
    assert!(!document.facts().features.encrypted);
}

#[cfg(unix)]
#[tokio::test]
async fn a_fresh_worker_is_given_the_password_again() {
    let bytes = locked(Kind::Aes256, "sesame").into();
    let document = room().open_with_password(bytes, &password("sesame")).await.unwrap();
    let killed = document.worker_id().unwrap();
    crate::deaths::kill(killed);
    assert!(shows_the_square(&document).await);
    assert_ne!(document.worker_id(), Some(killed));
}

/// A document whose encryption dictionary has those filters; its page is in clear.
fn filtered(filters: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_owned(),
        stream(BLUE_SQUARE.content, ""),
        format!(
            "<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <{0}> /U <{0}> {filters} \
             /CF << /StdCF << /AuthEvent /EFOpen /CFM /AESV2 /Length 16 >> \
             /Open << /CFM /None >> >> >>",
            "5a".repeat(32)
        ),
    ];
    let bytes = pdf(&objects);
    let trailer = b"/Root 1 0 R";
    let place = bytes.windows(trailer.len()).rposition(|part| part == trailer).unwrap();
    let entries = b"/Encrypt 5 0 R /ID [<01> <01>] ";
    [&bytes[..place], entries, &bytes[place..]].concat()
}

#[tokio::test]
async fn encrypted_attachments_alone_ask_for_no_password() {
    let pool = room();
    for filters in [
        "/StmF /Identity /StrF /Identity /EFF /StdCF",
        "/EFF /StdCF",
        "/StmF /Open /StrF /Open /EFF /StdCF",
    ] {
        let document = open(&pool, filtered(filters)).await.unwrap();
        assert!(document.facts().features.encrypted);
        assert!(shows_the_square(&document).await, "{filters}");
    }
    for filters in [
        "/StmF /StdCF /StrF /StdCF",
        "/StmF /StdCF /StrF /Identity /EFF /StdCF",
        "/StmF /Identity /StrF /StdCF /EFF /StdCF",
        "/StmF /Identity /StrF /Missing",
    ] {
        let error = refusal(filtered(filters)).await;
        assert_eq!(error, PreviewError::PasswordRequired, "{filters}");
    }
}

#[tokio::test]
async fn an_older_encryption_has_no_filters_to_look_at() {
    let mut old = filtered("/StmF /Identity /StrF /Identity");
    let place = old.windows(4).position(|part| part == b"/V 4").unwrap();
    old[place + 3] = b'2';
    assert_eq!(refusal(old).await, PreviewError::PasswordRequired);
}

#[tokio::test]
async fn a_real_locked_document_opens() {
    let folder = match corpus() {
        Ok(root) => root.join("files"),
        Err(why) => return println!("skipped: no collection of real documents, {why}"),
    };
    let name = "pypdf__005-libreoffice-writer-password__libreoffice-writer-password.pdf";
    let bytes: Arc<[u8]> = fs::read(folder.join(name)).unwrap().into();
    let pool = room();
    let document = pool.open_with_password(bytes, &password("openpassword")).await.unwrap();
    let picture = pixels(&document.page(1, 600).await.unwrap());
    let first = picture.get_pixel(0, 0);
    assert!(picture.pixels().any(|pixel| pixel != first), "its text is seen");
}
