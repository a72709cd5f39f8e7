//! Payslips: private employers, temporary work agencies, the State.

use serde_json::{Value, json};

use super::{Author, accent, employer_base, merged};
use crate::calendar::{Month, shifted};
use crate::draw::Draw;
use crate::employers::Employer;
use crate::employment::Employment;
use crate::pay::agency::{self, Mission};
use crate::pay::public::Rank;
use crate::pay::{private, public};
use crate::sheet::{Sheet, Template};

/// The payslip of one month.
pub(crate) fn monthly(seed: u64, job: &Employment, month: Month) -> Sheet {
    several(seed, job, &[month])
}

/// Payslips of several months in one file, one page each.
pub(crate) fn several(seed: u64, job: &Employment, months: &[Month]) -> Sheet {
    let slips: Vec<Value> = months.iter().map(|month| private::slip(seed, job, *month)).collect();
    let dated = months.last().map_or(job.start, |month| month.last());
    let data = merged(
        employer_base(seed, job),
        json!({
            "slips": slips,
            "year_word": dated.year().to_string(),
            "account": account(seed, &job.key),
            "employee_number": employee_number(seed, &job.key),
        }),
    );
    Sheet::new(Template::PayslipPrivate, data, dated)
}

/// The payslip of mission `index` of these, all of one agency.
pub(crate) fn of_mission(author: Author<'_>, missions: &[Mission], index: usize) -> Sheet {
    let mission = &missions[index];
    let earlier: Vec<&Mission> =
        missions[..index].iter().filter(|m| m.end.year() == mission.end.year()).collect();
    let employer = Employer::of(author.seed, &mission.agency);
    let data = json!({
        "person": author.person.view(),
        "employer": employer.view(),
        "accent": accent(author.seed, &mission.agency),
        "employee_number": employee_number(author.seed, &mission.agency),
        "slip": agency::slip(mission, &earlier),
    });
    Sheet::new(Template::PayslipAgency, data, shifted(mission.end, 5))
}

/// The payslip of a public agent.
pub(crate) fn of_agent(author: Author<'_>, title: &str, rank: &Rank, month: Month) -> Sheet {
    let data = json!({
        "person": author.person.view(),
        "office": office(),
        "job": { "title": title },
        "account": account(author.seed, "office"),
        "slip": public::slip(rank, month),
    });
    Sheet::new(Template::PayslipPublic, data, month.day(26))
}

/// The office of the public agent of the specimens.
pub(crate) fn office() -> Value {
    json!({
        "ministry": "DE L'INTÉRIEUR",
        "name": "Secrétariat général commun départemental du Haut-Lac",
        "unit": "Bureau du budget et de la commande publique",
        "street": "8 bis rue de la Préfecture",
        "city": "25000 BESANÇON",
        "town": "Besançon",
        "siret": "732 829 320 00074",
        "code": "209",
    })
}

fn account(seed: u64, key: &str) -> String {
    Draw::new(seed, &format!("account/{key}")).digits(7)
}

fn employee_number(seed: u64, key: &str) -> String {
    format!("0{}", Draw::new(seed, &format!("matricule/{key}")).digits(4))
}
