//! Decisions pushed to the service.

use jiff::SignedDuration;
use lutrin_central::deposit::deposit_bytes;
use lutrin_domain::decision::{
    Act, Decision, Revocation, Signature, Stamped, Verdict, VerdictOutcome,
};
use lutrin_domain::dossier::{Dossier, SlotState};
use lutrin_domain::id::{DecisionId, ReasonCode, ReviewerId, SlotKey};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::push::{PushOutcome, PushRequest};
use reqwest::Method;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use uuid::Uuid;

use crate::support::*;

fn refusal(outcome: &PushOutcome) -> &Refusal {
    match outcome {
        PushOutcome::Refused { refusal, .. } => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

fn held(outcome: &PushOutcome) -> Option<&Dossier> {
    match outcome {
        PushOutcome::Refused { held, .. } => held.as_deref(),
        other => panic!("expected a refusal, not {other:?}"),
    }
}

fn state(dossier: &Dossier, slot: &str) -> SlotState {
    dossier.slot(&SlotKey::new(slot)).unwrap().state()
}

#[tokio::test]
async fn a_verdict_is_applied_once_and_seen_by_others() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let accepted = nadia.accept(&dossier, SLOT);
    let first = nadia.push(std::slice::from_ref(&accepted)).await;
    let PushOutcome::Applied { position, received_at } = first[0] else { panic!("{first:?}") };
    assert_eq!(position, 2);
    assert_eq!(state(&world.held(dossier.id).await, SLOT), SlotState::Accepted);

    world.clock.advance(SignedDuration::from_secs(60));
    let again = nadia.push(&[accepted]).await;
    assert_eq!(again[0], PushOutcome::Duplicate { position, received_at });

    let other = world.device("paul").await.snapshot(dossier.id).await;
    assert_eq!(other.position, 2);
    assert_eq!(state(&other.dossier, SLOT), SlotState::Accepted);
}

#[tokio::test]
async fn the_same_identifier_with_another_text_has_no_effect() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let first = nadia.accept(&dossier, SLOT);
    nadia.push(std::slice::from_ref(&first)).await;
    let second_look = Act::SettlePiece(Verdict {
        outcome: VerdictOutcome::SecondLook,
        reasons: vec![],
        comment: None,
        citations: vec![],
    });
    let other = Decision::make(first.decision.id(), subject(&dossier, SLOT), None, second_look);
    let outcome = nadia.push(&[nadia.stamp(other.unwrap())]).await;
    assert_eq!(refusal(&outcome[0]), &Refusal::SameIdOtherText);
    assert_eq!(state(&world.held(dossier.id).await, SLOT), SlotState::Accepted);
}

#[tokio::test]
async fn w01_a_verdict_on_a_replaced_file_is_superseded() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let offline = nadia.accept(&dossier, SLOT);
    // The learner replaces the file; a command of another process does it.
    let data = world.other_data().await;
    let slot = SlotKey::new(SLOT);
    let new = deposit_bytes(&data, dossier.id, &slot, "v2.pdf", "v2".into()).await.unwrap();
    let outcome = nadia.push(&[offline]).await;
    assert_eq!(refusal(&outcome[0]), &Refusal::Superseded { by: new.deposit });
    let held = held(&outcome[0]).unwrap();
    assert_eq!(held, &world.held(dossier.id).await);
    assert_eq!(state(held, SLOT), SlotState::Deposited);
}

#[tokio::test]
async fn w02_the_second_of_two_verdicts_conflicts_and_is_kept() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let [one, two] = [world.device("nadia").await, world.device("nadia").await];
    let first = one.accept(&dossier, SLOT);
    let look = verdict(subject(&dossier, SLOT), None, VerdictOutcome::SecondLook);
    let second = two.stamp(look);
    one.push(std::slice::from_ref(&first)).await;
    let outcome = two.push(std::slice::from_ref(&second)).await;
    let conflict = Refusal::Conflict { head: Some(first.decision.id()) };
    assert_eq!(refusal(&outcome[0]), &conflict);
    assert!(held(&outcome[0]).unwrap().applied.contains_key(&first.decision.id()));
    // Another subject of the same dossier is not concerned.
    let other = two.push(&[two.accept(&dossier, "cv")]).await;
    assert!(matches!(other[0], PushOutcome::Applied { .. }));
    // The refusal stays, even once the head is another one.
    let again = two.push(&[second]).await;
    assert_eq!(refusal(&again[0]), &conflict);
}

#[tokio::test]
async fn w02_the_second_of_two_that_say_the_same_is_kept_beside_the_first() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let [one, two] = [world.device("nadia").await, world.device("nadia").await];
    for device in [&one, &two] {
        let outcome = device.push(&[device.accept(&dossier, SLOT)]).await;
        assert!(matches!(outcome[0], PushOutcome::Applied { .. }));
    }
    assert_eq!(world.held(dossier.id).await.applied.len(), 2);
}

#[tokio::test]
async fn nobody_signs_for_somebody_else() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let paul = world.device("paul").await;
    let sign = |change: &dyn Fn(&mut Stamped)| {
        let mut stamped = nadia.accept(&dossier, SLOT);
        change(&mut stamped);
        nadia.sign(&mut stamped);
        stamped
    };
    let cases = [
        sign(&|stamped| stamped.author = ReviewerId(Uuid::from_u128(5))),
        sign(&|stamped| stamped.device = paul.id),
        sign(&|stamped| stamped.role = Role::JurySecretary),
    ];
    for outcome in nadia.push(&cases).await {
        assert_eq!(refusal(&outcome), &Refusal::NotTheAuthor);
    }
    let mut unsigned = nadia.accept(&dossier, SLOT);
    unsigned.signature = Signature([1; 64]);
    let outcome = nadia.push(std::slice::from_ref(&unsigned)).await;
    assert_eq!(refusal(&outcome[0]), &Refusal::BadSignature);
    // The identifier is still its author's.
    nadia.sign(&mut unsigned);
    let outcome = nadia.push(&[unsigned]).await;
    assert!(matches!(outcome[0], PushOutcome::Applied { .. }));
}

#[tokio::test]
async fn w03_the_centre_reads_what_the_dnf_holds() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let paul = world.device("paul").await;
    let outcome = paul.push(&[paul.accept(&dossier, SLOT)]).await;
    assert!(matches!(refusal(&outcome[0]), Refusal::NotAllowed { .. }));
}

#[tokio::test]
async fn w12_a_decision_out_of_scope_learns_nothing() {
    let world = World::start().await;
    let theirs = world.dossier("B", "LYO").await;
    let paul = world.device("paul").await;
    let decision = paul.accept(&theirs, SLOT);
    let outcome = paul.push(&[decision]).await;
    assert_eq!(refusal(&outcome[0]), &Refusal::OutOfScope);
    assert!(held(&outcome[0]).is_none());
}

#[tokio::test]
async fn a_kind_of_a_later_version_is_kept_and_refused() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let text = format!(
        r#"{{ "id":"{}", "subject":{{"on":"dossier","dossier":"{}"}}, "based_on":null,  "kind":"archive","body":{{"box":12}} }}"#,
        Uuid::now_v7(),
        dossier.id
    );
    let decision: Decision = serde_json::from_str(&text).unwrap();
    let stamped = nadia.stamp(decision);
    for _ in 0..2 {
        let outcome = nadia.push(std::slice::from_ref(&stamped)).await;
        assert_eq!(refusal(&outcome[0]), &Refusal::UnknownKind { kind: "archive".into() });
    }
    assert_eq!(world.held(dossier.id).await, dossier);
}

#[tokio::test]
async fn what_builds_on_a_refused_decision_goes_with_it_and_nothing_else() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let payslip = subject(&dossier, SLOT);
    let reject = Act::SettlePiece(Verdict {
        outcome: VerdictOutcome::Rejected,
        reasons: vec![ReasonCode::new("no such reason")],
        comment: None,
        citations: vec![],
    });
    let id = DecisionId(Uuid::now_v7());
    let refused = nadia.stamp(Decision::make(id, payslip.clone(), None, reject).unwrap());
    let dependent = nadia.stamp(verdict(payslip, Some(id), VerdictOutcome::Accepted));
    let free = nadia.accept(&dossier, "cv");
    let batch = [refused, dependent, free];
    let outcomes = nadia.push(&batch).await;
    assert!(matches!(refusal(&outcomes[0]), Refusal::UnknownReason { .. }));
    assert_eq!(refusal(&outcomes[1]), &Refusal::DependsOnRefused { refused: id });
    assert!(matches!(outcomes[2], PushOutcome::Applied { .. }));

    // The whole batch again, as after a lost answer.
    let again = nadia.push(&batch).await;
    assert_eq!(refusal(&again[0]), refusal(&outcomes[0]));
    assert_eq!(refusal(&again[1]), refusal(&outcomes[1]));
    let (PushOutcome::Applied { position: a, .. }, PushOutcome::Duplicate { position: b, .. }) =
        (&outcomes[2], &again[2])
    else {
        panic!("{outcomes:?} then {again:?}")
    };
    assert_eq!(a, b);
    assert_eq!(nadia.changes(None).await.cursor.position, *a, "nothing moved the feed");
}

#[tokio::test]
async fn a_chain_of_ones_own_decisions_is_applied_in_order() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let payslip = subject(&dossier, SLOT);
    let first = nadia.accept(&dossier, SLOT);
    let undo = Act::Revoke(Revocation {
        decision: first.decision.id(),
        reason: "annulé par son auteur".into(),
    });
    let base = Some(first.decision.id());
    let undo = Decision::make(DecisionId(Uuid::now_v7()), payslip, base, undo).unwrap();
    let outcomes = nadia.push(&[first, nadia.stamp(undo)]).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, PushOutcome::Applied { .. })));
    assert_eq!(state(&world.held(dossier.id).await, SLOT), SlotState::Deposited);
}

#[tokio::test]
async fn a_decision_on_a_jury_has_no_dossier() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let session = world.jury(1, "2027-01-15").await.id;
    let decision = Decision::make(
        DecisionId(Uuid::now_v7()),
        Subject::JurySession { session },
        None,
        Act::Transmit,
    );
    let outcome = nadia.push(&[nadia.stamp(decision.unwrap())]).await;
    assert_eq!(refusal(&outcome[0]), &Refusal::UnknownSubject);
}

#[tokio::test]
async fn a_push_has_at_most_two_hundred_decisions() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let request = PushRequest { decisions: vec![nadia.accept(&dossier, SLOT); 201] };
    let response = nadia.request(Method::POST, endpoint::DECISIONS).json(&request).send().await;
    assert_eq!(code(response.unwrap()).await, ProblemCode::TooLarge);
    assert_eq!(world.held(dossier.id).await, dossier);
}

#[tokio::test]
async fn a_decision_on_a_dossier_that_is_not_there_yet_finds_it_later() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let decision = nadia.accept(&dossier, SLOT);
    // As after a restore of a backup from before the dossier came.
    let trace = world.data().command_trace();
    world.data().db.withdraw(dossier.id, &trace).await.unwrap();
    for _ in 0..2 {
        let outcome = nadia.push(std::slice::from_ref(&decision)).await;
        assert_eq!(refusal(&outcome[0]), &Refusal::OutOfScope);
    }
    assert_eq!(world.dossier("A", "BES").await.id, dossier.id);
    let outcome = nadia.push(&[decision]).await;
    assert!(matches!(outcome[0], PushOutcome::Applied { .. }), "{outcome:?}");
}

#[tokio::test]
async fn many_decisions_are_ruled_on_in_order_and_a_few_transactions() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let payslip = subject(&dossier, SLOT);
    let mut base = None;
    let mut chain = Vec::new();
    for number in 0..120 {
        let act = match (base, number % 2) {
            (Some(decision), 1) => Act::Revoke(Revocation { decision, reason: "essai".into() }),
            _ => Act::SettlePiece(Verdict {
                outcome: VerdictOutcome::Accepted,
                reasons: vec![],
                comment: None,
                citations: vec![],
            }),
        };
        let id = DecisionId(Uuid::now_v7());
        let decision = Decision::make(id, payslip.clone(), base, act).unwrap();
        chain.push(nadia.stamp(decision));
        base = Some(id);
    }
    let outcomes = nadia.push(&chain).await;
    for (outcome, expected) in outcomes.iter().zip(2..) {
        let PushOutcome::Applied { position, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(*position, expected);
    }
    let again = nadia.push(&chain).await;
    assert!(again.iter().all(|outcome| matches!(outcome, PushOutcome::Duplicate { .. })));
    assert_eq!(world.data().db.state().await.unwrap().position, 121);
}

#[tokio::test]
async fn one_decision_that_cannot_be_ruled_on_does_not_undo_those_before_it() {
    let world = World::start().await;
    let [whole, damaged] = [world.dossier("A", "BES").await, world.dossier("B", "BES").await];
    let nadia = world.device("nadia").await;
    let [first, second] = [nadia.accept(&whole, SLOT), nadia.accept(&damaged, SLOT)];
    let file = world.folder.path().join("central.db");
    let mut other = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    sqlx::query("UPDATE dossier SET aggregate = '{' WHERE reference = 'B'")
        .execute(&mut other)
        .await
        .unwrap();
    let request = PushRequest { decisions: vec![first.clone(), second] };
    let response = nadia.request(Method::POST, endpoint::DECISIONS).json(&request).send().await;
    assert_eq!(code(response.unwrap()).await, ProblemCode::Internal);
    let again = nadia.push(&[first]).await;
    assert!(matches!(again[0], PushOutcome::Duplicate { .. }), "{again:?}");
}
