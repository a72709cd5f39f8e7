//! The binary: its commands while the service runs, and how it stops.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use lutrin_protocol::endpoint;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::support::*;

const BINARY: &str = env!("CARGO_BIN_EXE_lutrin-central");

fn central(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    let (name, rest) = arguments.split_first().unwrap();
    // `reviewer add` and `device revoke` are two words.
    let two = matches!(*name, "reviewer" | "device" | "journal");
    let (words, rest) = if two { (vec![*name, rest[0]], &rest[1..]) } else { (vec![*name], rest) };
    command.args(words).arg("--data").arg(data).args(rest);
    command.stdin(Stdio::null()).env_remove("RUST_LOG");
    command
}

fn json(output: &Output) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A service of its own process, stopped when dropped.
struct Served {
    child: Child,
    ready: Value,
}

impl Served {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut command = central(data, &[&["serve"], arguments].concat());
        let log = std::fs::File::create(data.with_extension("log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, ready: serde_json::from_str(&line).unwrap() }
    }

    fn address(&self) -> &str {
        self.ready["address"].as_str().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn commands_work_while_the_service_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let port_file = folder.path().join("port");
    let served = Served::start(&data, &["--port-file", port_file.to_str().unwrap()]);
    let port = std::fs::read_to_string(&port_file).unwrap();
    assert_eq!(port.trim(), served.ready["port"].to_string());
    assert_eq!(served.address(), format!("http://127.0.0.1:{}", port.trim()));

    let files = folder.path().join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("cv.pdf"), b"one").unwrap();
    let imported = json(&central(&data, &["import", files.to_str().unwrap()]).output().unwrap());
    assert_eq!(imported["files"], 1);
    let dossier = imported["dossier"].as_str().unwrap();
    let new = files.join("cv.pdf");
    let arguments =
        ["deposit", "--dossier", dossier, "--slot", "import/001", new.to_str().unwrap()];
    let deposited = json(&central(&data, &arguments).output().unwrap());
    assert_eq!(deposited["position"], 2);

    let mut adding =
        central(&data, &["reviewer", "add", "--login", "karine", "--name", "Karine Soulier"]);
    adding.args(["--role", "dnf_reviewer", "--role", "national_lead", "--everywhere"]);
    adding.arg("--password-stdin").stdin(Stdio::piped());
    let mut child = adding.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"secret\n").unwrap();
    let added = json(&child.wait_with_output().unwrap());
    assert!(added.get("password").is_none());

    let client = reqwest::Client::new();
    let request = sign_in_request("karine", "secret");
    let url = format!("{}{}", served.address(), endpoint::SESSIONS);
    let session: Value =
        client.post(url).json(&request).send().await.unwrap().json().await.unwrap();
    let token = session["access_token"].as_str().unwrap();
    let get = |path: &str| client.get(format!("{}{path}", served.address())).bearer_auth(token);
    let changes: Value = get(endpoint::CHANGES).send().await.unwrap().json().await.unwrap();
    assert_eq!(changes["changes"][0]["summary"]["id"], dossier);

    let device = request.device.to_string();
    json(&central(&data, &["device", "revoke", "--device", &device]).output().unwrap());
    assert_eq!(get(endpoint::CHANGES).send().await.unwrap().status(), 403);
}

#[test]
fn a_backup_becomes_a_service_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("backups"));
    let served = Served::start(&data, &[]);
    let made = json(&central(&data, &["backup", "--to", to.to_str().unwrap()]).output().unwrap());
    let from = made["folder"].as_str().unwrap();
    let replacing = ["restore", "--from", from, "--replace"];
    let refused = central(&data, &replacing).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("stop the service first"));
    drop(served);
    let restored = json(&central(&data, &replacing).output().unwrap());
    assert_ne!(restored["epoch"], made["epoch"]);
    Served::start(&data, &[]);
}

#[tokio::test]
async fn a_journal_that_was_changed_is_told_with_its_entry() {
    let folder = tempfile::tempdir().unwrap();
    let (data, to) = (folder.path().join("data"), folder.path().join("backups"));
    for login in ["a", "b"] {
        let words = ["reviewer", "add", "--login", login, "--name", login, "--everywhere"];
        json(&central(&data, &words).args(["--role", "dnf_reviewer"]).output().unwrap());
    }
    let made = json(&central(&data, &["backup", "--to", to.to_str().unwrap()]).output().unwrap());
    let verify = ["journal", "verify", "--backup", made["folder"].as_str().unwrap()];
    assert_eq!(json(&central(&data, &verify).output().unwrap())["entries"], 3);
    let file = data.join("central.db");
    let mut other = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    for change in [
        "DROP TRIGGER journal_is_never_changed",
        "UPDATE journal SET reviewer = 'x' WHERE entry = 2",
    ] {
        sqlx::query(change).execute(&mut other).await.unwrap();
    }
    other.close().await.unwrap();
    let output = central(&data, &verify).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("entry 2"));
}

#[tokio::test]
async fn logs_are_json_lines_without_anybodys_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let files = folder.path().join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("paie Aubertin.pdf"), b"one").unwrap();
    let import = ["import", files.to_str().unwrap(), "--birth-name", "Aubertin"];
    let output = central(&data, &import).output().unwrap();
    let dossier = json(&output)["dossier"].as_str().unwrap().to_owned();
    let mut log = String::from_utf8(output.stderr).unwrap();

    let served = Served::start(&data, &[]);
    let client = reqwest::Client::new();
    let url = |path: &str| format!("{}{path}", served.address());
    let wrong = sign_in_request("camille.aubertin", "un mot de passe faux");
    let response = client.post(url(endpoint::SESSIONS)).json(&wrong).send().await.unwrap();
    assert_eq!(response.status(), 401);
    for path in [&format!("/v1/dossiers/{dossier}"), "/v1/dossiers/Aubertin", "/Aubertin"] {
        let refused = client.get(url(path)).bearer_auth("Aubertin").send().await.unwrap();
        assert!(refused.status().is_client_error());
    }
    let body = r#"{"login":"Aubertin"}"#;
    let malformed = client.post(url(endpoint::SESSIONS)).body(body);
    let malformed = malformed.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(malformed.status(), 400);
    drop(served);

    log += &std::fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.lines().count() > 5, "{log}");
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert!(entry["message"].is_string(), "{line}");
    }
    let log = log.to_lowercase();
    for personal in ["aubertin", "camille", "mot de passe", "paie"] {
        assert!(!log.contains(personal), "{personal} in {log}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn told_to_stop_the_service_finishes_and_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::start(&folder.path().join("data"), &[]);
    let about = reqwest::get(format!("{}{}", served.address(), endpoint::ABOUT)).await.unwrap();
    assert_eq!(about.status(), 200);
    let pid = served.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let status = served.child.wait().unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_the_service_stops() {
    let world = World::start().await;
    let admin = world.device("administration").await;
    let bytes = b"arrives slowly";
    let sha256 = lutrin_domain::digest::Digest::of(bytes);
    // A body whose second half comes once the service was told to stop.
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
    let body = futures_util::stream::unfold(
        (0, Some(begun), Some(may_go_on)),
        move |(step, mut begun, mut may_go_on)| async move {
            match step {
                0 => Some((Ok::<_, std::io::Error>(&bytes[..7]), (1, begun, may_go_on))),
                1 => {
                    begun.take()?.send(()).ok()?;
                    may_go_on.take()?.await.ok()?;
                    Some((Ok(&bytes[7..]), (2, begun, may_go_on)))
                }
                _ => None,
            }
        },
    );
    let request = admin.request(reqwest::Method::PUT, &endpoint::document(sha256));
    let request = request.body(reqwest::Body::wrap_stream(body)).build().unwrap();
    let sending = tokio::spawn(world.http.execute(request));
    has_begun.await.unwrap();
    let data = world.data().clone();
    let stopping = tokio::spawn(world.running.stop());
    go_on.send(()).unwrap();
    assert_eq!(sending.await.unwrap().unwrap().status(), 201);
    stopping.await.unwrap().unwrap();
    assert!(data.documents.size(sha256).await.unwrap().is_some());
}

#[test]
fn the_wire_is_printed_as_openapi() {
    let output = Command::new(BINARY).arg("openapi").output().unwrap();
    let printed = json(&output);
    assert!(printed["paths"]["/v1/changes"]["get"].is_object());
}

#[test]
fn a_mistake_is_one_line_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let id = uuid::Uuid::from_u128(1).to_string();
    let arguments = ["deposit", "--dossier", &id, "--slot", "cv", BINARY];
    let output = central(folder.path(), &arguments).output().unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
}
