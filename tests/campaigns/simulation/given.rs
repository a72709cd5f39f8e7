//! Dossiers and sittings with fixed identifiers and times.

use jiff::Timestamp;
use jiff::civil::date;
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, Learner, Part, Request, Requirement};
use lutrin_domain::id::{
    CenterCode, DepositId, DiplomaCode, DossierId, JurySessionId, PieceKind, SlotKey,
};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, open_dossier};
use lutrin_domain::jury::JurySession;
use uuid::Uuid;

pub const SLOTS: [&str; 3] = ["cv", "unit/NFA031", "payslip/vauban/2024-03"];

pub fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

pub fn catalogue_text() -> String {
    let catalogue = Catalogue {
        label: "novembre 2026".into(),
        centers: Vec::new(),
        diplomas: Vec::new(),
        piece_kinds: Vec::new(),
        reasons: Vec::new(),
        rules: Vec::new(),
    };
    serde_json::to_string(&catalogue).unwrap()
}

pub fn jury(number: u128) -> JurySession {
    JurySession {
        id: JurySessionId(Uuid::from_u128(number)),
        label: format!("Titres {number}"),
        date: date(2026, 12, number as i8),
        file_closing_date: date(2026, 11, 25),
        diplomas: Vec::new(),
    }
}

/// A dossier of one of two centres, of one of two sittings or of none.
pub fn dossier(number: u128) -> Dossier {
    let slot = |key: &&str| IntakeSlot {
        key: SlotKey::new(*key),
        part: Part::Experience,
        kind: PieceKind::new("cv"),
        label: None,
        job: None,
        requirement: Requirement::Required { indispensable: true },
        files: vec![IntakeFile {
            sha256: Digest::of(key.as_bytes()),
            size_bytes: key.len() as u64,
            file_name: "piece.pdf".into(),
            pages: Default::default(),
            deposited_at: at(),
            replaces_previous: false,
        }],
    };
    let intake = Intake {
        reference: format!("D3-2026-{number:06}"),
        status: "EN_EXAMEN_CENTRE".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Camille".into(),
            birth_name: format!("Fictive{number}"),
            used_name: None,
            civility: None,
            birth_year: None,
        },
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new(["BES", "BFC"][number as usize % 2]),
        jury: Some(number % 3)
            .filter(|jury| *jury > 0)
            .map(|jury| JurySessionId(Uuid::from_u128(jury))),
        signed_at: at(),
        slots: SLOTS.iter().map(slot).collect(),
        jobs: Vec::new(),
        cited: Vec::new(),
    };
    let mut next = number << 32;
    let catalogue = Digest::of(catalogue_text().as_bytes());
    open_dossier(intake, DossierId(Uuid::from_u128(number)), catalogue, || {
        next += 1;
        DepositId(Uuid::from_u128(next))
    })
    .unwrap()
}
