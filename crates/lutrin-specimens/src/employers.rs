//! Invented employers.

use serde_json::{Value, json};

use crate::draw::Draw;
use crate::numbers::{invented_siret, spaced_siret};
use crate::people::{TOWNS, signatory, street};

/// A trade: what an invented employer of it prints.
struct Trade {
    name: &'static str,
    form: &'static str,
    naf: &'static str,
    agreement: &'static str,
}

/// One employer per key; stories name them by it.
const TRADES: [(&str, Trade); 14] = [
    (
        "vauban",
        Trade {
            name: "VAUBAN NUMÉRIQUE",
            form: "SAS au capital de 120 000 €",
            naf: "6201Z",
            agreement: "Bureaux d'études techniques, cabinets d'ingénieurs-conseils (Syntec) - IDCC 1486",
        },
    ),
    (
        "logirive",
        Trade {
            name: "LOGIRIVE",
            form: "SARL au capital de 40 000 €",
            naf: "6202A",
            agreement: "Bureaux d'études techniques, cabinets d'ingénieurs-conseils (Syntec) - IDCC 1486",
        },
    ),
    (
        "mercerie",
        Trade {
            name: "LA MERCERIE DU PONT",
            form: "SARL au capital de 8 000 €",
            naf: "4771Z",
            agreement: "Commerce de détail de l'habillement - IDCC 1483",
        },
    ),
    (
        "halles",
        Trade {
            name: "HALLES DE LA BOUCLE",
            form: "SAS au capital de 250 000 €",
            naf: "4711F",
            agreement: "Commerce de détail et de gros à prédominance alimentaire - IDCC 2216",
        },
    ),
    (
        "comptadoubs",
        Trade {
            name: "COMPTADOUBS",
            form: "SELARL au capital de 60 000 €",
            naf: "6920Z",
            agreement: "Cabinets d'experts-comptables - IDCC 787",
        },
    ),
    (
        "ferrelec",
        Trade {
            name: "FERRELEC INDUSTRIE",
            form: "SA au capital de 1 500 000 €",
            naf: "2712Z",
            agreement: "Métallurgie - IDCC 3248",
        },
    ),
    (
        "tilleroyes",
        Trade {
            name: "TRANSPORTS DES TILLEROYES",
            form: "SAS au capital de 90 000 €",
            naf: "4941B",
            agreement: "Transports routiers et activités auxiliaires - IDCC 16",
        },
    ),
    (
        "assurhaut",
        Trade {
            name: "ASSURHAUT MUTUELLE",
            form: "Société d'assurance mutuelle à cotisations fixes",
            naf: "6512Z",
            agreement: "Sociétés d'assurances - IDCC 1672",
        },
    ),
    (
        "solidoubs",
        Trade {
            name: "SOLIDOUBS",
            form: "Association loi 1901",
            naf: "8899B",
            agreement: "Branche de l'aide, de l'accompagnement, des soins et des services à domicile - IDCC 2941",
        },
    ),
    (
        "interim-jura",
        Trade {
            name: "JURA INTÉRIM",
            form: "SAS au capital de 75 000 €",
            naf: "7820Z",
            agreement: "Travail temporaire, salariés intérimaires - IDCC 2378",
        },
    ),
    (
        "tempora",
        Trade {
            name: "TEMPORA EST",
            form: "SARL au capital de 50 000 €",
            naf: "7820Z",
            agreement: "Travail temporaire, salariés intérimaires - IDCC 2378",
        },
    ),
    (
        "relais-emploi",
        Trade {
            name: "RELAIS EMPLOI SERVICES",
            form: "SAS au capital de 100 000 €",
            naf: "7820Z",
            agreement: "Travail temporaire, salariés intérimaires - IDCC 2378",
        },
    ),
    (
        "batival",
        Trade {
            name: "BATIVAL INGÉNIERIE",
            form: "SAS au capital de 80 000 €",
            naf: "7112B",
            agreement: "Bureaux d'études techniques, cabinets d'ingénieurs-conseils (Syntec) - IDCC 1486",
        },
    ),
    (
        "cliniques",
        Trade {
            name: "CLINIQUES DU HAUT-LAC",
            form: "SA au capital de 900 000 €",
            naf: "8610Z",
            agreement: "Hospitalisation privée - IDCC 2264",
        },
    ),
];

/// An invented employer.
#[derive(Clone, Debug)]
pub(crate) struct Employer {
    pub(crate) name: String,
    pub(crate) form: String,
    pub(crate) naf: String,
    pub(crate) agreement: String,
    pub(crate) siret: String,
    pub(crate) street: String,
    pub(crate) postcode: String,
    pub(crate) town: String,
    /// Who signs, and as what.
    pub(crate) signatory: String,
    pub(crate) signatory_title: String,
}

impl Employer {
    /// The employer of this key, with an address and a SIRET drawn from `seed`.
    /// An unknown key gives the first trade: stories are tested not to do so.
    pub(crate) fn of(seed: u64, key: &str) -> Self {
        let mut draw = Draw::new(seed, &format!("employer/{key}"));
        let trade = TRADES.iter().find(|(known, _)| *known == key).map_or(&TRADES[0].1, |(_, t)| t);
        let (postcode, town) = draw.pick(&TOWNS);
        Self {
            name: trade.name.to_owned(),
            form: trade.form.to_owned(),
            naf: trade.naf.to_owned(),
            agreement: trade.agreement.to_owned(),
            siret: invented_siret(&mut draw),
            street: street(&mut draw),
            postcode: postcode.to_owned(),
            town: town.to_owned(),
            signatory: signatory(&mut draw),
            signatory_title: draw
                .pick(&[
                    "Responsable des ressources humaines",
                    "Responsable du personnel",
                    "Membre du comité de direction",
                ])
                .to_owned(),
        }
    }

    /// The keys of every employer.
    pub(crate) fn keys() -> impl Iterator<Item = &'static str> {
        TRADES.iter().map(|(key, _)| *key)
    }

    /// The name as people write it: "Vauban Numérique".
    pub(crate) fn plain_name(&self) -> String {
        let (first, rest) = self.name.split_once(' ').unwrap_or((&self.name, ""));
        let rest = rest.split(' ').map(|word| match word {
            "DU" | "DE" | "DES" | "LA" | "LES" => word.to_lowercase(),
            name => capitalised(name),
        });
        let words: Vec<String> = std::iter::once(capitalised(first)).chain(rest).collect();
        words.join(" ").trim_end().to_owned()
    }

    /// What templates print of an employer.
    pub(crate) fn view(&self) -> Value {
        json!({
            "name": self.name,
            "form": self.form,
            "naf": self.naf,
            "agreement": self.agreement,
            "siret": spaced_siret(&self.siret),
            "siren": spaced_siret(&self.siret[..9]).trim_end(),
            "street": self.street,
            "city": format!("{} {}", self.postcode, self.town.to_uppercase()),
            "town": self.town,
            "signatory": self.signatory,
            "signatory_title": self.signatory_title,
        })
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_string() + &letters.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_employer_is_the_same_for_the_same_seed() {
        let first = Employer::of(5, "vauban");
        assert_eq!(first.siret, Employer::of(5, "vauban").siret);
        assert_ne!(first.siret, Employer::of(6, "vauban").siret);
        assert_eq!(first.plain_name(), "Vauban Numérique");
        assert_eq!(Employer::of(5, "mercerie").plain_name(), "La Mercerie du Pont");
        assert_eq!(Employer::of(5, "solidoubs").plain_name(), "Solidoubs");
    }
}
