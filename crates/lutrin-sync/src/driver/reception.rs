//! The task that receives documents of carried dossiers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_store::{CHUNK_BYTES, DocumentError, DossierFile};

use super::{Notice, Shared, store_failed};
use crate::core::download::{Download, Head, Reception};
use crate::core::schedule::Schedule;
use crate::error::{CallError, ExchangeError, Unreached};
use crate::progress::{FileFailure, Receiving};

/// How many documents come at the same time.
const PARALLEL: usize = 4;

/// Receives what is wanted until the task is dropped.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut schedule = Schedule::default();
    loop {
        let wait = match receive_wanted(&shared).await {
            Ok(()) => None,
            Err(error) => {
                tracing::info!(error = %error, "reception.stopped");
                Some(schedule.failed((shared.given.jitter)()))
            }
        };
        if wait.is_none() {
            schedule = Schedule::default();
        }
        tokio::select! {
            () = shared.wanted.notified() => {}
            // Without a failure there is nothing to wait for but a ring.
            () = tokio::time::sleep(wait.unwrap_or(Duration::MAX)) => {}
        }
    }
}

/// Receives every wanted document once; stops at once when a person says so.
async fn receive_wanted(shared: &Shared) -> Result<(), ExchangeError> {
    let files = shared.store.carried_files().await.map_err(store_failed)?;
    let mut queue = plan(shared, &files).await?;
    if queue.is_empty() || shared.progress.borrow().receiving.stopped {
        return Ok(());
    }
    let mut progress = shared.progress.subscribe();
    let stopped = progress.wait_for(|progress| progress.receiving.stopped);
    tokio::select! {
        // The borrow of the progress must not outlive this arm.
        stopped = stopped => { drop(stopped); Ok(()) }
        outcome = receive_all(shared, &mut queue) => outcome,
    }
}

/// What is missing, each file once, in order of need; tells how much there is.
async fn plan(
    shared: &Shared,
    files: &[DossierFile],
) -> Result<VecDeque<DossierFile>, ExchangeError> {
    let sizes: Vec<(Digest, u64)> = files.iter().map(|file| (file.sha256, file.size)).collect();
    let digests: Vec<Digest> = files.iter().map(|file| file.sha256).collect();
    let totals = shared.store.document_totals(&sizes).await.map_err(store_failed)?;
    let missing = shared.store.missing(&digests).await.map_err(store_failed)?;
    shared.progress.send_modify(|progress| {
        progress.receiving = Receiving {
            files_done: totals.complete,
            files_total: totals.wanted,
            bytes_done: totals.received_bytes,
            bytes_total: totals.wanted_bytes,
            fetching: None,
            stopped: progress.receiving.stopped,
            failed: Vec::new(),
        };
    });
    let by_digest: BTreeMap<Digest, DossierFile> =
        files.iter().rev().map(|file| (file.sha256, *file)).collect();
    let mut queue = VecDeque::new();
    for digest in missing {
        if let Some(file) = by_digest.get(&digest)
            && !queue.contains(file)
        {
            queue.push_back(*file);
        }
    }
    Ok(queue)
}

async fn receive_all(
    shared: &Shared,
    queue: &mut VecDeque<DossierFile>,
) -> Result<(), ExchangeError> {
    let mut left = BTreeMap::<DossierId, usize>::new();
    for file in queue.iter() {
        *left.entry(file.dossier).or_default() += 1;
    }
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < PARALLEL
            && let Some(file) = queue.pop_front()
        {
            running.push(async move { (file, receive(shared, file).await) });
        }
        let Some((file, outcome)) = running.next().await else { return Ok(()) };
        match outcome? {
            Received::Whole => file_done(shared, file, &mut left),
            Received::Failed(failure) => shared.progress.send_modify(|progress| {
                progress.receiving.failed.push((file.sha256, failure));
            }),
        }
    }
}

/// Counts a file; the lists hear of it when its dossier is complete.
fn file_done(shared: &Shared, file: DossierFile, left: &mut BTreeMap<DossierId, usize>) {
    shared.progress.send_modify(|progress| progress.receiving.files_done += 1);
    if let Some(count) = left.get_mut(&file.dossier) {
        *count -= 1;
        if *count == 0 {
            let _ = shared.notices.send(Notice::Dossiers(vec![file.dossier]));
        }
    }
}

enum Received {
    Whole,
    Failed(FileFailure),
}

/// Receives one document, going on where it was.
async fn receive(shared: &Shared, file: DossierFile) -> Result<Received, ExchangeError> {
    let status = match shared.store.begin_document(file.sha256, file.size).await {
        Ok(status) => status,
        Err(DocumentError::OtherSize { .. }) => return Ok(Received::Failed(FileFailure::Unfit)),
        Err(error) => return Err(store_failed(error)),
    };
    if status.complete {
        return Ok(Received::Whole);
    }
    shared.progress.send_modify(|progress| progress.receiving.fetching = Some(file.dossier));
    let download = Download { sha256: file.sha256, size: file.size, received: status.received };
    if !download.is_whole()
        && let Some(failure) = transfer(shared, download).await?
    {
        return Ok(Received::Failed(failure));
    }
    match shared.store.finish_document(file.sha256).await {
        Ok(_) => Ok(Received::Whole),
        Err(DocumentError::HashMismatch) => {
            shared.progress.send_modify(|progress| {
                let receiving = &mut progress.receiving;
                receiving.bytes_done = receiving.bytes_done.saturating_sub(file.size);
            });
            Ok(Received::Failed(FileFailure::Mismatch))
        }
        Err(error) => Err(store_failed(error)),
    }
}

/// Fetches the bytes that are not here; says why not if the answer is of no use.
async fn transfer(
    shared: &Shared,
    download: Download,
) -> Result<Option<FileFailure>, ExchangeError> {
    let call = shared
        .call(|client, token| async move {
            client.document(&token, download.sha256, download.range()).await
        })
        .await;
    let mut response = match call {
        Ok(response) => response,
        Err(ExchangeError::Call(CallError::Problem { problem, .. })) if problem.status == 404 => {
            return Ok(Some(FileFailure::Missing));
        }
        Err(ExchangeError::Call(CallError::Problem { problem, .. })) if problem.status == 416 => {
            return Ok(Some(FileFailure::Unfit));
        }
        Err(error) => return Err(error),
    };
    let Ok(reception) = download.receive(&head_of(&response)) else {
        return Ok(Some(FileFailure::Unfit));
    };
    let mut pass_over = match reception {
        Reception::Append => 0,
        Reception::PassOver(bytes) => bytes,
    };
    let mut offset = download.received;
    let mut pending = Vec::with_capacity(CHUNK_BYTES);
    loop {
        // A connection that breaks ends the file early, which is seen below; what
        // came before is kept and need not come again.
        let Ok(Some(bytes)) = response.chunk().await else { break };
        let passed = pass_over.min(bytes.len() as u64);
        pass_over -= passed;
        pending.extend_from_slice(&bytes[passed as usize..]);
        if pending.len() >= CHUNK_BYTES {
            match append(shared, download.sha256, offset, &mut pending).await? {
                Some(next) => offset = next,
                None => return Ok(Some(FileFailure::Unfit)),
            }
        }
    }
    match append(shared, download.sha256, offset, &mut pending).await? {
        Some(end) if end == download.size => Ok(None),
        Some(_) => Err(CallError::Unreachable(Unreached::EndedEarly).into()),
        None => Ok(Some(FileFailure::Unfit)),
    }
}

fn head_of(response: &reqwest::Response) -> Head {
    let header = response.headers().get(reqwest::header::CONTENT_RANGE);
    Head {
        status: response.status().as_u16(),
        content_range: header.and_then(|value| value.to_str().ok()).map(str::to_owned),
        content_length: response.content_length(),
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
            shared.progress.send_modify(|progress| progress.receiving.bytes_done += length);
            Ok(Some(next))
        }
        Err(DocumentError::TooLong { .. }) => Ok(None),
        Err(error) => Err(store_failed(error)),
    }
}
