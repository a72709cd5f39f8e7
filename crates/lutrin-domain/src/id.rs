//! Identifiers. Each is a type of its own, so that one cannot stand for another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

uuid_id! {
    /// One request of one learner.
    DossierId,
    /// One version of a file in a slot (*fichier déposé*).
    DepositId,
    /// One decision; a UUIDv7 made on the laptop.
    DecisionId,
    /// One installation of the application signed in for one reviewer.
    DeviceId,
    /// One reviewer (*instructeur*).
    ReviewerId,
    /// One sitting of a national jury.
    JurySessionId,
}

macro_rules! text_key {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Takes a text as this key.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text of the key.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_key! {
    /// Stable key of a slot, such as `payslip/vauban/2024-03` or `unit/NFA031`.
    SlotKey,
    /// Stable key of a job inside its dossier, such as `vauban`.
    JobKey,
    /// Code of a regional centre.
    CenterCode,
    /// Code of a diploma, such as `CRN0400A` or `LG036 p-1`; never rejected for its form.
    DiplomaCode,
    /// Code of a kind of piece, such as `payslip` (domain notes, section 6).
    PieceKind,
    /// Code of a reason, such as `period_mismatch` (domain notes, section 8.4).
    ReasonCode,
    /// Code of an experience rule, such as `R05` (domain notes, section 4.2).
    RuleCode,
}
