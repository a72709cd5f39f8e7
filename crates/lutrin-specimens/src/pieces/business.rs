//! Papers of the self-employed: the Sirene notice and the declared turnover.

use jiff::civil::Date;
use serde_json::json;

use super::{Author, signature};
use crate::calendar::{Month, in_words};
use crate::money::{Cents, amount};
use crate::numbers::{invented_siret, spaced_siret};
use crate::people::signatory;
use crate::sheet::{Sheet, Template};

/// A one-person business.
#[derive(Clone, Debug)]
pub(crate) struct Business {
    pub(crate) since: Date,
    pub(crate) naf: &'static str,
    pub(crate) activity: &'static str,
}

/// The notice of the Sirene register.
pub(crate) fn registration(author: Author<'_>, business: &Business, at: Date) -> Sheet {
    let siret = siret(author);
    let data = json!({
        "person": author.person.view(),
        "siret": spaced_siret(&siret),
        "siren": spaced_siret(&siret[..9]).trim_end(),
        "naf": business.naf,
        "activity": business.activity,
        "since": in_words(business.since),
        "at": in_words(at),
    });
    Sheet::new(Template::Sirene, data, at)
}

/// What was declared month by month.
pub(crate) fn turnover(
    author: Author<'_>,
    business: &Business,
    months: &[(Month, Cents)],
    at: Date,
) -> Sheet {
    let mut draw = author.draw("turnover");
    let name = signatory(&mut draw);
    let rows: Vec<[String; 2]> =
        months.iter().map(|(month, cents)| [month.words(), amount(*cents)]).collect();
    let data = json!({
        "person": author.person.view(),
        "siret": spaced_siret(&siret(author)),
        "account": draw.digits(10),
        "center_town": "Franche-Comté",
        "since": in_words(business.since),
        "naf": business.naf,
        "activity": business.activity,
        "months": rows,
        "total": amount(months.iter().map(|(_, cents)| cents).sum()),
        "signed_on": in_words(at),
        "code": draw.digits(8),
        "signatory": name,
        "signature": signature(author.seed, &name),
    });
    Sheet::new(Template::Turnover, data, at)
}

fn siret(author: Author<'_>) -> String {
    invented_siret(&mut author.draw("business"))
}
