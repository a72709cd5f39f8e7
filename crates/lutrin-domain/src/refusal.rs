//! Why a decision has no effect.

use serde::{Deserialize, Serialize};

use crate::assessment::AssessedBy;
use crate::decision::Kind;
use crate::dossier::DossierState;
use crate::id::{DecisionId, DepositId, ReasonCode};
use crate::reviewer::Role;

/// Why a decision was refused. A refused decision is kept with its reason and
/// never blocks another subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Refusal {
    /// The same identifier was applied with another text.
    #[error("the identifier was already used for another decision")]
    SameIdOtherText,
    /// The subject names something that the dossier does not have.
    #[error("the dossier has no such subject")]
    UnknownSubject,
    /// The kind is of a later version.
    #[error("the kind {kind} is not known")]
    UnknownKind {
        /// Its name on the wire.
        kind: String,
    },
    /// The kind does not go with the subject.
    #[error("this kind of decision is not made on this subject")]
    WrongSubject,
    /// The dossier is in a state this version does not know (case W11).
    #[error("the state {state} is not known; the dossier is read-only")]
    UnknownState {
        /// Its code on the wire.
        state: String,
    },
    /// The role may not do this in this state (cases W03, W12).
    #[error("{role:?} may not do {kind:?} in this state")]
    NotAllowed {
        /// What was tried.
        kind: Kind,
        /// By whom.
        role: Role,
        /// In which state.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        state: DossierState,
    },
    /// The file was replaced; the verdict stays as history (case W01).
    #[error("the file was replaced")]
    Superseded {
        /// The deposit that replaces it.
        by: DepositId,
    },
    /// Somebody decided on the same subject meanwhile (case W02).
    #[error("another decision came first on this subject")]
    Conflict {
        /// The decision that came first.
        head: Option<DecisionId>,
    },
    /// It builds on a decision that the dossier does not have (yet): after a restore,
    /// that of another machine which has not come back. Not kept as refused.
    #[error("it builds on a decision that is not there yet")]
    BaseUnknown {
        /// The decision that is not there.
        base: DecisionId,
    },
    /// It builds on a decision that was itself refused.
    #[error("it builds on a refused decision")]
    DependsOnRefused {
        /// The refused decision.
        refused: DecisionId,
    },
    /// The dossier is judged under a catalogue that is not at hand.
    #[error("the catalogue of the dossier is not at hand")]
    CatalogueMissing,
    /// A rejected piece needs a reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// Reasons go with *non conforme* and *second regard* only.
    #[error("this verdict takes no reason")]
    ReasonNotExpected,
    /// The catalogue does not have this reason.
    #[error("the reason {reason} is not in the catalogue")]
    UnknownReason {
        /// Its code.
        reason: ReasonCode,
    },
    /// The reason "other", and every opinion that keeps the learner waiting, needs words.
    #[error("words are needed")]
    WordsMissing,
    /// A text is longer than allowed.
    #[error("a text is longer than {limit} characters")]
    TextTooLong {
        /// The limit in characters.
        limit: u32,
    },
    /// A cited page has no such number, a zone lies outside the page, or too many are cited.
    #[error("a citation names no place of a file")]
    CitationInvalid,
    /// The diploma is judged the other way (cases X14, X16).
    #[error("this diploma is judged by {expected:?}")]
    WrongAssessment {
        /// The way it is judged.
        expected: AssessedBy,
    },
    /// The diploma is not in the catalogue.
    #[error("the diploma is not in the catalogue")]
    UnknownDiploma,
    /// Only the author may take a decision back, and only while it is in force.
    #[error("there is nothing of this author to take back")]
    NothingToRevoke,
    /// There are no longer two decisions to choose between.
    #[error("there is nothing to arbitrate")]
    NothingToArbitrate,
    /// A piece that must be settled is not (guard of *transmit*).
    #[error("{count} required pieces are not settled")]
    PiecesOpen {
        /// How many.
        count: u32,
    },
    /// A correction request asks for at least one piece (domain notes, 8.1).
    #[error("nothing is asked for")]
    NothingAsked,
    /// A deadline lies after the day of the request (CRPA L114-5).
    #[error("the deadline has passed")]
    DeadlinePassed,
    /// The signature does not verify with the device's key.
    #[error("the signature does not verify")]
    BadSignature,
    /// The author, role or device is not that of the session.
    #[error("the decision was not made by this session's reviewer")]
    NotTheAuthor,
    /// The dossier is not in the author's scope (case W12).
    #[error("the dossier is out of scope")]
    OutOfScope,
    /// It was made after its machine was revoked, or its author's account disabled.
    #[error("it was made after the machine or the account was shut out")]
    ShutOut,
    /// A reason of a later version, or written otherwise than this one reads it.
    #[error("refused for a reason of a later version: {code}")]
    #[serde(untagged)]
    Other {
        /// Its code.
        #[cfg_attr(feature = "openapi", schema(ignore))]
        code: String,
        /// What goes with it, as it came.
        #[serde(flatten)]
        fields: serde_json::Map<String, serde_json::Value>,
    },
}
