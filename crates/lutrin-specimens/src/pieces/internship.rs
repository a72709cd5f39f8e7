//! Internship papers: the agreement with its dated signatures, the certificate.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Author, merged, signature};
use crate::calendar::{in_digits, in_words};
use crate::draw::Draw;
use crate::employers::Employer;
use crate::money::amount;
use crate::people::signatory;
use crate::sheet::{Sheet, Template};

/// An internship.
#[derive(Clone, Debug)]
pub(crate) struct Internship {
    pub(crate) employer: Employer,
    pub(crate) diploma: String,
    pub(crate) subject: String,
    pub(crate) start: Date,
    pub(crate) end: Date,
    /// Hours of presence.
    pub(crate) hours: i64,
    /// When the school signed, the last of the five.
    pub(crate) school_signed: Date,
}

/// Allowance of an hour, in cents (domain notes, section 7.5).
const HOURLY: i64 = 435;

/// The agreement.
pub(crate) fn agreement(author: Author<'_>, internship: &Internship) -> Sheet {
    let mut draw = author.draw("internship");
    let (tutor, referent, director) =
        (signatory(&mut draw), signatory(&mut draw), signatory(&mut draw));
    let year = internship.start.year();
    let days = internship.hours / 7;
    let data = merged(
        base(author, internship),
        json!({
            "number": format!("{year}-{}", draw.digits(4)),
            "school_year": format!("{}-{}", year - 1, year),
            "director": director,
            "referent": referent,
            "tutor": format!("{tutor}, responsable du pôle"),
            "unit": "Pôle comptabilité et gestion",
            "hours": 460,
            "subject": internship.subject,
            "presence": format!("{days} jours, soit {} heures", internship.hours),
            "allowance": format!("{} € par heure de présence, versée mensuellement", amount(HOURLY)),
            "skills": "Tenir et réviser des comptes, préparer des déclarations, rendre compte à un client",
            "activities": "Saisie et lettrage, rapprochements bancaires, déclarations de TVA, préparation des bilans",
            "articles": articles(),
            "signatures": signatures(author, internship, &[&director, &referent, &tutor]),
        }),
    );
    Sheet::new(Template::InternshipAgreement, data, internship.school_signed)
}

/// The certificate; the host may have forgotten the duration (case P20).
pub(crate) fn certificate(
    author: Author<'_>,
    internship: &Internship,
    with_duration: bool,
) -> Sheet {
    let duration = with_duration.then(|| {
        format!("{} jours de présence, soit {} heures", internship.hours / 7, internship.hours)
    });
    let data = merged(
        base(author, internship),
        json!({
            "duration": duration,
            "allowance_total": amount(internship.hours * HOURLY),
            "signed_on": in_words(internship.end),
            "employer_signature": signature(author.seed, &internship.employer.signatory),
        }),
    );
    Sheet::new(Template::InternshipCertificate, data, internship.end)
}

fn base(author: Author<'_>, internship: &Internship) -> Value {
    json!({
        "person": author.person.view(),
        "center": author.center.view(),
        "employer": internship.employer.view(),
        "diploma": internship.diploma,
        "from": in_words(internship.start),
        "to": in_words(internship.end),
    })
}

fn signatures(
    author: Author<'_>,
    internship: &Internship,
    [director, referent, tutor]: &[&str; 3],
) -> Value {
    let mut draw: Draw = author.draw("signatures");
    let mut earlier = || crate::calendar::shifted(internship.start, -draw.between(6, 15));
    let seed = author.seed;
    let signed = |role: &str, name: &str, on: Date| json!({ "role": role, "name": name, "on": in_digits(on), "strokes": signature(seed, name) });
    let host = internship.employer.signatory.as_str();
    json!([
        signed("Pour l'établissement", director, internship.school_signed),
        signed("Pour l'organisme d'accueil", host, earlier()),
        signed("Le stagiaire", &author.person.full_name(), earlier()),
        signed("L'enseignant référent", referent, earlier()),
        signed("Le tuteur de stage", tutor, earlier()),
    ])
}

fn articles() -> Value {
    let article = |title: &str, text: &str| json!({ "title": title, "text": text });
    json!([
        article(
            "Objet",
            "La présente convention règle les rapports de l'organisme d'accueil avec l'établissement d'enseignement et le stagiaire."
        ),
        article(
            "Objectif",
            "Le stage correspond à une période temporaire de mise en situation en milieu professionnel au cours de laquelle le stagiaire acquiert des compétences et met en œuvre les acquis de sa formation. Le stagiaire se voit confier une ou des missions conformes au projet pédagogique défini par son établissement et approuvées par l'organisme d'accueil."
        ),
        article(
            "Modalités",
            "La présence hebdomadaire du stagiaire dans l'organisme d'accueil est celle des salariés à temps complet. Toute présence la nuit, le dimanche ou un jour férié est exclue."
        ),
        article(
            "Accueil et encadrement",
            "Le stagiaire est suivi par l'enseignant référent et par le tuteur désignés ci-dessus. Il est autorisé à revenir dans son établissement pour y suivre des cours ou des réunions dont les dates sont portées à la connaissance de l'organisme."
        ),
        article(
            "Gratification",
            "Lorsque la durée du stage est supérieure à deux mois, consécutifs ou non, le stage fait l'objet d'une gratification dont le montant horaire est fixé à 15 % du plafond horaire de la sécurité sociale."
        ),
        article(
            "Protection sociale",
            "Pendant la durée du stage, le stagiaire reste affilié à son régime de sécurité sociale antérieur et bénéficie de la couverture du risque accidents du travail et maladies professionnelles."
        ),
        article(
            "Responsabilité et assurance",
            "L'organisme d'accueil et le stagiaire déclarent être garantis au titre de la responsabilité civile."
        ),
        article(
            "Absence et interruption",
            "Toute interruption temporaire ou définitive du stage est signalée aux autres parties. Toute modification de la présente convention fait l'objet d'un avenant signé."
        ),
        article(
            "Devoir de réserve",
            "Le devoir de réserve est de rigueur absolue. Le stagiaire prend l'engagement de n'utiliser en aucun cas les informations recueillies pour en faire publication sans accord préalable."
        ),
        article(
            "Fin de stage",
            "À l'issue du stage, l'organisme d'accueil délivre une attestation mentionnant la durée effective totale du stage et le montant de la gratification versée. Le stagiaire remet un rapport de stage."
        ),
    ])
}
