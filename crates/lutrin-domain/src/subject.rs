//! What a decision is about.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::assessment::Level;
use crate::digest::Digest;
use crate::id::{DepositId, DossierId, JobKey, JurySessionId, SlotKey};

/// The exact thing a decision is about.
///
/// A deposit is named by its slot, its identifier *and* its digest: one file may
/// sit in two slots, and a verdict belongs to a file, not to a slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "on")]
pub enum Subject {
    /// One version of a file in a slot.
    Deposit {
        /// The dossier it belongs to.
        dossier: DossierId,
        /// The slot it was put in.
        slot: SlotKey,
        /// Which version of the file.
        deposit: DepositId,
        /// The file's bytes.
        sha256: Digest,
        /// The pages of the file that serve this slot.
        pages: Pages,
    },
    /// A slot as such, whether or not something was deposited in it.
    Slot {
        /// The dossier it belongs to.
        dossier: DossierId,
        /// The slot.
        slot: SlotKey,
    },
    /// One job of the learner.
    Job {
        /// The dossier it belongs to.
        dossier: DossierId,
        /// The job.
        job: JobKey,
    },
    /// The assessment of the experience on one level.
    Review {
        /// The dossier it belongs to.
        dossier: DossierId,
        /// The level.
        level: Level,
    },
    /// The dossier as a whole.
    Dossier {
        /// The dossier.
        dossier: DossierId,
    },
    /// A sitting of the jury, which has no single dossier.
    JurySession {
        /// The sitting.
        session: JurySessionId,
    },
}

impl Subject {
    /// The dossier concerned, if there is one.
    pub fn dossier(&self) -> Option<DossierId> {
        match self {
            Self::Deposit { dossier, .. }
            | Self::Slot { dossier, .. }
            | Self::Job { dossier, .. }
            | Self::Review { dossier, .. }
            | Self::Dossier { dossier } => Some(*dossier),
            Self::JurySession { .. } => None,
        }
    }

    /// A text that is equal exactly when subjects are equal, for keys and indexes
    /// within one dossier: it does not name the dossier.
    pub fn key(&self) -> String {
        match self {
            Self::Deposit { slot, deposit, sha256, pages, .. } => {
                format!("deposit:{slot}:{deposit}:{sha256}:{pages}")
            }
            Self::Slot { slot, .. } => format!("slot:{slot}"),
            Self::Job { job, .. } => format!("job:{job}"),
            Self::Review { level: Level::Local, .. } => "review:local".to_owned(),
            Self::Review { level: Level::National, .. } => "review:national".to_owned(),
            Self::Dossier { .. } => "dossier".to_owned(),
            Self::JurySession { session } => format!("jury:{session}"),
        }
    }
}

/// Which pages of a file serve a slot; pages count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// The whole file.
    #[default]
    All,
    /// These pages only (case P05: twelve payslips and a contract in one file).
    Set(BTreeSet<u32>),
}

impl std::fmt::Display for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Set(pages) => {
                let pages: Vec<_> = pages.iter().map(u32::to_string).collect();
                f.write_str(&pages.join(","))
            }
        }
    }
}

/// A zone of a page in 1/10,000 of its width and height, after the page's own
/// rotation, crop and EXIF orientation, before the reader's rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Zone {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

/// The side of a page, in the unit of [`Zone`].
pub const PAGE_SIDE: u16 = 10_000;

impl Zone {
    /// Whether it has an area and lies on the page.
    fn is_on_page(&self) -> bool {
        let on = |start: u16, length: u16| {
            length > 0 && start.checked_add(length).is_some_and(|end| end <= PAGE_SIDE)
        };
        on(self.x, self.width) && on(self.y, self.height)
    }
}

/// The page, and the zone on it, that a judgement cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Citation {
    /// Page of the file, from 1.
    pub page: u32,
    /// Zone of the page, the whole page if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}

impl Citation {
    /// Whether it names a place that a file may have.
    pub fn is_valid(&self) -> bool {
        self.page > 0 && self.zone.is_none_or(|zone| zone.is_on_page())
    }
}
