use ed25519_dalek::{Signer as _, SigningKey};
use jiff::Timestamp;
use lutrin_domain::decision::{Decision, Stamped, Verdict, VerdictOutcome};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Learner, Part, Request, Requirement};
use lutrin_domain::id::{
    CenterCode, DecisionId, DepositId, DeviceId, DiplomaCode, DossierId, PieceKind, ReviewerId,
    SlotKey,
};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, open_dossier};
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::{Pages, Subject};
use uuid::Uuid;

use super::*;
use crate::catalogues::SHIPPED;
use crate::db::SessionId;

const REVIEWER: ReviewerId = ReviewerId(Uuid::from_u128(1));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));
const DOSSIER: DossierId = DossierId(Uuid::from_u128(3));

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn catalogue() -> Catalogue {
    Catalogue::read(SHIPPED).unwrap().1
}

fn session() -> Session {
    Session {
        id: SessionId(Uuid::from_u128(4)),
        reviewer: Reviewer {
            id: REVIEWER,
            name: "Nadia Ferrand".into(),
            roles: vec![Role::DnfReviewer],
            scope: Scope::Centers(vec![CenterCode::new("BES")]),
        },
        device: DEVICE,
        device_key: key().verifying_key().to_bytes(),
        shut_out_at: None,
    }
}

fn dossier() -> Box<Dossier> {
    let at = Timestamp::from_second(1_790_000_000).unwrap();
    let file = IntakeFile {
        sha256: Digest::of(b"cv"),
        size_bytes: 2,
        file_name: "cv.pdf".into(),
        pages: Pages::All,
        deposited_at: at,
        replaces_previous: false,
    };
    let slot = IntakeSlot {
        key: SlotKey::new("cv"),
        part: Part::Experience,
        kind: PieceKind::new("cv"),
        label: None,
        job: None,
        requirement: Requirement::Required { indispensable: true },
        files: vec![file],
    };
    let learner = Learner {
        first_name: "Camille".into(),
        birth_name: "Aubertin".into(),
        used_name: None,
        civility: None,
        birth_year: None,
    };
    let intake = Intake {
        reference: "D3-2026-004817".into(),
        status: "TRANSMIS_DNF".into(),
        request: Request::DiplomaRequest,
        learner,
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new("BES"),
        jury: None,
        signed_at: at,
        slots: vec![slot],
        jobs: vec![],
        cited: vec![],
    };
    let opened = open_dossier(intake, DOSSIER, Digest::of(SHIPPED.as_bytes()), || {
        DepositId(Uuid::from_u128(5))
    });
    Box::new(opened.unwrap())
}

fn verdict(id: u128, based_on: Option<DecisionId>) -> Decision {
    said(id, based_on, VerdictOutcome::Accepted)
}

fn said(id: u128, based_on: Option<DecisionId>, outcome: VerdictOutcome) -> Decision {
    let subject = Subject::Deposit {
        dossier: DOSSIER,
        slot: SlotKey::new("cv"),
        deposit: DepositId(Uuid::from_u128(5)),
        sha256: Digest::of(b"cv"),
        pages: Pages::All,
    };
    let verdict = Verdict { outcome, reasons: vec![], comment: None, citations: vec![] };
    let id = DecisionId(Uuid::from_u128(id));
    Decision::make(id, subject, based_on, Act::SettlePiece(verdict)).unwrap()
}

fn stamped(decision: Decision) -> Stamped {
    let mut stamped = Stamped {
        decision,
        author: REVIEWER,
        role: Role::DnfReviewer,
        center: None,
        device: DEVICE,
        made_at: Timestamp::from_second(1_790_000_100).unwrap(),
        received_at: None,
        signature: lutrin_domain::decision::Signature([0; 64]),
    };
    sign(&mut stamped);
    stamped
}

fn sign(stamped: &mut Stamped) {
    let signature = key().sign(&stamped.signed_bytes());
    stamped.signature = lutrin_domain::decision::Signature(signature.to_bytes());
}

fn held(dossier: Option<Box<Dossier>>) -> Held {
    Held { earlier: None, refused_base: None, dossier }
}

fn refusal(ruling: Ruling) -> (Refusal, Option<Box<Dossier>>, Keep) {
    match ruling {
        Ruling::Refuse { refusal, held, keep } => (refusal, held, keep),
        other => panic!("expected a refusal, not {other:?}"),
    }
}

#[test]
fn a_signed_decision_in_scope_is_applied() {
    let stamped = stamped(verdict(9, None));
    let ruling = decide(&session(), Some(&catalogue()), held(Some(dossier())), &stamped);
    let Ruling::Apply(after) = ruling else { panic!("{ruling:?}") };
    assert!(after.applied.contains_key(&stamped.decision.id()));
}

#[test]
fn somebody_elses_decision_is_not_taken_and_occupies_nothing() {
    let mut other_author = stamped(verdict(9, None));
    other_author.author = ReviewerId(Uuid::from_u128(99));
    let mut other_device = stamped(verdict(9, None));
    other_device.device = DeviceId(Uuid::from_u128(99));
    let mut other_role = stamped(verdict(9, None));
    other_role.role = Role::NationalLead;
    let mut other_center = stamped(verdict(9, None));
    other_center.center = Some(CenterCode::new("LYO"));
    for mut theirs in [other_author, other_device, other_role, other_center] {
        sign(&mut theirs);
        let ruling = decide(&session(), Some(&catalogue()), held(Some(dossier())), &theirs);
        let (refusal, _, keep) = refusal(ruling);
        assert_eq!((refusal, keep), (Refusal::NotTheAuthor, Keep::No));
    }
}

#[test]
fn a_signature_covers_text_role_and_time() {
    let mut unsigned = stamped(verdict(9, None));
    unsigned.signature = lutrin_domain::decision::Signature([0; 64]);
    let mut later = stamped(verdict(9, None));
    later.made_at = Timestamp::from_second(1_790_000_101).unwrap();
    let mut other_text = stamped(verdict(9, None));
    other_text.decision = verdict(10, None);
    for stamped in [unsigned, later, other_text] {
        let ruling = decide(&session(), Some(&catalogue()), held(Some(dossier())), &stamped);
        let (refusal, _, keep) = refusal(ruling);
        assert_eq!((refusal, keep), (Refusal::BadSignature, Keep::No));
    }
}

#[test]
fn out_of_scope_and_absent_are_one_answer_that_shows_nothing() {
    let mut elsewhere = dossier();
    elsewhere.center = CenterCode::new("LYO");
    // Only what is kept differs: one that is absent may come back after a restore.
    for (dossier, kept) in [(Some(elsewhere), Keep::Yes), (None, Keep::No)] {
        let stamped = stamped(verdict(9, None));
        let ruling = decide(&session(), Some(&catalogue()), held(dossier), &stamped);
        let (refusal, held, keep) = refusal(ruling);
        assert_eq!((refusal, keep), (Refusal::OutOfScope, kept));
        assert!(held.is_none());
    }
}

#[test]
fn a_reviewer_who_lost_a_centre_is_told_of_the_scope() {
    let mut in_a_centre = stamped(verdict(9, None));
    in_a_centre.center = Some(CenterCode::new("BES"));
    sign(&mut in_a_centre);
    let mut session = session();
    session.reviewer.scope = Scope::Centers(vec![CenterCode::new("LYO")]);
    let ruling = decide(&session, Some(&catalogue()), held(Some(dossier())), &in_a_centre);
    let (refusal, held, keep) = refusal(ruling);
    assert_eq!((refusal, keep), (Refusal::OutOfScope, Keep::Yes));
    assert!(held.is_none());
}

#[test]
fn what_became_of_it_before_is_said_again_whatever_changed_since() {
    let stamped = stamped(verdict(9, None));
    let at = Timestamp::from_second(1_790_000_200).unwrap();
    let outcome = Outcome::Applied { position: 12, received_at: at };
    let earlier =
        Earlier { digest: stamped.decision.digest(), author: REVIEWER, outcome: outcome.clone() };
    let mut session = session();
    session.reviewer.roles.clear();
    let held = Held { earlier: Some(earlier), refused_base: None, dossier: None };
    let Ruling::Again(again, None) = decide(&session, None, held, &stamped) else {
        panic!("a known decision is not judged again")
    };
    assert_eq!(again, outcome);
}

#[test]
fn an_identifier_says_one_text_only() {
    let stamped = stamped(verdict(9, None));
    let at = Timestamp::from_second(1_790_000_200).unwrap();
    let earlier = Earlier {
        digest: Digest::of(b"another text"),
        author: REVIEWER,
        outcome: Outcome::Applied { position: 12, received_at: at },
    };
    let held = Held { earlier: Some(earlier), refused_base: None, dossier: Some(dossier()) };
    let (refusal, _, keep) = refusal(decide(&session(), Some(&catalogue()), held, &stamped));
    assert_eq!((refusal, keep), (Refusal::SameIdOtherText, Keep::No));
}

#[test]
fn what_builds_on_a_refused_decision_is_refused_with_it() {
    let base = DecisionId(Uuid::from_u128(8));
    let stamped = stamped(verdict(9, Some(base)));
    let held = Held { earlier: None, refused_base: Some(base), dossier: Some(dossier()) };
    let (refusal, held, keep) = refusal(decide(&session(), Some(&catalogue()), held, &stamped));
    assert_eq!((refusal, keep), (Refusal::DependsOnRefused { refused: base }, Keep::Yes));
    assert!(held.is_some());
}

#[test]
fn a_missing_catalogue_is_the_services_fault_and_not_kept() {
    let ruling = decide(&session(), None, held(Some(dossier())), &stamped(verdict(9, None)));
    let (refusal, _, keep) = refusal(ruling);
    assert_eq!((refusal, keep), (Refusal::CatalogueMissing, Keep::No));
}

#[test]
fn a_rule_of_the_trade_refuses_with_what_is_held() {
    let first = stamped(verdict(8, None));
    let settled = Box::new(apply(&catalogue(), *dossier(), &first).unwrap());
    let late = stamped(said(9, None, VerdictOutcome::SecondLook));
    let ruling = decide(&session(), Some(&catalogue()), held(Some(settled.clone())), &late);
    let (refusal, held, keep) = refusal(ruling);
    let head = Some(first.decision.id());
    assert_eq!((refusal, keep), (Refusal::Conflict { head }, Keep::Yes));
    assert_eq!(held, Some(settled));
}

#[test]
fn w02_who_says_the_same_is_applied_beside_what_is_in_force() {
    let first = stamped(verdict(8, None));
    let settled = Box::new(apply(&catalogue(), *dossier(), &first).unwrap());
    let late = stamped(verdict(9, None));
    let ruling = decide(&session(), Some(&catalogue()), held(Some(settled)), &late);
    let Ruling::Apply(after) = ruling else { panic!("{ruling:?}") };
    assert_eq!(after.head(first.decision.subject()), Some(first.decision.id()));
    assert_eq!(after.applied.len(), 2);
}

#[test]
fn a_verdict_on_a_file_that_is_not_there_yet_is_not_kept_as_refused() {
    let mut before = dossier();
    before.slots[0].deposits.clear();
    let ruling =
        decide(&session(), Some(&catalogue()), held(Some(before)), &stamped(verdict(9, None)));
    let (refusal, _, keep) = refusal(ruling);
    assert_eq!((refusal, keep), (Refusal::UnknownSubject, Keep::No));
}

#[test]
fn what_builds_on_a_decision_that_is_not_there_yet_is_not_kept_as_refused() {
    let base = DecisionId(Uuid::from_u128(8));
    let early = stamped(verdict(9, Some(base)));
    let ruling = decide(&session(), Some(&catalogue()), held(Some(dossier())), &early);
    let (refusal, held, keep) = refusal(ruling);
    assert_eq!((refusal, keep), (Refusal::BaseUnknown { base }, Keep::No));
    assert!(held.is_some());
}

#[test]
fn an_unknown_kind_without_dossier_is_said_to_be_unknown() {
    let text = format!(
        r#"{{"id":"{}","subject":{{"on":"jury_session","session":"{}"}},"based_on":null,"kind":"adjourn","body":{{}}}}"#,
        Uuid::from_u128(9),
        Uuid::from_u128(10)
    );
    let decision: Decision = serde_json::from_str(&text).unwrap();
    let ruling = decide(&session(), Some(&catalogue()), held(None), &stamped(decision));
    let (refusal, _, keep) = refusal(ruling);
    assert_eq!((refusal, keep), (Refusal::UnknownKind { kind: "adjourn".into() }, Keep::Yes));
}
