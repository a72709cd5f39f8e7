//! Diplomas held, units passed, notifications of the Cnam.

use jiff::civil::Date;
use serde_json::json;

use super::certificate::{Letter, cnam_letter};
use super::{Author, signature};
use crate::calendar::{in_digits, in_words, shifted};
use crate::people::signatory;
use crate::sheet::{Sheet, Template};
use crate::training::{Center, Diploma, Field, Unit};

/// A diploma of the State.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PriorDiploma {
    pub(crate) name: &'static str,
    pub(crate) specialty: &'static str,
}

/// *BTS Services informatiques aux organisations*.
pub(crate) const BTS_COMPUTING: PriorDiploma = PriorDiploma {
    name: "Brevet de technicien supérieur",
    specialty: "Services informatiques aux organisations — option solutions logicielles",
};
/// *BTS Comptabilité et gestion*.
pub(crate) const BTS_ACCOUNTING: PriorDiploma =
    PriorDiploma { name: "Brevet de technicien supérieur", specialty: "Comptabilité et gestion" };
/// *Baccalauréat STMG*.
pub(crate) const BACCALAUREATE: PriorDiploma = PriorDiploma {
    name: "Baccalauréat technologique",
    specialty: "Sciences et technologies du management et de la gestion",
};
/// The Cnam's own bachelor, for those who go on.
pub(crate) const BACHELOR: PriorDiploma = PriorDiploma {
    name: "Licence",
    specialty: "Sciences, technologies, santé — mention informatique",
};

/// The prerequisite diploma; it carries the birth name.
pub(crate) fn prior_diploma(author: Author<'_>, diploma: PriorDiploma, obtained: Date) -> Sheet {
    let mut draw = author.draw("prior diploma");
    let rector = signatory(&mut draw);
    let data = json!({
        "person": author.person.view(),
        "diploma_name": diploma.name,
        "specialty": diploma.specialty,
        "academy": "Académie de Besançon",
        "academy_short": "DE BESANÇON",
        "town": "Besançon",
        "minutes_on": in_words(shifted(obtained, -20)),
        "session": obtained.year().to_string(),
        "honours": draw.pick(&["passable", "assez bien", "bien"]),
        "signed_on": in_words(obtained),
        "number": draw.digits(9),
        "signature": signature(author.seed, &rector),
        "person_signature": author.signature(),
    });
    Sheet::new(Template::PriorDiploma, data, obtained)
}

/// A unit passed in a centre, at the session that ended on `passed`.
pub(crate) fn unit_certificate(
    author: Author<'_>,
    unit: Unit,
    center: &Center,
    passed: Date,
) -> Sheet {
    let mut draw = author.draw(unit.code);
    let director = signatory(&mut draw);
    let year = passed.year();
    let mark = draw.between(1_000, 1_700) / 25 * 25;
    let data = json!({
        "person": author.person.view(),
        "center": center.view(),
        // Each centre prints its own layout (case C01).
        "landscape": center.code != "BFC",
        "learner_number": author.learner_number(),
        "session": if passed.month() < 9 { "juin" } else { "septembre" },
        "school_year": format!("{}-{year}", year - 1),
        "unit": { "code": unit.code, "title": unit.title, "ects": unit.ects },
        "mark": crate::money::amount(mark),
        "mode": draw.pick(&["cours du soir", "formation ouverte à distance"]),
        "jury_on": in_digits(passed),
        "signed_on": in_words(shifted(passed, 12)),
        "director": director,
        "signature": signature(author.seed, &director),
    });
    Sheet::new(Template::UnitCertificate, data, passed)
}

/// The answer to a request of exemption by earlier studies (VES).
pub(crate) fn ves_notification(
    author: Author<'_>,
    diploma: &Diploma,
    exempted: &[(&str, &str, u8)],
    decided: Date,
) -> Sheet {
    let rows = exempted
        .iter()
        .map(|(code, title, ects)| {
            vec![
                (*code).to_owned(),
                (*title).to_owned(),
                ects.to_string(),
                "Dispense accordée".to_owned(),
            ]
        })
        .collect();
    let letter = Letter {
        service: "Service de la validation des acquis",
        reference: format!("VES-{}-{}", decided.year(), author.draw("ves").digits(5)),
        subject: "Notification de validation des études supérieures (VES)",
        paragraphs: vec![
            format!("{},", author.person.title()),
            format!(
                "Vous avez demandé la validation de vos études supérieures en vue d'obtenir le diplôme suivant : {} (code {}). \
                 Après examen de votre dossier par la commission du {}, les dispenses ci-dessous vous sont accordées.",
                diploma.title,
                diploma.code,
                in_words(shifted(decided, -9))
            ),
        ],
        head: vec!["Code", "Unité", "ECTS", "Décision"],
        rows,
        widths: vec![2, 5, 1, 3],
        closing: vec![
            "Cette décision vaut pour le seul diplôme indiqué. Au moins 20 % des crédits doivent être obtenus au Cnam. Elle \
             est à joindre à votre demande de délivrance de diplôme."
                .to_owned(),
            "Je vous prie d'agréer mes salutations distinguées.".to_owned(),
        ],
        signatory_title: "Pour la direction, la commission de validation",
        dated: decided,
    };
    cnam_letter(author, &letter)
}

/// The result of an early analysis of the experience.
pub(crate) fn early_decision(
    author: Author<'_>,
    diploma: &Diploma,
    outcome: &str,
    text: &str,
    decided: Date,
) -> Sheet {
    let letter = Letter {
        service: "Direction nationale des formations",
        reference: format!("DNF-AA-{}-{}", decided.year(), author.draw("early").digits(4)),
        subject: "Décision d'analyse anticipée de l'expérience professionnelle",
        paragraphs: vec![
            format!("{},", author.person.title()),
            format!(
                "Votre demande d'analyse anticipée de l'expérience professionnelle a été examinée au regard du règlement \
                 du diplôme en vigueur au {}.",
                in_words(decided)
            ),
        ],
        head: vec!["Diplôme", "Code", "Décision"],
        rows: vec![vec![diploma.title.to_owned(), diploma.code.to_owned(), outcome.to_owned()]],
        widths: vec![4, 2, 3],
        closing: vec![
            text.to_owned(),
            "Cette décision ne préjuge pas de la délibération du jury. Elle est à joindre à votre demande de délivrance.".to_owned(),
        ],
        signatory_title: "Pour l'équipe pédagogique nationale",
        dated: decided,
    };
    cnam_letter(author, &letter)
}

/// The diploma that usually precedes one of this field.
pub(crate) fn usual_prior(field: Field) -> PriorDiploma {
    match field {
        Field::Computing => BTS_COMPUTING,
        Field::Management => BTS_ACCOUNTING,
    }
}
