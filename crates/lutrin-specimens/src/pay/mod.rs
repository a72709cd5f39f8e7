//! The arithmetic of payslips: contributions, totals and totals since January,
//! in whole cents so that every column adds up.
//!
//! Rates are those of an ordinary case, not of the law of each year: a reviewer
//! reads employer, person, job, period and hours.

pub(crate) mod agency;
pub(crate) mod private;
pub(crate) mod public;

use serde_json::{Value, json};

use crate::money::{Cents, amount, rate, share};

/// Monthly ceiling of social security of a year, in cents.
pub(crate) fn ceiling(year: i16) -> Cents {
    match year {
        ..=2022 => 342_800,
        2023 => 366_600,
        2024 => 386_400,
        2025 => 392_500,
        _ => 400_500,
    }
}

/// One line of contributions.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    label: &'static str,
    base: Cents,
    employee_rate: i64,
    employer_rate: i64,
    pub(crate) employee: Cents,
    pub(crate) employer: Cents,
    /// Heads its group in the simplified model.
    heading: bool,
    /// Takes part in the taxable pay.
    pub(crate) deductible: bool,
}

impl Line {
    fn new(label: &'static str, base: Cents, employee_rate: i64, employer_rate: i64) -> Self {
        Self {
            label,
            base,
            employee_rate,
            employer_rate,
            employee: share(base, employee_rate),
            employer: share(base, employer_rate),
            heading: false,
            deductible: true,
        }
    }

    fn heading(label: &'static str) -> Self {
        Self { heading: true, ..Self::new(label, 0, 0, 0) }
    }

    /// A line that is also the title of its group.
    fn titled(self) -> Self {
        Self { heading: true, ..self }
    }

    fn taxed(self) -> Self {
        Self { deductible: false, ..self }
    }

    fn flat(label: &'static str, employee: Cents, employer: Cents) -> Self {
        Self { employee, employer, ..Self::new(label, 0, 0, 0) }
    }

    /// What templates print of a line; empty cells are empty texts.
    fn view(&self) -> Value {
        let shown = |cents: Cents| if cents == 0 { String::new() } else { amount(cents) };
        let shown_rate =
            |thousandths: i64| if thousandths == 0 { String::new() } else { rate(thousandths) };
        json!({
            "heading": self.heading,
            "cells": [
                self.label,
                shown(self.base),
                shown_rate(self.employee_rate),
                shown(self.employee),
                shown_rate(self.employer_rate),
                shown(self.employer),
            ],
        })
    }
}

/// Contributions of a gross pay in the simplified model.
pub(crate) fn contributions(gross: Cents, year: i16, manager: bool) -> Vec<Line> {
    let capped = gross.min(ceiling(year));
    let mut lines = vec![
        Line::heading("Santé"),
        Line::new("Sécurité sociale - Maladie Maternité Invalidité Décès", gross, 0, 7_000),
        Line::new("Complémentaire - Incapacité Invalidité Décès", capped, 420, 630),
        Line::flat("Complémentaire - Santé", 2_185, 2_185).taxed(),
        Line::new("Accidents du travail - Maladies professionnelles", gross, 0, 900).titled(),
        Line::heading("Retraite"),
        Line::new("Sécurité sociale plafonnée", capped, 6_900, 8_550),
        Line::new("Sécurité sociale déplafonnée", gross, 400, 2_020),
        Line::new("Complémentaire Tranche 1", capped, 4_010, 6_010),
        Line::new("Famille", gross, 0, 3_450).titled(),
        Line::new("Assurance chômage", gross, 0, 4_050).titled(),
    ];
    if manager {
        lines.push(Line::new("  dont APEC", capped, 24, 36));
    }
    let taxable_share = share(gross, 98_250);
    lines.extend([
        Line::new("Autres contributions dues par l'employeur", gross, 0, 2_716).titled(),
        Line::new("CSG déductible de l'impôt sur le revenu", taxable_share, 6_800, 0),
        Line::new("CSG/CRDS non déductible de l'impôt sur le revenu", taxable_share, 2_900, 0)
            .taxed(),
    ]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn net_pay_is_an_ordinary_part_of_the_gross() {
        // Practitioners expect 75 to 85 % (domain notes, section 7.1).
        for gross in [180_000, 260_000, 420_000] {
            let withheld: Cents =
                contributions(gross, 2025, gross > 300_000).iter().map(|l| l.employee).sum();
            let net = (gross - withheld) * 100 / gross;
            assert!((75..=85).contains(&net), "{gross}: {net} %");
        }
    }
}
