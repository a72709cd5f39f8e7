//! A job held by a person: what contracts, payslips and certificates tell of it.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::calendar::{Month, in_digits, in_words};
use crate::employers::Employer;
use crate::money::{Cents, part};
use crate::people::Person;

/// What sort of contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContractKind {
    /// *Contrat à durée indéterminée*.
    Permanent,
    /// *Contrat à durée déterminée*.
    FixedTerm,
}

/// A job held by a person.
#[derive(Clone, Debug)]
pub(crate) struct Employment {
    /// Key of the job in the dossier, also that of the employer.
    pub(crate) key: String,
    pub(crate) person: Person,
    pub(crate) employer: Employer,
    pub(crate) title: String,
    /// Position in the classification, as the agreement names it.
    pub(crate) classification: String,
    pub(crate) contract: ContractKind,
    /// Gross monthly pay for a full time.
    pub(crate) full_gross: Cents,
    /// Weekly hours in hundredths; 3,500 is the full time.
    pub(crate) weekly_hours: i64,
    pub(crate) start: Date,
    pub(crate) end: Option<Date>,
    /// What the person does, in the words of the contract.
    pub(crate) tasks: Vec<String>,
}

impl Employment {
    /// Monthly paid hours in hundredths.
    pub(crate) fn monthly_hours(&self) -> i64 {
        part(self.weekly_hours, 52, 12)
    }

    /// Gross monthly pay for the hours of the contract.
    pub(crate) fn gross(&self) -> Cents {
        part(self.full_gross, self.weekly_hours, 3_500)
    }

    /// Days of the month covered by the job.
    pub(crate) fn days_in(&self, month: Month) -> i64 {
        let first = month.first().max(self.start);
        let last = self.end.map_or(month.last(), |end| end.min(month.last()));
        if last < first { 0 } else { i64::from(last.day() - first.day()) + 1 }
    }

    /// The months of the job up to `last`.
    pub(crate) fn months(&self, last: Month) -> Vec<Month> {
        let end = self.end.map_or(last, |end| Month::of(end).min(last));
        Month::of(self.start).to(end).collect()
    }

    /// What templates print of a job.
    pub(crate) fn view(&self) -> Value {
        json!({
            "title": self.title,
            "classification": self.classification,
            "permanent": self.contract == ContractKind::Permanent,
            "start": in_words(self.start),
            "start_digits": in_digits(self.start),
            "end": self.end.map(in_words),
            "weekly_hours": crate::money::amount(self.weekly_hours).replace(",00", ""),
            "monthly_hours": crate::money::amount(self.monthly_hours()),
            "gross": crate::money::amount(self.gross()),
            "tasks": self.tasks,
        })
    }
}
