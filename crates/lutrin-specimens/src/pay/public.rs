//! Payslips of the State: pay by index, no collective agreement, and a part
//! time of 80 % that is paid six sevenths (case P13).

use serde_json::{Value, json};

use crate::calendar::{Month, in_digits};
use crate::money::{Cents, amount, part, rate, share};

/// Rank of a public agent.
#[derive(Clone, Debug)]
pub(crate) struct Rank {
    pub(crate) grade: &'static str,
    pub(crate) grade_code: &'static str,
    pub(crate) step: &'static str,
    /// *Indice majoré*.
    pub(crate) index: i64,
    /// Whether the agent works 80 % of the time.
    pub(crate) four_days: bool,
}

/// What a template prints for the payslip of `month`.
pub(crate) fn slip(rank: &Rank, month: Month) -> Value {
    let paid = |full: Cents| if rank.four_days { part(full, 6, 7) } else { full };
    let salary = paid(rank.index * 492_278 / 1_000);
    let allowance = paid(31_500);
    let gross = salary + allowance;
    let taxed_base = share(gross, 98_250);
    let pension = share(salary, 11_100);
    let csg = (share(taxed_base, 6_800), share(taxed_base, 2_400), share(taxed_base, 500));
    let addition = share(allowance, 5_000);
    let withheld = pension + csg.0 + csg.1 + csg.2 + addition;
    let taxable = gross - pension - csg.0 - addition;
    let tax = share(taxable, 2_900);
    let months = i64::from(month.month);
    json!({
        "period": month.words(),
        "paid_on": in_digits(month.day(26)),
        "grade": rank.grade,
        "grade_code": rank.grade_code,
        "step": rank.step,
        "index": format!("0{} / 000", rank.index),
        "hourly": amount(part(gross, 100, 15_167)),
        "rate_words": if rank.four_days { "TEMPS PARTIEL 80 % (payé 6/7)" } else { "TEMPS COMPLET" },
        "rows": [
            row("101000", "TRAITEMENT BRUT", salary, 0, 0),
            row("101050", "RETENUE PC", 0, pension, 0),
            row("200676", "INDEMNITÉ DE FONCTIONS, SUJÉTIONS, EXPERTISE", allowance, 0, 0),
            row("401201", "C.S.G. NON DÉDUCTIBLE", 0, csg.1, 0),
            row("401301", "C.S.G. DÉDUCTIBLE", 0, csg.0, 0),
            row("401501", "C.R.D.S.", 0, csg.2, 0),
            row("403301", "COT PATRONALE ALLOC FAMIL", 0, 0, share(salary, 5_250)),
            row("404001", "COT PAT FNAL DÉPLAFONNÉE", 0, 0, share(salary, 500)),
            row("411050", "CONTRIB. EMPLOYEUR PC", 0, 0, share(salary, 74_280)),
            row("501080", "COTISATION SALARIALE RAFP", 0, addition, 0),
            row("501180", "COTISATION PATRONALE RAFP", 0, 0, addition),
        ],
        "total_pay": amount(gross),
        "total_withheld": amount(withheld),
        "total_employer": amount(share(salary, 80_030) + addition),
        "gross": amount(gross),
        "taxable": amount(taxable),
        "year_gross": amount(gross * months),
        "year_taxable": amount(taxable * months),
        "net_social": amount(gross - withheld),
        "net_before_tax": amount(gross - withheld),
        "tax_rate": rate(2_900),
        "tax": amount(tax),
        "net": amount(gross - withheld - tax),
    })
}

fn row(code: &str, label: &str, pay: Cents, withheld: Cents, information: Cents) -> [String; 5] {
    let shown = |cents: Cents| if cents == 0 { String::new() } else { amount(cents) };
    [code.into(), label.into(), shown(pay), shown(withheld), shown(information)]
}
