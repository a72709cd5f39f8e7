//! Workers that a document has taken over: what the parent believes, and what it does not.
//!
//! They are shell scripts that say prepared frames, whatever they are asked.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lutrin_preview::frame::{Refusal, Reply, send_reply};
use lutrin_preview::{
    Closed, DocumentFacts, Format, NotEnforced, PageSize, Pool, PoolSettings, PreviewError,
    SandboxState,
};
use tempfile::TempDir;

use crate::support::{open, settings};

/// A script in the place of the worker.
struct Liar {
    folder: TempDir,
}

impl Liar {
    /// One that says those frames as soon as it starts, then listens for ever.
    fn saying(frames: &[(Reply, &[u8])]) -> Self {
        let mut said = Vec::new();
        for (reply, payload) in frames {
            send_reply(&mut said, reply, payload).unwrap();
        }
        Self::saying_bytes(&said)
    }

    fn saying_bytes(said: &[u8]) -> Self {
        Self::saying_until(said, "/bin/cat > /dev/null")
    }

    /// One that says those bytes, then does something.
    fn saying_until(said: &[u8], then: &str) -> Self {
        let liar = Self { folder: tempfile::tempdir().unwrap() };
        let folder = liar.folder.path().display();
        let script =
            format!("#!/bin/sh\necho >> {folder}/starts\n/bin/cat {folder}/said\n{then}\n");
        fs::write(liar.folder.path().join("said"), said).unwrap();
        fs::write(liar.script(), script).unwrap();
        fs::set_permissions(liar.script(), Permissions::from_mode(0o700)).unwrap();
        liar.wait_until_it_runs();
        liar
    }

    fn script(&self) -> PathBuf {
        self.folder.path().join("liar")
    }

    /// Another test may have been starting a process while the script was written: that
    /// child holds it open for a moment, during which it cannot be run.
    fn wait_until_it_runs(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        let run = || Command::new(self.script()).stdin(Stdio::null()).output();
        while run().is_err_and(|error| error.kind() == ErrorKind::ExecutableFileBusy) {
            assert!(Instant::now() < deadline, "the script stays busy");
        }
        fs::remove_file(self.folder.path().join("starts")).unwrap();
    }

    fn pool(&self, spares: usize) -> Pool {
        Pool::new(PoolSettings { worker: self.script(), spares, ..settings() })
    }

    /// Waits until the script was started that many times.
    async fn wait_for_starts(&self, starts: usize) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let log = fs::read_to_string(self.folder.path().join("starts")).unwrap_or_default();
            let so_far = log.lines().count();
            if so_far == starts {
                return;
            }
            assert!(so_far < starts && Instant::now() < deadline, "{so_far} of {starts}");
            tokio::task::yield_now().await;
        }
    }
}

const READY: (Reply, &[u8]) = (Reply::Ready { not_enforced: None }, b"");

fn opened(format: Format, sizes: &[f32]) -> (Reply, &'static [u8]) {
    let pages = sizes.iter().map(|side| PageSize { width: *side, height: *side }).collect();
    (Reply::Opened(DocumentFacts::new(format, pages)), b"")
}

#[tokio::test]
async fn facts_that_cannot_be_are_not_believed() {
    for unbelievable in [
        opened(Format::Pdf, &[]),
        opened(Format::Pdf, &[-5.0]),
        opened(Format::Pdf, &[1e30]),
        opened(Format::Png, &[5.0, 5.0]),
        opened(Format::Docx, &[5.0]),
        (Reply::Flow, b"[]"),
        (Reply::Picture { width: 5, height: 5 }, b"no page was asked for"),
        (Reply::Ready { not_enforced: None }, b""),
    ] {
        let liar = Liar::saying(&[READY, unbelievable.clone()]);
        let error = open(&liar.pool(0), b"%PDF-".as_slice()).await.err();
        assert_eq!(error, Some(PreviewError::Crashed), "{unbelievable:?}");
    }
}

#[tokio::test]
async fn frames_that_cannot_be_are_not_believed() {
    let mut ready = Vec::new();
    send_reply(&mut ready, &READY.0, b"").unwrap();
    for nonsense in [
        b"\xff\xff\xff\xff\0\0\0\0".as_slice(),
        b"\x02\0\0\0\xff\xff\xff\xff{}",
        b"\x02\0\0\0\0\0\0\0{}",
        b"\x04\0\0\0\0\0\0\0[[[[",
        b"\0\0\0\0\0\0\0\0",
        b"plain words where a frame belongs",
    ] {
        let liar = Liar::saying_bytes(&[&ready, nonsense].concat());
        let error = open(&liar.pool(0), b"%PDF-".as_slice()).await.err();
        assert_eq!(error, Some(PreviewError::Crashed), "{}", nonsense.escape_ascii());
    }
}

#[tokio::test]
async fn pixels_that_are_no_picture_of_the_page_are_not_passed_on() {
    let picture = |width, height| Reply::Picture { width, height };
    for (reply, payload) in [
        (picture(100, 100), b"<svg onload='alert(1)'>".as_slice()),
        (picture(100, 100), b""),
        (picture(7, 7), b"\x89PNG\r\n\x1a\n"),
        (picture(u32::MAX, u32::MAX), b"\x89PNG\r\n\x1a\n"),
    ] {
        let page = opened(Format::Pdf, &[100.0]);
        let liar = Liar::saying(&[READY, page, (reply.clone(), payload)]);
        let document = open(&liar.pool(0), b"%PDF-".as_slice()).await.unwrap();
        let error = document.page(1, 100).await.unwrap_err();
        assert_eq!(error, PreviewError::Crashed, "{reply:?}");
    }
}

#[tokio::test]
async fn a_file_whose_workers_fail_three_times_is_given_up_before_it_is_open() {
    let liar = Liar::saying(&[READY, opened(Format::Pdf, &[])]);
    let pool = liar.pool(0);
    for _ in 0..3 {
        let error = open(&pool, b"bad".as_slice()).await.err();
        assert_eq!(error, Some(PreviewError::Crashed));
    }
    let error = open(&pool, b"bad".as_slice()).await.err();
    assert_eq!(error, Some(PreviewError::Unreadable));
    let error = open(&pool, b"sad".as_slice()).await.err();
    assert_eq!(error, Some(PreviewError::Crashed), "another file is tried");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_worker_killed_for_what_it_called_is_counted_apart_from_other_deaths() {
    let mut ready = Vec::new();
    send_reply(&mut ready, &READY.0, b"").unwrap();
    for (signal, counted) in [("SYS", 1), ("ABRT", 0), ("KILL", 0)] {
        let hears_and_dies = format!("/usr/bin/head -c 1 > /dev/null\nkill -{signal} $$");
        let liar = Liar::saying_until(&ready, &hears_and_dies);
        let pool = liar.pool(0);
        let error = open(&pool, b"%PDF-".as_slice()).await.err();
        assert_eq!((error, pool.forbidden_calls()), (Some(PreviewError::Crashed), counted));
    }
}

#[tokio::test]
async fn facts_with_more_than_facts_are_not_believed() {
    let honest = DocumentFacts::new(Format::Pdf, vec![PageSize { width: 9.0, height: 9.0 }]);
    let mut talkative = honest.clone();
    talkative.origin.producer = Some("a".repeat(10_000));
    let mut boastful = honest.clone();
    boastful.features.links = u32::MAX;
    for (facts, believed) in [(honest, true), (talkative, false), (boastful, false)] {
        let liar = Liar::saying(&[READY, (Reply::Opened(facts), b"")]);
        let outcome = open(&liar.pool(0), b"%PDF-".as_slice()).await.map(drop);
        assert_eq!(outcome, if believed { Ok(()) } else { Err(PreviewError::Crashed) });
    }
}

#[tokio::test]
async fn text_that_is_no_flow_is_not_passed_on() {
    let nothing = br#"{"paragraphs":[],"truncated":false}"#.as_slice();
    let bell = br#"{"paragraphs":[{"kind":"body","text":"\u0007"}],"truncated":false}"#;
    for (reply, payload, believed) in [
        (Reply::Flow, nothing, true),
        (Reply::Flow, bell, false),
        (Reply::Flow, b"", false),
        (Reply::Flow, b"<html>", false),
        (Reply::Picture { width: 9, height: 9 }, nothing, false),
    ] {
        let liar = Liar::saying(&[READY, opened(Format::Docx, &[]), (reply.clone(), payload)]);
        let document = open(&liar.pool(0), b"PK".as_slice()).await.unwrap();
        let outcome = document.flow().await.map(drop);
        let expected = if believed { Ok(()) } else { Err(PreviewError::Crashed) };
        assert_eq!(outcome, expected, "{reply:?} {}", payload.escape_ascii());
    }
}

#[tokio::test]
async fn words_and_layers_that_cannot_be_are_not_believed() {
    let word = r#"{"text":"a","area":{"left":1,"top":1,"right":9,"bottom":9},"line":0,"after":"line","masked":false}"#;
    let text = |words: &str| {
        format!(r#"{{"words":[{words}],"source":"glyphs","unmapped":0,"truncated":false}}"#)
    };
    let (_, true_text) = (Reply::Text, text(word));
    let far = text(&word.replace("\"right\":9", "\"right\":1e9"));
    let turned = text(&word.replace("\"a\"", "\"a\\u202e\""));
    let none = text("");
    let layers = r#"{"fields":[],"annotations":false,"warnings":["dynamic_form","missing_font"]}"#;
    for (reply, payload, believed) in [
        (Reply::Text, true_text.as_str(), true),
        (Reply::Text, far.as_str(), false),
        (Reply::Text, turned.as_str(), false),
        (Reply::Text, none.as_str(), false),
        (Reply::Text, "{}", false),
        (Reply::Text, "", false),
        (Reply::Layers, true_text.as_str(), false),
        (Reply::Nothing, "", false),
    ] {
        let page = opened(Format::Pdf, &[100.0]);
        let liar = Liar::saying(&[READY, page, (reply, payload.as_bytes())]);
        let document = open(&liar.pool(0), b"%PDF-".as_slice()).await.unwrap();
        let outcome = document.text(1).await.map(drop);
        let expected = if believed { Ok(()) } else { Err(PreviewError::Crashed) };
        assert_eq!(outcome, expected, "{payload}");
    }
    let page = opened(Format::Pdf, &[100.0]);
    let liar = Liar::saying(&[READY, page, (Reply::Layers, layers.as_bytes())]);
    let document = open(&liar.pool(0), b"%PDF-".as_slice()).await.unwrap();
    assert_eq!(document.page_layers(1).await, Err(PreviewError::Crashed), "not in order");
}

#[tokio::test]
async fn what_a_worker_refuses_is_passed_on() {
    let liar = Liar::saying(&[READY, (Reply::Refused(Refusal::PasswordRequired), b"")]);
    let error = open(&liar.pool(0), b"%PDF-".as_slice()).await.err();
    assert_eq!(error, Some(PreviewError::PasswordRequired));
}

#[tokio::test]
async fn without_a_sandbox_nothing_is_read_where_one_exists() {
    let why = "this kernel has no Landlock".to_owned();
    let closed = Closed { network: false, ..Closed::ALL };
    let what = NotEnforced { why: why.clone(), closed };
    let unconfined = Reply::Ready { not_enforced: Some(what.clone()) };
    let liar = Liar::saying(&[(unconfined, b""), opened(Format::Pdf, &[100.0])]);
    let pool = liar.pool(0);
    let outcome = open(&pool, b"%PDF-".as_slice()).await.map(drop);
    if cfg!(target_os = "linux") {
        assert_eq!(outcome, Err(PreviewError::SandboxUnavailable { why: why.clone() }));
    } else {
        assert_eq!(outcome, Ok(()));
    }
    assert_eq!(pool.sandbox().closed(), Some(closed));
    assert_eq!(pool.sandbox(), SandboxState::NotEnforced(what));
    assert_eq!(pool.sandbox().allows_reading(), !cfg!(target_os = "linux"));
}

#[tokio::test]
async fn spares_wait_and_one_that_is_taken_is_replaced() {
    let liar = Liar::saying(&[READY, opened(Format::Pdf, &[100.0])]);
    let pool = liar.pool(2);
    liar.wait_for_starts(2).await;
    // They may have started and not yet be ready: only then would a third be needed.
    while pool.sandbox() == SandboxState::NotYetKnown {
        tokio::task::yield_now().await;
    }
    let _document = open(&pool, b"%PDF-".as_slice()).await.unwrap();
    liar.wait_for_starts(3).await;
}
