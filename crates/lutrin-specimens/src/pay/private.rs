//! Payslips of private employers (article R3243-1 of the labour code).

use jiff::civil::Date;
use serde_json::{Value, json};

use super::contributions;
use crate::calendar::{Month, in_digits, seniority, shifted};
use crate::draw::Draw;
use crate::employment::Employment;
use crate::money::{Cents, amount, part, rate, share};

/// The net social amount is compulsory from July 2023 on (cases P06, P07).
const NET_SOCIAL_FROM: Month = Month { year: 2023, month: 7 };

/// Pay of one month, and what has been added up since January.
#[derive(Clone, Debug, Default)]
struct Pay {
    hours: i64,
    base: Cents,
    overtime_hours: i64,
    overtime: Cents,
    bonus: Cents,
    gross: Cents,
    taxable: Cents,
    withheld_tax: Cents,
    employer_cost: Cents,
}

/// What a template prints for the payslip of `month`.
pub(crate) fn slip(seed: u64, job: &Employment, month: Month) -> Value {
    let first = Month::of(job.start).max(Month { year: month.year, month: 1 });
    let year: Vec<Pay> = first.to(month).map(|m| pay(seed, job, m)).collect();
    let current = year.last().cloned().unwrap_or_default();
    let total = |field: fn(&Pay) -> Cents| -> Cents { year.iter().map(field).sum() };

    let lines = contributions(current.gross, month.year, is_manager(job));
    let employee: Cents = lines.iter().map(|l| l.employee).sum();
    let employer: Cents = lines.iter().map(|l| l.employer).sum();
    let relief = employer_relief(current.gross, current.hours);
    let transport = 3_250;
    let before_tax = current.gross - employee + transport;
    json!({
        "period": month.words(),
        "from": in_digits(month.first().max(job.start)),
        "to": in_digits(job.end.map_or(month.last(), |end| end.min(month.last()))),
        "paid_on": in_digits(payday(month)),
        "seniority": seniority(job.start, month.last()),
        "earnings": earnings(&current, job),
        "gross": amount(current.gross),
        "lines": lines.iter().map(super::Line::view).collect::<Vec<_>>(),
        "relief": amount(-relief),
        "total_employee": amount(employee),
        "total_employer": amount(employer - relief),
        "transport": amount(transport),
        "net_social": (month >= NET_SOCIAL_FROM).then(|| amount(net_social(&current, employee))),
        "net_before_tax": amount(before_tax),
        "taxable": amount(current.taxable),
        "tax_rate": rate(tax_rate(seed, job)).trim_end_matches('0').to_owned(),
        "tax": amount(current.withheld_tax),
        "net": amount(before_tax - current.withheld_tax),
        "employer_cost": amount(current.employer_cost),
        "year": {
            "hours": amount(total(|p| p.hours + p.overtime_hours)),
            "gross": amount(total(|p| p.gross)),
            "taxable": amount(total(|p| p.taxable)),
            "tax": amount(total(|p| p.withheld_tax)),
            "employer_cost": amount(total(|p| p.employer_cost)),
        },
        "leave": leave(job, month),
    })
}

fn pay(seed: u64, job: &Employment, month: Month) -> Pay {
    let days = job.days_in(month);
    let base = part(job.gross(), days, month.days());
    let hours = part(job.monthly_hours(), days, month.days());
    let mut draw =
        Draw::new(seed, &format!("pay/{}/{}/{}", job.key, job.person.birth_name, month.key()));
    let full = days == month.days() && job.weekly_hours == 3_500;
    let overtime_hours = if full && draw.happens(25) { draw.between(2, 8) * 100 } else { 0 };
    let overtime = part(part(job.gross(), 125, 100), overtime_hours, job.monthly_hours());
    let bonus = if month.month == 12 && full { part(job.gross(), 3, 10) } else { 0 };
    let gross = base + overtime + bonus;
    let lines = contributions(gross, month.year, is_manager(job));
    let deductible: Cents = lines.iter().filter(|l| l.deductible).map(|l| l.employee).sum();
    let employer: Cents = lines.iter().map(|l| l.employer).sum();
    let taxable = gross - deductible;
    Pay {
        hours,
        base,
        overtime_hours,
        overtime,
        bonus,
        gross,
        taxable,
        withheld_tax: share(taxable, tax_rate(seed, job)),
        employer_cost: gross + employer - employer_relief(gross, hours),
    }
}

fn earnings(pay: &Pay, job: &Employment) -> Vec<[String; 4]> {
    // In ten-thousandths of a euro: cents over hundredths of hours are euros.
    let hourly = part(job.gross(), 10_000, job.monthly_hours());
    let hourly_text = |value: i64| format!("{},{:04}", value / 10_000, value % 10_000);
    let mut rows = vec![[
        "Salaire de base".to_owned(),
        amount(pay.hours),
        hourly_text(hourly),
        amount(pay.base),
    ]];
    if pay.overtime_hours > 0 {
        rows.push([
            "Heures supplémentaires à 125 %".to_owned(),
            amount(pay.overtime_hours),
            hourly_text(part(hourly, 125, 100)),
            amount(pay.overtime),
        ]);
    }
    if pay.bonus > 0 {
        rows.push([
            "Prime de fin d'année".to_owned(),
            String::new(),
            String::new(),
            amount(pay.bonus),
        ]);
    }
    rows
}

/// Leave earned since June, in hundredths of days: 2.08 working days a month.
fn leave(job: &Employment, month: Month) -> Value {
    let june = Month { year: if month.month >= 6 { month.year } else { month.year - 1 }, month: 6 };
    let earned_since =
        |from: Month, to: Month| (from.max(Month::of(job.start))).to(to).count() as i64 * 208;
    let current = earned_since(june, month);
    let before = earned_since(june.plus(-12), june.plus(-1));
    let taken = if month.month >= 8 || month.month < 6 { before.min(1_500) } else { 0 };
    json!({
        "before": [amount(before), amount(taken), amount(before - taken)],
        "current": [amount(current), amount(0), amount(current)],
    })
}

fn net_social(pay: &Pay, employee: Cents) -> Cents {
    // The employee's share of the health cover is not taken off it.
    pay.gross - employee + 2_185
}

fn is_manager(job: &Employment) -> bool {
    job.classification.contains("Cadre") || job.classification.contains("Position 2")
}

/// The general relief, highest near the minimum wage; an order of magnitude.
fn employer_relief(gross: Cents, hours: i64) -> Cents {
    let minimum = part(1_202, hours, 100);
    let room = part(minimum, 16, 10) - gross;
    if room <= 0 || minimum == 0 { 0 } else { part(room, 319, 600) }
}

/// Withholding rate in thousandths of a per cent.
fn tax_rate(seed: u64, job: &Employment) -> i64 {
    let name = format!("tax/{}/{}", job.person.first_name, job.person.birth_name);
    Draw::new(seed, &name).between(13, 79) * 100
}

/// Pay arrives on the last day of the month, or the Friday before.
fn payday(month: Month) -> Date {
    let last = month.last();
    let after_friday = i64::from(last.weekday().since(jiff::civil::Weekday::Friday));
    if after_friday == 1 || after_friday == 2 { shifted(last, -after_friday) } else { last }
}
