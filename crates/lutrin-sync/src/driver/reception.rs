//! The task that receives documents of carried dossiers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use lutrin_domain::digest::Digest;
use lutrin_store::{CHUNK_BYTES, DocumentError, DossierFile};

use super::exchange::note_exchange;
use super::{Notice, Shared, store_failed};
use crate::core::download::{Download, Head, Reception};
use crate::core::reception::{BROKEN_IN_A_ROW, Failed, Queue};
use crate::core::schedule::Schedule;
use crate::error::{CallError, ExchangeError, Unreached};
use crate::progress::{FileFailure, Receiving};

/// How many documents come at the same time.
const PARALLEL: usize = 4;

/// Receives what is wanted until the task is dropped.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut schedule = Schedule::default();
    let mut queue = Queue::default();
    loop {
        let outcome = receive_wanted(&shared, &mut queue).await;
        queue.interrupted();
        note_exchange(&shared, outcome.as_ref().err().map(ExchangeError::code)).await;
        let wait = match outcome {
            Ok(()) => {
                schedule = Schedule::default();
                queue.next_try().map(|at| at.saturating_duration_since(Instant::now()))
            }
            Err(error) => {
                tracing::info!(error = %error, "reception.stopped");
                // The exchange rings when somebody helped.
                let tries = !error.waits_for_a_person();
                let jitter = (shared.signals.given.jitter)();
                tries.then(|| schedule.failed(jitter, error.retry_after()))
            }
        };
        tokio::select! {
            () = shared.signals.wanted.notified() => {}
            // Without a failure there is nothing to wait for but a ring.
            () = tokio::time::sleep(wait.unwrap_or(Duration::MAX)) => {}
        }
    }
}

/// Receives what is wanted and may be tried now; stops at once when a person says so.
async fn receive_wanted(shared: &Shared, queue: &mut Queue) -> Result<(), ExchangeError> {
    plan(shared, queue).await?;
    if shared.signals.progress.borrow().receiving.stopped {
        return Ok(());
    }
    let mut progress = shared.signals.progress.subscribe();
    let stopped = progress.wait_for(|progress| progress.receiving.stopped);
    tokio::select! {
        // The borrow of the progress must not outlive this arm.
        stopped = stopped => { drop(stopped); Ok(()) }
        outcome = receive_all(shared, queue) => outcome,
    }
}

/// What is missing, each file once, in order of need; tells how much there is.
async fn plan(shared: &Shared, queue: &mut Queue) -> Result<(), ExchangeError> {
    let files = shared.store.carried_files().await.map_err(store_failed)?;
    let sizes: Vec<(Digest, u64)> = files.iter().map(|file| (file.sha256, file.size)).collect();
    let digests: Vec<Digest> = files.iter().map(|file| file.sha256).collect();
    let totals = shared.store.document_totals(&sizes).await.map_err(store_failed)?;
    let missing = shared.store.missing(&digests).await.map_err(store_failed)?;
    let by_digest: BTreeMap<Digest, DossierFile> =
        files.iter().rev().map(|file| (file.sha256, *file)).collect();
    queue.plan(missing.iter().filter_map(|sha256| by_digest.get(sha256).copied()).collect());
    shared.signals.progress.send_modify(|progress| {
        progress.receiving = Receiving {
            files_done: totals.wanted.saturating_sub(queue.missing()),
            files_total: totals.wanted,
            bytes_done: totals.received_bytes,
            bytes_total: totals.wanted_bytes,
            fetching: progress.receiving.fetching,
            stopped: progress.receiving.stopped,
            failed: queue.failures(),
        };
    });
    Ok(())
}

/// Keeps some files coming until none may be tried now. A ring plans anew: a
/// dossier that was opened, or is carried now, does not wait for the others.
async fn receive_all(shared: &Shared, queue: &mut Queue) -> Result<(), ExchangeError> {
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < PARALLEL
            && let Some(file) = queue.next(shared.read_first(), Instant::now())
        {
            running.push(async move { (file, receive(shared, file).await) });
        }
        if running.is_empty() {
            shared.signals.progress.send_modify(|progress| progress.receiving.fetching = None);
            return Ok(());
        }
        tokio::select! {
            Some((file, outcome)) = running.next() => finished(shared, queue, file, outcome?)?,
            () = shared.signals.wanted.notified() => plan(shared, queue).await?,
        }
    }
}

/// Counts what came of a file; the lists hear of it when its dossier is complete.
fn finished(
    shared: &Shared,
    queue: &mut Queue,
    file: DossierFile,
    received: Received,
) -> Result<(), ExchangeError> {
    let why = match received {
        Received::Whole => {
            let was_last = queue.came(file);
            shared.signals.count(|tally| {
                tally.files += 1;
                tally.bytes += file.size;
            });
            shared.signals.progress.send_modify(|progress| {
                let receiving = &mut progress.receiving;
                // Not one more: a plan may have counted it already.
                receiving.files_done = receiving.files_total.saturating_sub(queue.missing());
                receiving.failed = queue.failures();
            });
            if was_last {
                // Nobody listens any more once the window is gone.
                let _ = shared.signals.notices.send(Notice::Dossiers(vec![file.dossier]));
            }
            return Ok(());
        }
        Received::Unwanted => {
            queue.unwanted(file);
            return Ok(());
        }
        Received::Failed(failure) => Failed::Wrong(failure),
        Received::Broken { ref error, some_came } => {
            tracing::info!(file.sha256 = %file.sha256.short(), %error, "reception.broken");
            Failed::Broken { some_came }
        }
    };
    let in_a_row = queue.failed(file, why, Instant::now());
    shared.signals.progress.send_modify(|progress| progress.receiving.failed = queue.failures());
    match received {
        Received::Broken { error, .. } if in_a_row >= BROKEN_IN_A_ROW => Err(error.into()),
        _ => Ok(()),
    }
}

enum Received {
    Whole,
    /// Its dossier was erased since this was planned.
    Unwanted,
    /// It is not what was announced, or not there.
    Failed(FileFailure),
    /// The service failed, or the connection broke.
    Broken {
        error: CallError,
        some_came: bool,
    },
}

/// Receives one document, going on where it was. An error stops all of them.
async fn receive(shared: &Shared, file: DossierFile) -> Result<Received, ExchangeError> {
    let status = match shared.store.begin_wanted(file.sha256, file.size).await {
        Ok(Some(status)) => status,
        Ok(None) => return Ok(Received::Unwanted),
        Err(DocumentError::OtherSize { .. }) => return Ok(Received::Failed(FileFailure::Unfit)),
        Err(error) => return Err(store_failed(error)),
    };
    if status.complete {
        return Ok(Received::Whole);
    }
    shared
        .signals
        .progress
        .send_modify(|progress| progress.receiving.fetching = Some(file.dossier));
    let download = Download { sha256: file.sha256, size: file.size, received: status.received };
    if !download.is_whole()
        && let Some(failed) = transfer(shared, download).await?
    {
        return Ok(failed);
    }
    match shared.store.finish_document(file.sha256).await {
        Ok(_) => Ok(Received::Whole),
        Err(DocumentError::HashMismatch) => {
            shared.signals.progress.send_modify(|progress| {
                let receiving = &mut progress.receiving;
                receiving.bytes_done = receiving.bytes_done.saturating_sub(file.size);
            });
            Ok(Received::Failed(FileFailure::Mismatch))
        }
        Err(error) => Err(store_failed(error)),
    }
}

/// Fetches the bytes that are not here; says why not if they did not come.
async fn transfer(shared: &Shared, download: Download) -> Result<Option<Received>, ExchangeError> {
    let call =
        shared.call(|client, token| async move { client.document(&token, download).await }).await;
    let response = match call {
        Ok(response) => response,
        Err(ExchangeError::Call(error)) => return not_answered(error).map(Some),
        Err(error) => return Err(error),
    };
    let Ok(reception) = download.receive(&head_of(&response)) else {
        return Ok(Some(Received::Failed(FileFailure::Unfit)));
    };
    write_down(shared, download, reception, response).await
}

/// What a call without an answer means: for this file, or for all of them.
fn not_answered(error: CallError) -> Result<Received, ExchangeError> {
    match &error {
        CallError::Problem { problem, .. } if problem.status == 404 => {
            Ok(Received::Failed(FileFailure::Missing))
        }
        CallError::Problem { problem, .. } if problem.status == 416 => {
            Ok(Received::Failed(FileFailure::Unfit))
        }
        _ if error.ends_round() || error.retry_after().is_some() => Err(error.into()),
        _ => Ok(Received::Broken { error, some_came: false }),
    }
}

async fn write_down(
    shared: &Shared,
    download: Download,
    reception: Reception,
    mut response: reqwest::Response,
) -> Result<Option<Received>, ExchangeError> {
    let mut pass_over = match reception {
        Reception::Append => 0,
        Reception::PassOver(bytes) => bytes,
    };
    let mut offset = download.received;
    let mut pending = Vec::with_capacity(CHUNK_BYTES);
    let unfit = Ok(Some(Received::Failed(FileFailure::Unfit)));
    loop {
        // A connection that breaks ends the file early, which is seen below; what
        // came before is kept and need not come again.
        let Ok(Some(bytes)) = response.chunk().await else { break };
        tokio::time::sleep(shared.pace(bytes.len() as u64)).await;
        let passed = pass_over.min(bytes.len() as u64);
        pass_over -= passed;
        pending.extend_from_slice(&bytes[passed as usize..]);
        if pending.len() >= CHUNK_BYTES {
            match append(shared, download.sha256, offset, &mut pending).await? {
                Some(next) => offset = next,
                None => return unfit,
            }
        }
    }
    match append(shared, download.sha256, offset, &mut pending).await? {
        Some(end) if end == download.size => Ok(None),
        Some(end) => {
            let error = CallError::Unreachable(Unreached::EndedEarly);
            Ok(Some(Received::Broken { error, some_came: end > download.received }))
        }
        None => unfit,
    }
}

fn head_of(response: &reqwest::Response) -> Head {
    use reqwest::header::{CONTENT_ENCODING, CONTENT_RANGE, ETAG};
    let header = |name| {
        let value = response.headers().get(name)?;
        // What is not text is not what was agreed either.
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Head {
        status: response.status().as_u16(),
        content_range: header(CONTENT_RANGE),
        content_length: response.content_length(),
        content_encoding: header(CONTENT_ENCODING),
        etag: header(ETAG),
    }
}

/// Writes what came; nothing when it is more than was announced.
async fn append(
    shared: &Shared,
    sha256: Digest,
    offset: u64,
    pending: &mut Vec<u8>,
) -> Result<Option<u64>, ExchangeError> {
    if pending.is_empty() {
        return Ok(Some(offset));
    }
    let bytes: Arc<[u8]> = std::mem::take(pending).into();
    let length = bytes.len() as u64;
    match shared.store.append_chunk(sha256, offset, bytes).await {
        Ok(next) => {
            shared.signals.progress.send_modify(|progress| {
                let receiving = &mut progress.receiving;
                // A plan may have counted them already.
                receiving.bytes_done = (receiving.bytes_done + length).min(receiving.bytes_total);
            });
            Ok(Some(next))
        }
        Err(DocumentError::TooLong { .. }) => Ok(None),
        Err(error) => Err(store_failed(error)),
    }
}
