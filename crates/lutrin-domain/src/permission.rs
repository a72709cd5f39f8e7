//! Who may do what, when: role × kind × state (domain notes, section 8.1).
//!
//! After transmission the centre reads and the DNF writes. A missing piece does
//! not stop the examination (CRPA L114-5-1), so pieces are settled while a
//! correction is awaited.

use crate::arbitration::{Arbitration, Contested};
use crate::assessment::Level;
use crate::decision::{Act, Kind};
use crate::dossier::{Dossier, DossierState, Holder};
use crate::reviewer::Role;
use crate::subject::Subject;

/// Whether this role may make this kind of decision on a dossier in this state.
pub fn allows(role: Role, kind: Kind, state: &DossierState, holder: Holder) -> bool {
    let Some(side) = side_of(role) else { return false };
    let in_review = is_in_review(state, holder);
    match kind {
        Kind::SettlePiece | Kind::SettleSlot | Kind::JudgeJob | Kind::Reserve => {
            reviews(role) && side == holder && in_review
        }
        Kind::SignAssessment => signs(role) && side == holder && in_review,
        Kind::Revoke | Kind::Arbitrate => {
            (reviews(role) || signs(role)) && side == holder && in_review
        }
        Kind::SendRequest => reviews(role) && side == holder && in_review,
        Kind::Take => reviews(role) && side == holder && *state == DossierState::Signed,
        Kind::Transmit => {
            role == Role::CenterReviewer
                && holder == Holder::Center
                && matches!(state, DossierState::CenterReview | DossierState::Complete)
        }
        Kind::Deliberate => role == Role::JurySecretary && *state == DossierState::JuryReady,
    }
}

/// Whether this role may decide this on this subject of a dossier as it stands.
pub fn permits(role: Role, dossier: &Dossier, subject: &Subject, act: &Act) -> bool {
    let Some(kind) = act.kind() else { return false };
    let Dossier { state, holder, .. } = dossier;
    let on_their_level = match subject {
        Subject::Review { level, .. } => level_of(*holder) == *level,
        _ => true,
    };
    // Whoever chooses between two opinions signs one.
    let signs = match act {
        Act::Arbitrate(Arbitration { value: Contested::Assessment(_), .. }) => {
            allows(role, Kind::SignAssessment, state, *holder)
        }
        _ => true,
    };
    on_their_level && signs && allows(role, kind, state, *holder)
}

/// The first of these roles that may decide this.
pub fn acting_role(
    roles: &[Role],
    dossier: &Dossier,
    subject: &Subject,
    act: &Act,
) -> Option<Role> {
    roles.iter().copied().find(|role| permits(*role, dossier, subject, act))
}

/// The level on which the side that holds the dossier signs.
pub fn level_of(holder: Holder) -> Level {
    match holder {
        Holder::Center => Level::Local,
        Holder::Dnf => Level::National,
    }
}

/// The side of the house a role is on; an administrator decides nothing.
fn side_of(role: Role) -> Option<Holder> {
    match role {
        Role::CenterReviewer | Role::LocalLead => Some(Holder::Center),
        Role::DnfReviewer | Role::NationalLead | Role::JurySecretary => Some(Holder::Dnf),
        Role::Administrator => None,
    }
}

fn reviews(role: Role) -> bool {
    matches!(role, Role::CenterReviewer | Role::LocalLead | Role::DnfReviewer | Role::NationalLead)
}

fn signs(role: Role) -> bool {
    matches!(role, Role::LocalLead | Role::NationalLead)
}

fn is_in_review(state: &DossierState, holder: Holder) -> bool {
    match state {
        DossierState::CorrectionRequested | DossierState::Reminded => true,
        DossierState::CenterReview | DossierState::Complete => holder == Holder::Center,
        DossierState::DnfReview => holder == Holder::Dnf,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w03_after_transmission_the_centre_reads_and_the_dnf_writes() {
        let state = DossierState::DnfReview;
        assert!(!allows(Role::CenterReviewer, Kind::SettlePiece, &state, Holder::Dnf));
        assert!(allows(Role::DnfReviewer, Kind::SettlePiece, &state, Holder::Dnf));
    }

    #[test]
    fn w11_nothing_is_written_in_an_unknown_state() {
        let state = DossierState::Unknown("under_audit".into());
        for role in Role::ALL {
            for kind in Kind::ALL {
                for holder in [Holder::Center, Holder::Dnf] {
                    assert!(!allows(role, kind, &state, holder), "{role:?} {kind:?}");
                }
            }
        }
    }

    #[test]
    fn an_administrator_decides_nothing() {
        for state in DossierState::KNOWN {
            for kind in Kind::ALL {
                assert!(!allows(Role::Administrator, kind, state, Holder::Center));
                assert!(!allows(Role::Administrator, kind, state, Holder::Dnf));
            }
        }
    }

    #[test]
    fn review_goes_on_while_a_correction_is_awaited() {
        let state = DossierState::CorrectionRequested;
        assert!(allows(Role::CenterReviewer, Kind::SettlePiece, &state, Holder::Center));
    }

    #[test]
    fn only_leads_sign() {
        let state = DossierState::DnfReview;
        assert!(allows(Role::NationalLead, Kind::SignAssessment, &state, Holder::Dnf));
        assert!(!allows(Role::DnfReviewer, Kind::SignAssessment, &state, Holder::Dnf));
    }

    #[test]
    fn the_whole_table_is_what_was_agreed() {
        let mut lines = Vec::new();
        for holder in [Holder::Center, Holder::Dnf] {
            for state in DossierState::KNOWN {
                for role in Role::ALL {
                    let kinds: Vec<_> = Kind::ALL
                        .into_iter()
                        .filter(|kind| allows(role, *kind, state, holder))
                        .map(|kind| format!("{kind:?}"))
                        .collect();
                    if !kinds.is_empty() {
                        lines.push(format!(
                            "{holder:?} {} {role:?}: {}",
                            state.code(),
                            kinds.join(" ")
                        ));
                    }
                }
            }
        }
        insta::assert_snapshot!("role_kind_state", lines.join("\n"));
    }
}
