//! A service in a temporary folder, dossiers to fill it with, and devices.

use std::sync::{Arc, Mutex};

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::{SignedDuration, Timestamp};
use lutrin_central::data::Data;
use lutrin_central::db::TakenIn;
use lutrin_central::intake::take_in;
use lutrin_central::reviewers::{NewAccount, add_reviewer};
use lutrin_central::service::{Running, Service, Settings};
use lutrin_central::sources::{Clock, Sources};
use lutrin_domain::decision::{Act, Decision, Signature, Stamped, Verdict, VerdictOutcome};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, Learner, Part, Request, Requirement};
use lutrin_domain::id::*;
use lutrin_domain::intake::{Intake, IntakeFile, IntakeJob, IntakeSlot};
use lutrin_domain::jury::JurySession;
use lutrin_domain::months::WorkRate;
use lutrin_domain::reviewer::{Role, Scope};
use lutrin_domain::subject::{Pages, Subject};
use lutrin_protocol::changes::{ChangesResponse, Snapshot};
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::{PROBLEM_JSON, Problem, ProblemCode};
use lutrin_protocol::push::{PushOutcome, PushRequest, PushResponse};
use lutrin_protocol::session::{RefreshRequest, Secret, SessionResponse, SignInRequest};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use tempfile::TempDir;
use uuid::Uuid;

pub const PASSWORD: &str = "un mot de passe";
pub const SLOT: &str = "payslip/vauban/2024-03";

/// A clock that only moves when it is told to.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A running service with three accounts: Nadia (DNF, everywhere), Paul (centre
/// BES) and an
/// administrator.
pub struct World {
    pub folder: TempDir,
    pub running: Running,
    pub clock: TestClock,
    pub http: Client,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|settings| settings).await
    }

    pub async fn start_with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock(Arc::new(Mutex::new("2026-11-21T09:00:00Z".parse().unwrap())));
        let mut settings = Settings::new(folder.path());
        settings.sources = Sources::system().with_clock(clock.clone());
        let running = Service::start(change(settings)).await.unwrap();
        let world = Self { folder, running, clock, http: Client::new() };
        world.add("nadia", &[Role::NationalLead, Role::DnfReviewer], Scope::Everywhere).await;
        let besancon = Scope::Centers(vec![CenterCode::new("BES")]);
        world.add("paul", &[Role::CenterReviewer, Role::LocalLead], besancon).await;
        world.add("administration", &[Role::Administrator], Scope::Everywhere).await;
        world
    }

    pub fn data(&self) -> &Data {
        &self.running.data
    }

    /// The same folder opened as a command of another process would.
    pub async fn other_data(&self) -> Data {
        Data::open(self.folder.path(), Sources::system().with_clock(self.clock.clone()))
            .await
            .unwrap()
    }

    async fn add(&self, login: &str, roles: &[Role], scope: Scope) {
        let account = NewAccount {
            login: login.into(),
            name: login.into(),
            roles: roles.to_vec(),
            scope,
            password: Secret(PASSWORD.into()),
        };
        add_reviewer(self.data(), account).await.unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.url()))
    }

    pub async fn get_json(&self, path: &str) -> serde_json::Value {
        self.request(Method::GET, path).send().await.unwrap().json().await.unwrap()
    }

    /// A dossier of the DNF in a centre, with two files of one slot each.
    pub async fn dossier(&self, reference: &str, center: &str) -> Dossier {
        self.dossier_of(intake(reference, center)).await
    }

    pub async fn dossier_of(&self, intake: Intake) -> Dossier {
        self.keep_files().await;
        let taken = take_in(self.data(), intake, &self.data().command_trace()).await.unwrap();
        let TakenIn::New(id) = taken else { panic!("{taken:?}") };
        self.held(id).await
    }

    pub async fn keep_files(&self) {
        for bytes in [&b"cv"[..], b"payslip"] {
            self.data().documents.keep(bytes.to_vec().into()).await.unwrap();
        }
    }

    /// The dossier as the service holds it.
    pub async fn held(&self, id: DossierId) -> Dossier {
        self.data().db.dossier(id, &Scope::Everywhere).await.unwrap().unwrap().1
    }

    pub async fn jury(&self, number: u128, date: &str) -> JurySession {
        let session = JurySession {
            id: JurySessionId(Uuid::from_u128(number)),
            label: "Titres comptables".into(),
            date: date.parse().unwrap(),
            file_closing_date: date.parse().unwrap(),
            diplomas: vec![DiplomaCode::new("CRN0400A")],
        };
        self.data().db.put_jury(&session, &self.data().command_trace()).await.unwrap();
        session
    }

    pub async fn device(&self, login: &str) -> Device<'_> {
        let device = Device::unknown(self);
        let response = device.sign_in(login, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK);
        Device { session: Some(response.json().await.unwrap()), ..device }
    }
}

pub fn intake(reference: &str, center: &str) -> Intake {
    Intake {
        reference: reference.into(),
        status: "TRANSMIS_DNF".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Camille".into(),
            birth_name: "Aubertin".into(),
            used_name: Some("Léger".into()),
            civility: None,
            birth_year: Some(1990),
        },
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new(center),
        jury: None,
        signed_at: "2026-10-12T08:00:00Z".parse().unwrap(),
        slots: vec![slot("cv", "cv", b"cv"), slot(SLOT, "payslip", b"payslip")],
        jobs: vec![IntakeJob {
            key: JobKey::new("vauban"),
            employer: "Ateliers Vauban".into(),
            title: "comptable unique".into(),
            start: "2023-05-01".parse().unwrap(),
            end: None,
            rate: WorkRate::FULL,
        }],
        cited: vec![],
    }
}

fn slot(key: &str, kind: &str, bytes: &[u8]) -> IntakeSlot {
    IntakeSlot {
        key: SlotKey::new(key),
        part: Part::Experience,
        kind: PieceKind::new(kind),
        label: None,
        job: None,
        requirement: Requirement::Required { indispensable: false },
        files: vec![IntakeFile {
            sha256: Digest::of(bytes),
            size_bytes: bytes.len() as u64,
            file_name: format!("{kind}.pdf"),
            pages: Pages::All,
            deposited_at: "2026-10-12T08:00:00Z".parse().unwrap(),
            replaces_previous: false,
        }],
    }
}

/// Somebody signs in on a machine never seen before.
pub fn sign_in_request(login: &str, password: &str) -> SignInRequest {
    SignInRequest {
        login: login.into(),
        password: Secret(password.into()),
        device: DeviceId(Uuid::now_v7()),
        device_name: "un portable".into(),
        device_key: hex::encode(SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes()),
    }
}

/// One installation of the application.
pub struct Device<'a> {
    pub world: &'a World,
    pub id: DeviceId,
    pub key: SigningKey,
    pub session: Option<SessionResponse>,
}

impl<'a> Device<'a> {
    pub fn unknown(world: &'a World) -> Self {
        let id = DeviceId(Uuid::now_v7());
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(id.0.as_bytes());
        Self { world, id, key: SigningKey::from_bytes(&seed), session: None }
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Response {
        let request = SignInRequest {
            device: self.id,
            device_key: hex::encode(self.key.verifying_key().to_bytes()),
            ..sign_in_request(login, password)
        };
        self.world.request(Method::POST, endpoint::SESSIONS).json(&request).send().await.unwrap()
    }

    pub fn session(&self) -> &SessionResponse {
        self.session.as_ref().unwrap()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.world.request(method, path).bearer_auth(self.session().access_token.expose())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn changes(&self, cursor: Option<&str>) -> ChangesResponse {
        let path = match cursor {
            Some(cursor) => format!("{}?cursor={cursor}", endpoint::CHANGES),
            None => endpoint::CHANGES.to_owned(),
        };
        self.get(&path).await.json().await.unwrap()
    }

    pub async fn snapshot(&self, id: DossierId) -> Snapshot {
        self.get(&endpoint::dossier(id)).await.json().await.unwrap()
    }

    pub async fn push(&self, decisions: &[Stamped]) -> Vec<PushOutcome> {
        let request = PushRequest { decisions: decisions.to_vec() };
        let response = self.request(Method::POST, endpoint::DECISIONS).json(&request);
        let response = response.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let answer: PushResponse = response.json().await.unwrap();
        let ids: Vec<_> = answer.results.iter().map(|result| result.id).collect();
        let pushed: Vec<_> = decisions.iter().map(|stamped| stamped.decision.id()).collect();
        assert_eq!(ids, pushed, "results come in the order of the decisions");
        answer.results.into_iter().map(|result| result.outcome).collect()
    }

    /// A decision of this device, in its reviewer's usual role unless said.
    pub fn stamp(&self, decision: Decision) -> Stamped {
        self.stamp_as(decision, self.session().reviewer.roles[0])
    }

    pub fn stamp_as(&self, decision: Decision, role: Role) -> Stamped {
        let mut stamped = Stamped {
            decision,
            author: self.session().reviewer.id,
            role,
            center: None,
            device: self.id,
            made_at: "2026-11-20T18:30:00.25Z".parse().unwrap(),
            received_at: None,
            signature: Signature([0; 64]),
        };
        self.sign(&mut stamped);
        stamped
    }

    pub fn sign(&self, stamped: &mut Stamped) {
        stamped.signature = Signature(self.key.sign(&stamped.signed_bytes()).to_bytes());
    }

    /// Says that the newest file of a slot is fine, based on what the dossier has.
    pub fn accept(&self, dossier: &Dossier, slot: &str) -> Stamped {
        let subject = subject(dossier, slot);
        let head = dossier.head(&subject);
        self.stamp(verdict(subject, head, VerdictOutcome::Accepted))
    }
}

/// The newest file of a slot.
pub fn subject(dossier: &Dossier, slot: &str) -> Subject {
    let slot = dossier.slot(&SlotKey::new(slot)).unwrap();
    dossier.deposit_subject(slot, slot.current_deposits().last().unwrap())
}

pub fn verdict(
    subject: Subject,
    based_on: Option<DecisionId>,
    outcome: VerdictOutcome,
) -> Decision {
    let act =
        Act::SettlePiece(Verdict { outcome, reasons: vec![], comment: None, citations: vec![] });
    Decision::make(DecisionId(Uuid::now_v7()), subject, based_on, act).unwrap()
}

/// Reads a problem and checks its form.
pub async fn problem(response: Response) -> Problem {
    let status = response.status().as_u16();
    let header = |name| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), PROBLEM_JSON);
    let request_id = header("x-request-id");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status);
    assert_eq!(problem.request_id, request_id);
    assert!(problem.type_uri.ends_with(problem.code.as_str()));
    problem
}

pub async fn code(response: Response) -> ProblemCode {
    problem(response).await.code
}

pub async fn refresh(world: &World, token: &Secret) -> Response {
    let request = RefreshRequest { refresh_token: token.clone() };
    world.request(Method::POST, endpoint::REFRESH).json(&request).send().await.unwrap()
}
