//! Decisions: the immutable events that reviewers make.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::arbitration::Arbitration;
use crate::assessment::Assessment;
use crate::digest::Digest;
use crate::id::{
    CenterCode, DecisionId, DeviceId, JurySessionId, ReasonCode, ReviewerId, RuleCode, SlotKey,
};
use crate::reviewer::Role;
use crate::subject::{Citation, Subject};

/// The longest text of a decision in bytes; ten times the longest comment and
/// request together.
pub const DECISION_TEXT_LIMIT: usize = 256 * 1024;

/// One event, kept byte for byte as it was made.
///
/// The text is what is stored, journaled, sent and signed; the fields are read
/// from it once. A kind that this version does not know keeps its body unread.
#[derive(Clone)]
pub struct Decision {
    text: Box<RawValue>,
    id: DecisionId,
    subject: Subject,
    based_on: Option<DecisionId>,
    act: Act,
}

/// What a decision does, by kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A verdict on one version of a file.
    SettlePiece(Verdict),
    /// A slot is exempted, not required, or required again.
    SettleSlot(SlotSettlement),
    /// Specialty and level of a job.
    JudgeJob(JobJudgement),
    /// An opinion or mark is signed on one level.
    SignAssessment(SignedAssessment),
    /// The author takes back an earlier decision on the same subject.
    Revoke(Revocation),
    /// The author of a refused decision settles it with the one that came first.
    Arbitrate(Arbitration),
    /// The dossier enters examination in the centre.
    Take,
    /// The author says to be working on the dossier.
    Reserve {
        /// Until when.
        until: Timestamp,
    },
    /// A correction request leaves for the learner.
    SendRequest(RequestBody),
    /// The centre hands the dossier to the DNF.
    Transmit,
    /// The jury's deliberation.
    Deliberate(Deliberation),
    /// A kind of a later version: kept, shown, never acted upon.
    Unknown {
        /// Its name on the wire.
        kind: String,
    },
}

/// The kinds of decisions that this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// [`Act::SettlePiece`].
    SettlePiece,
    /// [`Act::SettleSlot`].
    SettleSlot,
    /// [`Act::JudgeJob`].
    JudgeJob,
    /// [`Act::SignAssessment`].
    SignAssessment,
    /// [`Act::Revoke`].
    Revoke,
    /// [`Act::Arbitrate`].
    Arbitrate,
    /// [`Act::Take`].
    Take,
    /// [`Act::Reserve`].
    Reserve,
    /// [`Act::SendRequest`].
    SendRequest,
    /// [`Act::Transmit`].
    Transmit,
    /// [`Act::Deliberate`].
    Deliberate,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::SettlePiece,
        Self::SettleSlot,
        Self::JudgeJob,
        Self::SignAssessment,
        Self::Revoke,
        Self::Arbitrate,
        Self::Take,
        Self::Reserve,
        Self::SendRequest,
        Self::Transmit,
        Self::Deliberate,
    ];

    /// Whether the service must answer before the person goes on: the
    /// application refuses these while offline.
    pub fn is_online_only(self) -> bool {
        matches!(self, Self::Take | Self::SendRequest | Self::Transmit | Self::Deliberate)
    }
}

/// The verdict on one version of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// Which of the four answers.
    pub outcome: VerdictOutcome,
    /// Why, from the catalogue; at least one when rejected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonCode>,
    /// Words of the author; the learner may read them (CRPA L311-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The pages it cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// The four answers to "is this piece all right?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerdictOutcome {
    /// *Conforme*.
    Accepted,
    /// *Non conforme*.
    Rejected,
    /// *Second regard*.
    SecondLook,
    /// *Sans objet*.
    NotApplicable,
}

/// What is decided about a slot as such.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "settlement")]
pub enum SlotSettlement {
    /// Exempted, for instance by a VES (case X21).
    Exempted {
        /// Why.
        reason: String,
    },
    /// Not required for this learner.
    NotRequired {
        /// Why.
        reason: String,
    },
    /// Required again.
    RequiredAgain {
        /// Why.
        reason: String,
    },
}

impl SlotSettlement {
    /// Why it was so decided.
    pub fn reason(&self) -> &str {
        match self {
            Self::Exempted { reason }
            | Self::NotRequired { reason }
            | Self::RequiredAgain { reason } => reason,
        }
    }
}

/// What only a person can say about a job: no source gives a mechanical test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobJudgement {
    /// Whether it is in the specialty of the diploma.
    pub in_specialty: Option<bool>,
    /// Whether it is at the level of the diploma.
    pub level_match: Option<bool>,
    /// Why months without proof are retained all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retained_without_proof: Option<String>,
}

/// What is signed on one level of the review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedAssessment {
    /// The opinion or the mark.
    pub assessment: Assessment,
    /// The reasons, in the author's words.
    pub reasons: String,
    /// The rule that was shown, if one was (case W10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleCode>,
    /// The pages it cites, with the file they are in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<FileCitation>,
}

/// A page of a file of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileCitation {
    /// The file's bytes.
    pub sha256: Digest,
    /// Where in it.
    #[serde(flatten)]
    pub at: Citation,
}

/// The author takes back one of their decisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revocation {
    /// Which one.
    pub decision: DecisionId,
    /// Why.
    pub reason: String,
}

/// A correction request (domain notes, section 12; CRPA L114-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestBody {
    /// The pieces asked for, one reason each.
    pub items: Vec<RequestItem>,
    /// The day by which to answer; without it the request cannot exist (W07).
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub deadline: Date,
    /// The letter exactly as it leaves.
    pub letter: String,
}

/// One piece asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestItem {
    /// The slot to complete or correct.
    pub slot: SlotKey,
    /// Why.
    pub reason: ReasonCode,
    /// Whether the texts require it, or it is only useful.
    pub required: bool,
}

/// The jury's deliberation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deliberation {
    /// What the jury pronounced.
    pub outcome: DeliberationOutcome,
    /// The sitting.
    pub session: JurySessionId,
    /// Reference of the minutes; nothing is awarded without them (W09).
    pub minutes: String,
}

/// What a jury pronounces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliberationOutcome {
    /// *Admis*.
    Awarded,
    /// *Ajourné*.
    Deferred,
    /// *Refusé*.
    Refused,
}

impl Act {
    /// The kind, if this version knows it.
    pub fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::SettlePiece(_) => Kind::SettlePiece,
            Self::SettleSlot(_) => Kind::SettleSlot,
            Self::JudgeJob(_) => Kind::JudgeJob,
            Self::SignAssessment(_) => Kind::SignAssessment,
            Self::Revoke(_) => Kind::Revoke,
            Self::Arbitrate(_) => Kind::Arbitrate,
            Self::Take => Kind::Take,
            Self::Reserve { .. } => Kind::Reserve,
            Self::SendRequest(_) => Kind::SendRequest,
            Self::Transmit => Kind::Transmit,
            Self::Deliberate(_) => Kind::Deliberate,
            Self::Unknown { .. } => return None,
        })
    }
}

/// The kinds and bodies as they are written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "body")]
enum WrittenAct {
    SettlePiece(Verdict),
    SettleSlot(SlotSettlement),
    JudgeJob(JobJudgement),
    SignAssessment(SignedAssessment),
    Revoke(Revocation),
    Arbitrate(Arbitration),
    Take {},
    Reserve { until: Timestamp },
    SendRequest(RequestBody),
    Transmit {},
    Deliberate(Deliberation),
}

impl From<WrittenAct> for Act {
    fn from(written: WrittenAct) -> Self {
        match written {
            WrittenAct::SettlePiece(verdict) => Self::SettlePiece(verdict),
            WrittenAct::SettleSlot(settlement) => Self::SettleSlot(settlement),
            WrittenAct::JudgeJob(judgement) => Self::JudgeJob(judgement),
            WrittenAct::SignAssessment(signed) => Self::SignAssessment(signed),
            WrittenAct::Revoke(revocation) => Self::Revoke(revocation),
            WrittenAct::Arbitrate(arbitration) => Self::Arbitrate(arbitration),
            WrittenAct::Take {} => Self::Take,
            WrittenAct::Reserve { until } => Self::Reserve { until },
            WrittenAct::SendRequest(request) => Self::SendRequest(request),
            WrittenAct::Transmit {} => Self::Transmit,
            WrittenAct::Deliberate(deliberation) => Self::Deliberate(deliberation),
        }
    }
}

/// Why a decision cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// Only known kinds are made.
    #[error("a decision of an unknown kind can be kept, not made")]
    UnknownKind,
    /// It would not be read back: see [`DECISION_TEXT_LIMIT`].
    #[error("the text of a decision is too long")]
    TooLong,
}

impl TryFrom<Act> for WrittenAct {
    type Error = MakeError;

    fn try_from(act: Act) -> Result<Self, MakeError> {
        Ok(match act {
            Act::SettlePiece(verdict) => Self::SettlePiece(verdict),
            Act::SettleSlot(settlement) => Self::SettleSlot(settlement),
            Act::JudgeJob(judgement) => Self::JudgeJob(judgement),
            Act::SignAssessment(signed) => Self::SignAssessment(signed),
            Act::Revoke(revocation) => Self::Revoke(revocation),
            Act::Arbitrate(arbitration) => Self::Arbitrate(arbitration),
            Act::Take => Self::Take {},
            Act::Reserve { until } => Self::Reserve { until },
            Act::SendRequest(request) => Self::SendRequest(request),
            Act::Transmit => Self::Transmit {},
            Act::Deliberate(deliberation) => Self::Deliberate(deliberation),
            Act::Unknown { .. } => return Err(MakeError::UnknownKind),
        })
    }
}

#[derive(Serialize)]
struct WrittenDecision<'a> {
    id: DecisionId,
    subject: &'a Subject,
    based_on: Option<DecisionId>,
    #[serde(flatten)]
    act: WrittenAct,
}

#[derive(Deserialize)]
struct Envelope {
    id: DecisionId,
    subject: Subject,
    based_on: Option<DecisionId>,
    kind: String,
}

impl Decision {
    /// Makes a decision; its text is fixed from here on.
    pub fn make(
        id: DecisionId,
        subject: Subject,
        based_on: Option<DecisionId>,
        act: Act,
    ) -> Result<Self, MakeError> {
        let written =
            WrittenDecision { id, subject: &subject, based_on, act: act.clone().try_into()? };
        let text = serde_json::value::to_raw_value(&written).map_err(|_| MakeError::UnknownKind)?;
        if text.get().len() > DECISION_TEXT_LIMIT {
            return Err(MakeError::TooLong);
        }
        Ok(Self { text, id, subject, based_on, act })
    }

    /// Reads a decision from its exact text.
    pub fn read(text: Box<RawValue>) -> Result<Self, serde_json::Error> {
        if text.get().len() > DECISION_TEXT_LIMIT {
            return Err(serde_json::Error::custom("the text of a decision is too long"));
        }
        let Envelope { id, subject, based_on, kind } = serde_json::from_str(text.get())?;
        let known = serde_json::from_value::<Kind>(kind.clone().into()).is_ok();
        let act = if known {
            serde_json::from_str::<WrittenAct>(text.get())?.into()
        } else {
            Act::Unknown { kind }
        };
        Ok(Self { text, id, subject, based_on, act })
    }

    /// Its identifier.
    pub fn id(&self) -> DecisionId {
        self.id
    }

    /// What it is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The last decision its author saw on that subject.
    pub fn based_on(&self) -> Option<DecisionId> {
        self.based_on
    }

    /// What it does.
    pub fn act(&self) -> &Act {
        &self.act
    }

    /// The exact text: same bytes in store, journal, wire and signature.
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// The digest of the exact text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text().as_bytes())
    }
}

/// Comments may hold personal data and never reach a log through `{:?}`.
impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decision").field("id", &self.id).field("kind", &self.act.kind()).finish()
    }
}

impl PartialEq for Decision {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Decision {}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Box::<RawValue>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A decision with who made it, as what, where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stamped {
    /// The decision.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub decision: Decision,
    /// Its author.
    pub author: ReviewerId,
    /// What the author acts as.
    pub role: Role,
    /// The centre in whose name, for roles of a centre.
    pub center: Option<CenterCode>,
    /// The installation it was made on.
    pub device: DeviceId,
    /// When, by that machine's clock: kept, never used to order (case W06).
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub made_at: Timestamp,
    /// When the service took it, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub received_at: Option<Timestamp>,
    /// Ed25519 signature of [`Stamped::signed_bytes`] by the device's key.
    pub signature: Signature,
}

impl Stamped {
    /// What the device signs: everything but the service's own time.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let center = self.center.as_ref().map_or("", CenterCode::as_str);
        let stamp = format!(
            "lutrin-decision-1\n{}\n{}\n{center}\n{}\n{}\n",
            self.author,
            self.role.code(),
            self.device,
            self.made_at
        );
        [stamp.as_bytes(), self.decision.text().as_bytes()].concat()
    }
}

/// An Ed25519 signature, written as 128 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{128}$"))]
pub struct Signature(pub [u8; 64]);

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature(…)")
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let mut bytes = [0; 64];
        hex::decode_to_slice(text.as_bytes(), &mut bytes)
            .map_err(|_| D::Error::custom("a signature is 128 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}
