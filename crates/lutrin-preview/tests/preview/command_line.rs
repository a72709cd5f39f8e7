//! `lutrin-preview pages`, `facts` and `render`.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use image::ImageFormat;

use crate::campaign::{files_in, is_long, made_files};
use crate::flows::docx;
use crate::hostile::hostile_files;
use crate::made::{
    BLUE_SQUARE, encoded, endless_second_page, greedy, page_with_font, pdf_of, photo,
};
use crate::support::{WORKER, corpus};

fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    Command::new(WORKER).args(arguments).output().unwrap()
}

/// The only sentence of a command that failed.
fn sentence(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text.trim().to_owned()
}

#[test]
fn pages_tells_facts_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scan.pdf");
    // A JPEG under another name: content decides.
    fs::write(&file, encoded(&photo(), ImageFormat::Jpeg)).unwrap();
    let output = run(&["pages".as_ref(), file.as_os_str()]);
    assert!(output.status.success(), "{output:?}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = serde_json::json!({
        "format": "jpeg",
        "unit": "pixel",
        "page_count": 1,
        "pages": [{ "page": 1, "width": 96.0, "height": 64.0 }],
    });
    assert_eq!(told, expected);
}

#[test]
fn facts_tells_what_is_beside_the_pages_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    fs::write(&file, pdf_of(&[BLUE_SQUARE])).unwrap();
    let output = run(&["facts".as_ref(), file.as_os_str()]);
    assert!(output.status.success(), "{output:?}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = serde_json::json!({
        "format": "pdf",
        "flow": false,
        "page_count": 1,
        "features": {
            "javascript": false,
            "launch_actions": false,
            "submit_actions": false,
            "links": 0,
            "embedded_files": 0,
            "multimedia": false,
            "form": false,
            "xfa": false,
            "signature_fields": 0,
            "signatures": 0,
            "encrypted": false,
            "optional_content": false,
            "partial": false,
        },
        "origin": {
            "version": "1.7",
            "producer": null,
            "creator": null,
            "created": null,
            "modified": null,
        },
    });
    assert_eq!(told, expected);
}

#[test]
fn a_text_without_pages_has_facts_and_no_picture() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("cv.docx"), folder.path().join("never.png"));
    fs::write(&file, docx("<w:p><w:r><w:t>Bonjour</w:t></w:r></w:p>")).unwrap();
    let output = run(&["facts".as_ref(), file.as_os_str()]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["format"], &told["flow"]), (&"docx".into(), &true.into()));
    let arguments = ["render".as_ref(), file.as_os_str(), "--output".as_ref(), out.as_os_str()];
    let expected = "lutrin-preview: the document is text without pages";
    assert_eq!(sentence(&run(&arguments)), expected);
}

/// How long a verb may take: opening and one request, ten seconds each, and room for a
/// busy machine; `text` gives up at the first page that takes too long.
const VERB_LIMIT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn every_verb_ends_by_itself_on_every_file() {
    let mut files = made_files();
    match corpus() {
        Ok(root) => files.extend(files_in(root.join("files"))),
        Err(why) => println!("without real documents, {why}"),
    }
    // The hostile ones that cost ten seconds each are for the campaign.
    if let Ok(folder) = hostile_files() {
        let tried = |(_, bytes): &(String, Vec<u8>)| is_long() || bytes.len() < 700;
        files.extend(files_in(folder.path().to_owned()).into_iter().filter(tried));
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("file"), folder.path().join("page.png"));
    let (mut done, mut refused) = (0, 0);
    for (name, bytes) in files {
        fs::write(&file, bytes).unwrap();
        for verb in ["pages", "facts", "render", "text"] {
            let mut command = tokio::process::Command::new(WORKER);
            command.arg(verb).arg(&file).kill_on_drop(true);
            if verb == "render" {
                command.args(["--width", "200", "--output"]).arg(&out);
            }
            let ended = tokio::time::timeout(VERB_LIMIT, command.output()).await;
            let output = ended.unwrap_or_else(|_| panic!("{verb} {name} goes on")).unwrap();
            match output.status.code() {
                Some(0) => {
                    let told = String::from_utf8_lossy(&output.stderr);
                    // `text` says so when there is none.
                    assert!(told.lines().count() <= usize::from(verb == "text"), "{verb} {name}");
                    done += 1;
                }
                Some(1) => {
                    println!("  {verb} {name}: {}", sentence(&output));
                    refused += 1;
                }
                _ => panic!("{verb} {name}: {output:?}"),
            }
        }
    }
    println!("command line: {done} verbs done, {refused} refused with one sentence");
}

#[test]
fn render_writes_a_png_of_the_width_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("a"), folder.path().join("page.png"));
    fs::write(&file, endless_second_page()).unwrap();
    let arguments = ["render", "--page", "1", "--width", "300", "--output"];
    let output = Command::new(WORKER).args(arguments).arg(&out).arg(&file).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let page = image::open(&out).unwrap();
    assert_eq!((page.width(), page.height()), (300, 425));
}

#[test]
fn a_failure_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let table: [(&str, Vec<u8>, &str); 4] = [
        ("empty", Vec::new(), "lutrin-preview: the file is empty"),
        (
            "text",
            b"Bonjour".to_vec(),
            "lutrin-preview: the file is plain text, which is not read here",
        ),
        (
            "header",
            b"%PDF-1.7\n".to_vec(),
            "lutrin-preview: the document is damaged and cannot be read",
        ),
        ("greedy", greedy(), "lutrin-preview: the document made its reader stop"),
    ];
    for (name, bytes, expected) in table {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let out = folder.path().join("never.png");
        let arguments = ["render".as_ref(), file.as_os_str(), "--output".as_ref(), out.as_os_str()];
        assert_eq!(sentence(&run(&arguments)), expected);
        assert!(!out.exists());
    }
    let missing = folder.path().join("missing");
    let told = sentence(&run(&["pages".as_ref(), missing.as_os_str()]));
    assert!(told.contains("missing cannot be read"), "{told}");
}

#[test]
fn text_is_told_plain_or_with_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    let content = "BT /F 20 Tf 100 700 Td (Net a payer) Tj 0 -30 Td (1 84 12 76 451 089 46) Tj ET";
    fs::write(&file, page_with_font("/MediaBox [0 0 595 842]", content)).unwrap();
    let output = run(&["text".as_ref(), file.as_os_str()]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let plain = String::from_utf8(output.stdout).unwrap();
    assert_eq!(plain, "Net a payer\n• •• •• •• ••• ••• ••\n\u{c}");
    let arguments = ["text".as_ref(), "--json".as_ref(), "--page".as_ref(), "1".as_ref()];
    let output = Command::new(WORKER).args(arguments as [&OsStr; 4]).arg(&file).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &told["pages"][0]["words"][0];
    assert_eq!((&first["text"], &first["area"]["left"]), (&"Net".into(), &100.0.into()));
    assert_eq!(told["pages"][0]["source"], "glyphs");

    fs::write(&file, pdf_of(&[BLUE_SQUARE])).unwrap();
    let output = run(&["text".as_ref(), file.as_os_str()]);
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let note = String::from_utf8(output.stderr).unwrap();
    assert_eq!(note, "lutrin-preview: the document has no text, only pictures\n");
    let arguments = ["text", "--page", "2"];
    let output = Command::new(WORKER).args(arguments).arg(&file).output().unwrap();
    assert_eq!(sentence(&output), "lutrin-preview: there is no page 2: the document has 1");
}

#[test]
fn a_page_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.pdf");
    fs::write(&file, pdf_of(&[BLUE_SQUARE])).unwrap();
    let arguments = ["render", "--page", "7", "--output", "never.png"];
    let output = Command::new(WORKER).args(arguments).arg(&file).output().unwrap();
    assert_eq!(sentence(&output), "lutrin-preview: there is no page 7: the document has 1");
}
