//! Dossiers with something of everything that may be decided.

use lutrin_central::db::TakenIn;
use lutrin_central::intake::take_in;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Learner, Part, Request, Requirement};
use lutrin_domain::id::{CenterCode, DiplomaCode, DossierId, JobKey, PieceKind, SlotKey};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeJob, IntakeSlot};
use lutrin_domain::months::WorkRate;
use lutrin_domain::subject::Pages;
use lutrin_testkit::service::TestService;

/// A dossier that is with the DNF: two files and a job.
pub async fn dnf_dossier(service: &TestService, reference: &str) -> DossierId {
    taken_in(service, reference, "TRANSMIS_DNF", &small_files()).await
}

/// The same in the centre of Besançon.
pub async fn center_dossier(service: &TestService, reference: &str) -> DossierId {
    taken_in(service, reference, "EN_EXAMEN_CENTRE", &small_files()).await
}

fn small_files() -> Vec<(&'static str, Vec<u8>)> {
    vec![("cv", b"the curriculum".to_vec()), ("report", b"the report".to_vec())]
}

/// A dossier with these files, each in a slot of this name, and a job.
pub async fn taken_in(
    service: &TestService,
    reference: &str,
    status: &str,
    files: &[(&str, Vec<u8>)],
) -> DossierId {
    let data = service.data();
    for (_, bytes) in files {
        data.documents.keep(bytes.clone().into()).await.unwrap();
    }
    let job = IntakeJob {
        key: JobKey::new("vauban"),
        employer: "Ateliers Vauban".to_owned(),
        title: "comptable unique".to_owned(),
        start: "2023-05-01".parse().unwrap(),
        end: None,
        rate: WorkRate::FULL,
    };
    let intake = Intake {
        reference: reference.to_owned(),
        status: status.to_owned(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Camille".to_owned(),
            birth_name: "Aubertin".to_owned(),
            used_name: None,
            civility: None,
            birth_year: None,
        },
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new("BES"),
        jury: None,
        signed_at: "2026-10-12T08:00:00Z".parse().unwrap(),
        slots: files.iter().map(|(key, bytes)| slot(key, bytes)).collect(),
        jobs: vec![job],
        cited: vec![],
    };
    match take_in(data, intake, &data.command_trace()).await.unwrap() {
        TakenIn::New(dossier) => dossier,
        other => panic!("{reference}: {other:?}"),
    }
}

fn slot(key: &str, bytes: &[u8]) -> IntakeSlot {
    IntakeSlot {
        key: SlotKey::new(key),
        part: Part::Experience,
        kind: PieceKind::new("cv"),
        label: None,
        job: None,
        requirement: Requirement::Useful,
        files: vec![IntakeFile {
            sha256: Digest::of(bytes),
            size_bytes: bytes.len() as u64,
            file_name: format!("{key}.pdf"),
            pages: Pages::All,
            deposited_at: "2026-10-12T08:00:00Z".parse().unwrap(),
            replaces_previous: false,
        }],
    }
}
