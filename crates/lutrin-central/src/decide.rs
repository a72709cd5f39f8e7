//! The ruling on one decision, without storage, network or clock.
//!
//! The rules of the trade are in [`lutrin_domain::apply`], which the application
//! runs too. The service adds only what it alone knows: whose session it is,
//! whether the device signed, the scope, and what became of a decision before.

use ed25519_dalek::{Signature, VerifyingKey};
use lutrin_domain::apply::{apply, check};
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::decision::{Act, Stamped};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::seeded::{self, Bug};
use lutrin_domain::subject::Subject;

use crate::db::{Earlier, Held, Keep, Outcome, Ruling, Session};

/// Rules on a decision that this session pushed.
///
/// The order of the questions matters. *Is it theirs?* comes first, so that
/// nobody learns about another's decision or occupies its identifier. *Is it
/// known?* comes before everything that may change with time (roles, scope,
/// state), so that repeating a push always gives the first answer.
pub fn decide(
    session: &Session,
    catalogue: Option<&Catalogue>,
    held: Held,
    stamped: &Stamped,
) -> Ruling {
    let Held { earlier, refused_base, dossier } = held;
    let is_there = dossier.is_some();
    let dossier = dossier.filter(|dossier| session.scope().includes(&dossier.center));
    if stamped.author != session.reviewer.id || stamped.device != session.device {
        return refuse(Refusal::NotTheAuthor, dossier, Keep::No);
    }
    if let Some(earlier) = earlier {
        return again(earlier, dossier, stamped);
    }
    if !session.reviewer.roles.contains(&stamped.role) {
        return refuse(Refusal::NotTheAuthor, dossier, Keep::No);
    }
    if !is_signed(session, stamped) {
        return refuse(Refusal::BadSignature, dossier, Keep::No);
    }
    if session.shut_out_at.is_some_and(|at| stamped.made_at >= at) {
        return refuse(Refusal::ShutOut, None, Keep::Yes);
    }
    let dossier = match dossier {
        Some(dossier) => dossier,
        None => {
            // A service that was restored may not have taken it in again yet; then
            // the same decision shall find it. The author is not told which it is.
            let keep = match stamped.decision.subject().dossier() {
                Some(_) if !is_there => Keep::No,
                _ => Keep::Yes,
            };
            return refuse(without_dossier(stamped), None, keep);
        }
    };
    // After the scope: a reviewer who lost a centre is told that, not that they are
    // somebody else.
    if !is_in_their_name(session, stamped) {
        return refuse(Refusal::NotTheAuthor, Some(dossier), Keep::No);
    }
    if let Some(refused) = refused_base {
        return refuse(Refusal::DependsOnRefused { refused }, Some(dossier), Keep::Yes);
    }
    match catalogue {
        Some(catalogue) => apply_to(catalogue, dossier, stamped),
        // The fault is the service's: the author may push it again later.
        None => refuse(Refusal::CatalogueMissing, Some(dossier), Keep::No),
    }
}

fn again(earlier: Earlier, dossier: Option<Box<Dossier>>, stamped: &Stamped) -> Ruling {
    let same = earlier.digest == stamped.decision.digest() && earlier.author == stamped.author;
    if !same {
        return refuse(Refusal::SameIdOtherText, dossier, Keep::No);
    }
    let held = dossier.filter(|_| matches!(earlier.outcome, Outcome::Refused(_)));
    Ruling::Again(earlier.outcome, held)
}

/// Acts in the name of a centre of theirs.
fn is_in_their_name(session: &Session, stamped: &Stamped) -> bool {
    stamped.center.as_ref().is_none_or(|center| session.scope().includes(center))
}

fn is_signed(session: &Session, stamped: &Stamped) -> bool {
    let signature = Signature::from_bytes(&stamped.signature.0);
    VerifyingKey::from_bytes(&session.device_key)
        .and_then(|key| key.verify_strict(&stamped.signed_bytes(), &signature))
        .is_ok()
}

/// A dossier that is not there and one that is out of scope are not told apart.
fn without_dossier(stamped: &Stamped) -> Refusal {
    match (stamped.decision.subject().dossier(), stamped.decision.act()) {
        (Some(_), _) => Refusal::OutOfScope,
        (None, Act::Unknown { kind }) => Refusal::UnknownKind { kind: kind.clone() },
        (None, _) => Refusal::UnknownSubject,
    }
}

fn apply_to(catalogue: &Catalogue, dossier: Box<Dossier>, stamped: &Stamped) -> Ruling {
    // `check` leaves the dossier with us, to be shown when it is refused.
    if let Err(refusal) = check(catalogue, &dossier, stamped) {
        // A service that was restored may get the file, or what it builds on from another
        // machine, later; then the same decision shall find it.
        let keep = match (&refusal, stamped.decision.subject()) {
            _ if seeded::is(Bug::EarlyDecisionsRefused) => Keep::Yes,
            (Refusal::BaseUnknown { .. }, _)
            | (Refusal::UnknownSubject, Subject::Deposit { .. }) => Keep::No,
            _ => Keep::Yes,
        };
        return refuse(refusal, Some(dossier), keep);
    }
    match apply(catalogue, *dossier, stamped) {
        Ok(dossier) => Ruling::Apply(Box::new(dossier)),
        Err(refusal) => refuse(refusal, None, Keep::Yes),
    }
}

fn refuse(refusal: Refusal, held: Option<Box<Dossier>>, keep: Keep) -> Ruling {
    Ruling::Refuse { refusal, held, keep }
}

#[cfg(test)]
mod tests;
