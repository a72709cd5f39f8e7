//! Payslips of temporary work agencies: one mission, hours by week, end-of-mission
//! and leave indemnities of 10 % each.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::calendar::{Month, in_digits, shifted};
use crate::money::{Cents, amount, part, rate, share};

/// A mission: the agency employs, the user company is where the work is done.
#[derive(Clone, Debug)]
pub(crate) struct Mission {
    /// Key of the mission in the dossier.
    pub(crate) key: String,
    /// Key of the agency, also its employer key.
    pub(crate) agency: String,
    pub(crate) number: String,
    pub(crate) user_company: String,
    pub(crate) user_town: String,
    pub(crate) user_manager: String,
    pub(crate) job: String,
    pub(crate) qualification: String,
    pub(crate) tasks: String,
    pub(crate) motive: String,
    pub(crate) justification: String,
    /// Gross pay of an hour.
    pub(crate) hourly: Cents,
    /// A Monday.
    pub(crate) start: Date,
    /// The Friday of the same week.
    pub(crate) end: Date,
}

const HOURS: i64 = 3_500;

/// What a template prints for the payslip of one mission; `before` are the
/// missions of the same agency earlier in the year.
pub(crate) fn slip(mission: &Mission, before: &[&Mission]) -> Value {
    let gross = gross(mission);
    let lines = lines(gross);
    let employee: Cents = lines.iter().map(|(_, _, _, _, cents)| cents).sum();
    let taxable = gross - share(gross, 17_700);
    let tax = share(taxable, 1_500);
    let year = before.iter().copied().chain([mission]);
    let year_gross: Cents = year.clone().map(self::gross).sum();
    json!({
        "from": in_digits(mission.start),
        "to": in_digits(mission.end),
        "number": format!("{}-{:02}", Month::of(mission.end).key(), mission.start.day()),
        "paid_on": in_digits(Month::of(mission.end).plus(1).day(11)),
        "user_company": mission.user_company,
        "user_town": mission.user_town,
        "contract_number": mission.number,
        "motive": mission.motive,
        "qualification": mission.qualification,
        "weeks": [week(mission)],
        "earnings": earnings(mission),
        "lines": lines.iter().map(printed).collect::<Vec<_>>(),
        "gross": amount(gross),
        "total_employee": amount(employee),
        "total_employer": amount(share(gross, 29_400)),
        "net_social": amount(gross - employee),
        "net_before_tax": amount(gross - employee),
        "tax_rate": rate(1_500),
        "tax": amount(tax),
        "net": amount(gross - employee - tax),
        "year_gross": amount(year_gross),
        "year_taxable": amount(year_gross - share(year_gross, 17_700)),
        "year_hours": amount(HOURS * year.count() as i64),
    })
}

fn base(mission: &Mission) -> Cents {
    part(mission.hourly, HOURS, 100)
}

fn gross(mission: &Mission) -> Cents {
    let with_end = base(mission) + share(base(mission), 10_000);
    with_end + share(with_end, 10_000)
}

fn week(mission: &Mission) -> Vec<String> {
    let number = mission.start.iso_week_date().week();
    let mut row = vec![format!("{number:02} ({})", &in_digits(mission.start)[..5])];
    row.extend((0..5).map(|_| "7,00".to_owned()));
    row.push("35,00".to_owned());
    row
}

fn earnings(mission: &Mission) -> Vec<[String; 6]> {
    let base = base(mission);
    let with_end = base + share(base, 10_000);
    let row = |code: &str, label: &str, of: Cents, rate: String, gain: Cents| {
        [code.into(), label.into(), amount(of), rate, amount(gain), String::new()]
    };
    vec![
        row("0100", "HEURES NORMALES", HOURS, amount(mission.hourly), base),
        row(
            "0810",
            "INDEMNITÉ DE FIN DE MISSION (IFM)",
            base,
            "10,000".into(),
            share(base, 10_000),
        ),
        row(
            "0820",
            "INDEMNITÉ COMPENSATRICE CP (ICCP)",
            with_end,
            "10,000".into(),
            share(with_end, 10_000),
        ),
    ]
}

type Withheld = (&'static str, &'static str, Cents, i64, Cents);

fn lines(gross: Cents) -> Vec<Withheld> {
    let taxable = share(gross, 98_250);
    let line = |code, label, base, rate| (code, label, base, rate, share(base, rate));
    vec![
        line("2010", "VIEILLESSE PLAFONNÉE", gross, 6_900),
        line("2020", "VIEILLESSE DÉPLAFONNÉE", gross, 400),
        line("3010", "RETRAITE COMPLÉMENTAIRE TRANCHE 1", gross, 4_010),
        line("3050", "PRÉVOYANCE INTÉRIM", gross, 350),
        line("4010", "CSG DÉDUCTIBLE", taxable, 6_800),
        line("4020", "CSG ET RDS NON DÉDUCTIBLES", taxable, 2_900),
    ]
}

fn printed(&(code, label, base, thousandths, cents): &Withheld) -> [String; 6] {
    [code.into(), label.into(), amount(base), rate(thousandths), String::new(), amount(cents)]
}

/// Missions of a week every second week, as in fixture T12: `count` of them,
/// the last one ending before `before`.
pub(crate) fn every_second_week(count: i64, before: Date) -> Vec<(Date, Date)> {
    let back = i64::from(before.weekday().to_monday_zero_offset()) + 7;
    let last_monday = shifted(before, -back);
    (0..count)
        .rev()
        .map(|index| shifted(last_monday, -14 * index))
        .map(|monday| (monday, shifted(monday, 4)))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;

    #[test]
    fn missions_run_from_monday_to_friday_every_second_week() {
        // The day after fixture T12 ends: its twenty missions.
        let missions = every_second_week(20, date(2023, 10, 9));
        assert_eq!(missions.len(), 20);
        assert_eq!(missions[19], (date(2023, 10, 2), date(2023, 10, 6)));
        assert!(missions.iter().all(|(start, _)| start.weekday() == Weekday::Monday));
        assert_eq!(missions[0].0, date(2023, 1, 9));
    }
}
