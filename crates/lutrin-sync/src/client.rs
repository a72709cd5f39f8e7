//! The service's endpoints as functions. One request each, no retries: when to
//! try again is the driver's affair.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_protocol::about::{About, PROTOCOL, PROTOCOL_HEADER, SERVICE_NAME};
use lutrin_protocol::changes::{CompareRequest, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::journal::JournalResponse;
use lutrin_protocol::juries::{CarriedResponse, CarryRequest, JuriesResponse};
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::proof::{PROOF_HEADER, Proof};
use lutrin_protocol::push::{PushRequest, PushResponse};
use lutrin_protocol::receipts::ReceiptsRequest;
use lutrin_protocol::session::{RefreshRequest, Secret, SessionResponse, SignInRequest};
use lutrin_protocol::{endpoint, limits};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::address::ServiceAddress;
use crate::core::download::Download;
use crate::error::{CallError, Unreached};
use crate::reading::{ReadChanges, read_changes, read_push};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the service may say nothing; a document may take any time as long
/// as bytes come.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// After how long a silent connection is asked whether it lives.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// How long a connection is kept that nobody uses.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// A client of one service.
#[derive(Clone, Debug)]
pub struct Client {
    /// Replaced when its connections are known to be dead.
    http: Arc<RwLock<reqwest::Client>>,
    address: ServiceAddress,
}

impl Client {
    /// A client of the service at this address.
    ///
    /// # Errors
    ///
    /// When the system gives no TLS.
    pub fn new(address: ServiceAddress) -> Result<Self, CallError> {
        Ok(Self { http: Arc::new(RwLock::new(connections()?)), address })
    }

    /// Lets go of every connection, those of other handles included: the next
    /// request makes a new one. Answers that are coming still come.
    ///
    /// # Errors
    ///
    /// When the system gives no TLS; the old connections are kept.
    pub fn reconnect(&self) -> Result<(), CallError> {
        *self.http.write().unwrap_or_else(PoisonError::into_inner) = connections()?;
        Ok(())
    }

    /// The address it speaks to.
    pub fn address(&self) -> &ServiceAddress {
        &self.address
    }

    /// Asks what answers there, and whether we understand each other.
    pub async fn about(&self) -> Result<About, CallError> {
        let request = self.request(Method::GET, endpoint::ABOUT, None);
        let about: About = match answer(request).await {
            Ok(about) => about,
            Err(
                CallError::Unreadable(_)
                | CallError::Status(_)
                | CallError::Problem { .. }
                | CallError::TooLarge,
            ) => return Err(CallError::NotLutrin),
            Err(error) => return Err(error),
        };
        if about.service != SERVICE_NAME {
            return Err(CallError::NotLutrin);
        }
        if about.oldest_protocol > PROTOCOL {
            return Err(CallError::ProtocolTooOld { oldest: about.oldest_protocol });
        }
        Ok(about)
    }

    /// Signs in.
    pub async fn sign_in(&self, request: &SignInRequest) -> Result<SessionResponse, CallError> {
        answer(self.request(Method::POST, endpoint::SESSIONS, None).json(request)).await
    }

    /// Gets the next session; the token is used up whatever happens after.
    pub async fn refresh(&self, refresh_token: Secret) -> Result<SessionResponse, CallError> {
        let body = RefreshRequest { refresh_token };
        let request = self.request(Method::POST, endpoint::REFRESH, None).json(&body);
        match answer(request).await {
            Err(error) if error.needs_sign_in() => Err(CallError::SessionEnded),
            other => other,
        }
    }

    /// Ends the session of the token.
    pub async fn end_session(&self, token: &Secret) -> Result<(), CallError> {
        let request = self.request(Method::DELETE, endpoint::CURRENT_SESSION, Some(token));
        check(send(request).await?).await.map(drop)
    }

    /// What changed since the cursor; `None` when the cursor is gone.
    pub async fn changes(
        &self,
        token: &Secret,
        cursor: Option<Cursor>,
    ) -> Result<Option<ReadChanges>, CallError> {
        let mut request = self.request(Method::GET, endpoint::CHANGES, Some(token));
        if let Some(cursor) = cursor {
            request = request.query(&[("cursor", cursor.to_string())]);
        }
        match good_body(request).await {
            Ok(bytes) => read(read_changes(&bytes)).map(Some),
            Err(error) if error.problem() == Some(&ProblemCode::CursorGone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What differs from what is held; `None` when it is of another epoch, or the service
    /// does not compare.
    pub async fn compare(
        &self,
        token: &Secret,
        request: &CompareRequest,
    ) -> Result<Option<ReadChanges>, CallError> {
        let request = self.request(Method::POST, endpoint::COMPARE, Some(token)).json(request);
        match good_body(request).await {
            Ok(bytes) => read(read_changes(&bytes)).map(Some),
            Err(error) => match error.problem() {
                Some(ProblemCode::CursorGone | ProblemCode::NotFound) => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Sends decisions.
    pub async fn push(
        &self,
        token: &Secret,
        request: &PushRequest,
    ) -> Result<PushResponse, CallError> {
        let request = self.request(Method::POST, endpoint::DECISIONS, Some(token)).json(request);
        read(read_push(&good_body(request).await?))
    }

    /// Server-sent events, which tell of changes after a position.
    pub async fn events(&self, token: &Secret, known: Option<u64>) -> Result<Response, CallError> {
        let mut request = self
            .request(Method::GET, endpoint::EVENTS, Some(token))
            .header(reqwest::header::ACCEPT, "text/event-stream");
        if let Some(known) = known {
            request = request.header("last-event-id", known.to_string());
        }
        check(send(request).await?).await
    }

    /// The sittings of the jury.
    pub async fn juries(&self, token: &Secret) -> Result<JuriesResponse, CallError> {
        answer(self.request(Method::GET, endpoint::JURIES, Some(token))).await
    }

    /// Says what this machine carries from now on.
    pub async fn put_carried(
        &self,
        token: &Secret,
        carry: &CarryRequest,
    ) -> Result<CarriedResponse, CallError> {
        self.send_json(Method::PUT, endpoint::CARRIED, token, carry).await
    }

    /// One dossier; `None` when it is not in the scope.
    pub async fn dossier(
        &self,
        token: &Secret,
        id: DossierId,
    ) -> Result<Option<Snapshot>, CallError> {
        optional(answer(self.request(Method::GET, &endpoint::dossier(id), Some(token))).await)
    }

    /// The exact text of a version of the catalogue; `None` when the service lacks it.
    pub async fn catalogue(
        &self,
        token: &Secret,
        hash: Digest,
    ) -> Result<Option<String>, CallError> {
        let request = self.request(Method::GET, &endpoint::catalogue(hash), Some(token));
        let text = async {
            let bytes = good_body(request).await?;
            String::from_utf8(bytes).map_err(|error| CallError::Unreadable(error.to_string()))
        };
        optional(text.await)
    }

    /// The bytes of a document that are not here; the head is not judged here.
    pub async fn document(
        &self,
        token: &Secret,
        download: Download,
    ) -> Result<Response, CallError> {
        let path = endpoint::document(download.sha256);
        let mut request = self
            .request(Method::GET, &path, Some(token))
            .header(reqwest::header::ACCEPT_ENCODING, "identity");
        if let Some(range) = download.range() {
            request = request
                .header(reqwest::header::RANGE, range)
                .header(reqwest::header::IF_RANGE, download.etag());
        }
        let response = send(request).await?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
            _ => check(response).await,
        }
    }

    /// Says what was erased here.
    pub async fn tell_receipts(
        &self,
        token: &Secret,
        request: &ReceiptsRequest,
    ) -> Result<(), CallError> {
        let request = self.request(Method::POST, endpoint::RECEIPTS, Some(token)).json(request);
        check(send(request).await?).await.map(drop)
    }

    /// The same without a session, under a proof of exactly these bytes.
    pub async fn tell_proven_receipts(
        &self,
        proof: &Proof,
        body: Vec<u8>,
    ) -> Result<(), CallError> {
        let request = self.proven(Method::POST, endpoint::RECEIPTS, proof)?.body(body);
        check(send(request).await?).await.map(drop)
    }

    /// Hands in the sealed journal of a machine that has no session any more, under a
    /// proof of exactly these bytes.
    pub async fn hand_in(
        &self,
        proof: &Proof,
        sealed: Vec<u8>,
    ) -> Result<JournalResponse, CallError> {
        let path = endpoint::journal(proof.device);
        answer(self.proven(Method::PUT, &path, proof)?.body(sealed)).await
    }

    fn proven(
        &self,
        method: Method,
        path: &str,
        proof: &Proof,
    ) -> Result<RequestBuilder, CallError> {
        let shown = serde_json::to_string(proof);
        let shown = shown.map_err(|_| CallError::Unreachable(Unreached::NotSent))?;
        Ok(self.request(method, path, None).header(PROOF_HEADER, shown))
    }

    async fn send_json<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: &Secret,
        body: &B,
    ) -> Result<A, CallError> {
        answer(self.request(method, path, Some(token)).json(body)).await
    }

    fn request(&self, method: Method, path: &str, token: Option<&Secret>) -> RequestBuilder {
        let http = self.http.read().unwrap_or_else(PoisonError::into_inner).clone();
        let request = http
            .request(method, self.address.endpoint(path))
            .header(PROTOCOL_HEADER, PROTOCOL.to_string());
        match token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }
}

fn connections() -> Result<reqwest::Client, CallError> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        // A network that changed leaves connections that look alive.
        .tcp_keepalive(KEEPALIVE)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // A redirect could lead the password or a dossier elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("lutrin/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| CallError::Unreachable(Unreached::NotSent))
}

async fn send(request: RequestBuilder) -> Result<Response, CallError> {
    request.send().await.map_err(|error| CallError::Unreachable(kind_of(&error)))
}

async fn answer<A: DeserializeOwned>(request: RequestBuilder) -> Result<A, CallError> {
    read(serde_json::from_slice(&good_body(request).await?))
}

async fn good_body(request: RequestBuilder) -> Result<Vec<u8>, CallError> {
    body(check(send(request).await?).await?).await
}

fn read<A>(read: serde_json::Result<A>) -> Result<A, CallError> {
    // Where and how, not what: the answer may hold names.
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        CallError::Unreadable(format!("{:?} at {line}:{column}", error.classify()))
    })
}

fn optional<A>(answer: Result<A, CallError>) -> Result<Option<A>, CallError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.problem() == Some(&ProblemCode::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lets good answers through and reads the problem of the others.
async fn check(response: Response) -> Result<Response, CallError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = retry_after(&response);
    let bytes = body(response).await?;
    Err(match (serde_json::from_slice::<Problem>(&bytes), status.as_u16()) {
        (Ok(problem), _) => CallError::Problem { problem: Box::new(problem), retry_after },
        (Err(_), gateway @ 502..=504) => CallError::Unreachable(Unreached::Gateway(gateway)),
        (Err(_), other) => CallError::Status(other),
    })
}

/// `Retry-After` in seconds; as a date it would depend on this machine's clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let header = response.headers().get(reqwest::header::RETRY_AFTER)?;
    Some(Duration::from_secs(header.to_str().ok()?.trim().parse().ok()?))
}

/// Reads an answer up to the limit.
async fn body(mut response: Response) -> Result<Vec<u8>, CallError> {
    let mut bytes = Vec::new();
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|error| CallError::Unreachable(kind_of(&error)))?;
        let Some(chunk) = chunk else { return Ok(bytes) };
        if bytes.len() + chunk.len() > limits::ANSWER_BYTES {
            return Err(CallError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// What went wrong, without the address.
fn kind_of(error: &reqwest::Error) -> Unreached {
    if error.is_connect() {
        Unreached::NoConnection
    } else if error.is_timeout() {
        Unreached::NoAnswer
    } else if error.is_body() || error.is_decode() {
        Unreached::Broken
    } else {
        Unreached::NotSent
    }
}
