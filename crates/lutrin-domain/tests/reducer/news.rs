//! What is new since somebody looked.

use lutrin_domain::apply::apply;
use lutrin_domain::assessment::Opinion;
use lutrin_domain::decision::VerdictOutcome;
use lutrin_domain::dossier::DossierState;
use lutrin_domain::id::{DepositId, SlotKey};
use lutrin_domain::intake::replace_file;
use lutrin_domain::news::{News, look, news};
use uuid::Uuid;

use crate::given::*;

const MARCH: &str = "payslip/vauban/2024-03";

#[test]
fn nothing_is_new_right_after_a_look_nor_of_ones_own() {
    let dossier = dossier();
    let before = look(&dossier);
    assert_eq!(news(&before, &dossier, NADIA), []);
    let own = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(VerdictOutcome::Accepted));
    let dossier = apply(&catalogue(), dossier, &own).unwrap();
    assert_eq!(news(&before, &dossier, NADIA), []);
    let settled = News::Settled { slot: SlotKey::new(MARCH), by: NADIA };
    assert_eq!(news(&before, &dossier, KARINE), [settled], "to a colleague it is");
    assert_eq!(news(&look(&dossier), &dossier, KARINE), [], "once");
}

#[test]
fn w01_a_replaced_file_an_opinion_and_another_state_are_new() {
    let dossier = dossier();
    let before = look(&dossier);
    let old = dossier.slot(&SlotKey::new(MARCH)).unwrap().deposits[0].id;
    let new = DepositId(Uuid::from_u128(7));
    let signed = decide(&dossier, 1, review(&dossier), opinion(Opinion::Favourable, ""));
    let dossier = apply(&catalogue(), dossier, &signed).unwrap();
    let mut dossier = replace_file(dossier, &SlotKey::new(MARCH), file("march-2"), new).unwrap();
    let from = std::mem::replace(&mut dossier.state, DossierState::JuryReady);
    assert_eq!(
        news(&before, &dossier, KARINE),
        [
            News::Moved { from },
            News::Replaced { slot: SlotKey::new(MARCH), deposit: new, replaced: old },
            News::Signed { by: NADIA },
        ]
    );
}
