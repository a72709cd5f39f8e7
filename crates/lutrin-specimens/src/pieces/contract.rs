//! Work contracts: permanent, fixed-term, of a mission.

use serde_json::{Value, json};

use super::{Author, accent, employer_base, merged, signature};
use crate::calendar::{in_digits, in_words, shifted};
use crate::employers::Employer;
use crate::employment::{ContractKind, Employment};
use crate::pay::agency::Mission;
use crate::sheet::{Sheet, Template};

/// Whether a paper was signed before it was deposited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    Yes,
    No,
}

/// The contract of a job.
pub(crate) fn of_job(seed: u64, job: &Employment, signed: Signed) -> Sheet {
    let heading = match job.contract {
        ContractKind::Permanent => "Contrat de travail à durée indéterminée",
        ContractKind::FixedTerm => "Contrat de travail à durée déterminée",
    };
    let dated = shifted(job.start, -6);
    let initial = |name: &str| name.chars().next().unwrap_or('X');
    let data = merged(
        employer_base(seed, job),
        json!({
            "heading": heading,
            "show_nir": job.contract == ContractKind::Permanent,
            "articles": articles(job),
            "signed": signed == Signed::Yes,
            "signed_on": in_words(dated),
            "initials": format!(
                "{}{} / {}",
                initial(&job.person.first_name),
                initial(job.person.working_name()),
                initial(&job.employer.signatory),
            ),
        }),
    );
    Sheet::new(Template::Contract, data, dated)
}

fn article(title: &str, paragraphs: &[String]) -> Value {
    json!({ "title": title, "paragraphs": paragraphs })
}

fn articles(job: &Employment) -> Vec<Value> {
    let mut articles = vec![engagement(job), duties(job)];
    if job.contract == ContractKind::FixedTerm {
        articles.push(article("Motif du recours", &[
            "Le présent contrat est conclu en raison d'un accroissement temporaire de l'activité de l'entreprise, \
             lié à la reprise de nouveaux dossiers et à la mise en place d'un nouvel outil de gestion."
                .to_owned(),
        ]));
    }
    articles.extend([
        working_time(job),
        pay(job),
        trial(job),
        leave(),
        obligations(),
        mobility(job),
    ]);
    articles.push(ending(job));
    articles.push(article("Protection sociale", &[
        "Le salarié bénéficie du régime de retraite complémentaire AGIRC-ARRCO, du régime de prévoyance et de la \
         complémentaire santé en vigueur dans l'entreprise dès son entrée."
            .to_owned(),
        "Les données recueillies pour l'exécution du présent contrat sont traitées pour la gestion du personnel ; le \
         salarié dispose d'un droit d'accès et de rectification."
            .to_owned(),
    ]));
    articles
}

fn engagement(job: &Employment) -> Value {
    let until = job.end.filter(|_| job.contract == ContractKind::FixedTerm);
    let term = until.map_or_else(String::new, |end| format!(" jusqu'au {} inclus", in_words(end)));
    article(
        "Engagement",
        &[
            format!(
                "Le salarié est engagé à compter du {}{term}, en qualité de {}, {}.",
                in_words(job.start),
                job.title,
                job.classification
            ),
            format!(
                "Le présent contrat est régi par les dispositions du code du travail et par la convention collective \
             suivante : {}. La déclaration préalable à l'embauche a été adressée à l'URSSAF.",
                job.employer.agreement
            ),
        ],
    )
}

fn duties(job: &Employment) -> Value {
    json!({
        "title": "Fonctions",
        "paragraphs": [
            "Sous l'autorité de son responsable hiérarchique, le salarié exerce notamment les attributions suivantes, \
             cette liste n'étant pas limitative :"
        ],
        "items": job.tasks,
    })
}

fn working_time(job: &Employment) -> Value {
    let weekly = crate::money::amount(job.weekly_hours).replace(",00", "");
    let monthly = crate::money::amount(job.monthly_hours());
    let nature = if job.weekly_hours < 3_500 { "à temps partiel" } else { "à temps complet" };
    article("Durée du travail", &[
        format!(
            "Le salarié est employé {nature}, pour une durée hebdomadaire de {weekly} heures, soit {monthly} heures \
             mensuelles, réparties selon l'horaire en vigueur dans le service."
        ),
        "Les heures effectuées au-delà de cette durée, à la demande de l'employeur, sont rémunérées ou récupérées \
         selon les dispositions légales et conventionnelles."
            .to_owned(),
    ])
}

fn pay(job: &Employment) -> Value {
    article(
        "Rémunération",
        &[format!(
            "En contrepartie de son travail, le salarié perçoit une rémunération mensuelle brute de {} euros pour \
         l'horaire défini ci-dessus, versée le dernier jour ouvré de chaque mois.",
            crate::money::amount(job.gross())
        )],
    )
}

fn trial(job: &Employment) -> Value {
    let length = match job.contract {
        ContractKind::Permanent => {
            "deux mois, renouvelable une fois dans les conditions conventionnelles"
        }
        ContractKind::FixedTerm => "deux semaines",
    };
    article(
        "Période d'essai",
        &[format!(
            "Le contrat ne devient définitif qu'à l'issue d'une période d'essai de {length}, au cours de laquelle chacune \
         des parties peut y mettre fin en respectant le délai de prévenance légal."
        )],
    )
}

fn leave() -> Value {
    article("Congés payés et absences", &[
        "Le salarié bénéficie des congés payés légaux, soit deux jours et demi ouvrables par mois de travail effectif. \
         Les dates de congés sont fixées d'un commun accord, compte tenu des nécessités du service."
            .to_owned(),
        "Toute absence doit être signalée sans délai et justifiée dans les quarante-huit heures.".to_owned(),
    ])
}

fn obligations() -> Value {
    article("Obligations professionnelles", &[
        "Le salarié s'engage à observer les instructions qui lui sont données, le règlement intérieur et la charte \
         informatique. Il est tenu à une obligation de discrétion sur les informations dont il a connaissance."
            .to_owned(),
        "Les travaux réalisés dans l'exercice de ses fonctions appartiennent à l'employeur, dans les conditions \
         prévues par le code de la propriété intellectuelle."
            .to_owned(),
    ])
}

fn mobility(job: &Employment) -> Value {
    article(
        "Lieu de travail",
        &[format!(
            "Le lieu de travail est situé {}, {} {}. Le salarié pourra être amené à effectuer des déplacements ponctuels ; \
         ses frais lui seront remboursés sur justificatifs.",
            job.employer.street, job.employer.postcode, job.employer.town
        )],
    )
}

fn ending(job: &Employment) -> Value {
    let text = match job.contract {
        ContractKind::Permanent => {
            "Après la période d'essai, le contrat peut être rompu par l'une ou l'autre partie dans les conditions fixées \
             par la loi et la convention collective, sous réserve d'un préavis de deux mois."
        }
        ContractKind::FixedTerm => {
            "Le contrat prend fin de plein droit à l'échéance du terme. Une indemnité de fin de contrat égale à 10 % de \
             la rémunération totale brute est alors versée, sauf les exceptions prévues par la loi."
        }
    };
    article("Fin du contrat", &[text.to_owned()])
}

/// The contract of a mission of temporary work.
pub(crate) fn of_mission(author: Author<'_>, mission: &Mission) -> Sheet {
    let employer = Employer::of(author.seed, &mission.agency);
    let dated = mission.start;
    let data = json!({
        "person": author.person.view(),
        "employer": employer.view(),
        "accent": accent(author.seed, &mission.agency),
        "employer_signature": signature(author.seed, &employer.signatory),
        "person_signature": author.signature(),
        "mission": {
            "contract_number": mission.number,
            "user_company": mission.user_company,
            "user_town": mission.user_town,
            "user_manager": mission.user_manager,
            "motive": mission.motive,
            "justification": mission.justification,
            "from": in_digits(mission.start),
            "to": in_digits(mission.end),
            "flex_from": in_digits(shifted(mission.end, -1)),
            "flex_to": in_digits(shifted(mission.end, 3)),
            "job": mission.job,
            "qualification": mission.qualification,
            "tasks": mission.tasks,
            "hourly": crate::money::amount(mission.hourly),
            "trial": 2,
            "visit": in_digits(shifted(mission.start, -40)),
            "signed_on": in_digits(dated),
        },
    });
    Sheet::new(Template::TempContract, data, dated)
}
