//! A detailed CV: every job with dates, rate and tasks.

use jiff::civil::Date;
use serde_json::json;

use super::{Author, accent};
use crate::calendar::Month;
use crate::employment::Employment;
use crate::sheet::{Sheet, Template};
use crate::training::{Diploma, Field};

/// One line of experience.
#[derive(Clone, Debug)]
pub(crate) struct Experience {
    pub(crate) start: Date,
    pub(crate) end: Option<Date>,
    pub(crate) title: String,
    pub(crate) employer: String,
    pub(crate) rate: String,
    pub(crate) tasks: Vec<String>,
}

/// The diploma held before, as the CV must agree with its copy.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) year: i16,
}

impl Experience {
    /// The line of a salaried job.
    pub(crate) fn of(job: &Employment) -> Self {
        let hours = crate::money::amount(job.weekly_hours).replace(",00", "");
        let nature = if job.weekly_hours < 3_500 { "temps partiel" } else { "temps plein" };
        Self {
            start: job.start,
            end: job.end,
            title: job.title.clone(),
            employer: format!("{}, {}", job.employer.plain_name(), job.employer.town),
            rate: format!("{nature}, {hours} h par semaine"),
            tasks: job.tasks.clone(),
        }
    }

    fn dates(&self) -> String {
        let start = Month::of(self.start).words();
        self.end.map_or_else(
            || format!("depuis {start}"),
            |end| format!("{start} – {}", Month::of(end).words()),
        )
    }
}

/// The CV of the learner, last job first.
pub(crate) fn cv(
    author: Author<'_>,
    diploma: &Diploma,
    experiences: &[Experience],
    held: &Held,
    dated: Date,
) -> Sheet {
    let mut sorted: Vec<&Experience> = experiences.iter().collect();
    sorted.sort_by_key(|experience| std::cmp::Reverse(experience.start));
    let lines: Vec<_> = sorted
        .iter()
        .map(|e| json!({ "dates": e.dates(), "title": e.title, "employer": e.employer, "rate": e.rate, "tasks": e.tasks }))
        .collect();
    let headline =
        sorted.first().map_or_else(|| "Auditeur du Cnam".to_owned(), |e| e.title.clone());
    let data = json!({
        "person": author.person.view(),
        "accent": accent(author.seed, &author.person.birth_name),
        "headline": headline,
        "profile": profile(diploma),
        "experiences": lines,
        "studies": studies(diploma, held, dated),
        "skills": skills(diploma.field),
        "misc": "Anglais professionnel (niveau B1-B2) — permis B — bénévole dans une association sportive.",
    });
    Sheet::new(Template::Cv, data, dated)
}

fn profile(diploma: &Diploma) -> String {
    format!(
        "En reprise d'études au Cnam en cours du soir, je prépare le diplôme « {} ». Je souhaite faire reconnaître \
         l'expérience acquise en parallèle de ma formation, en particulier la conduite autonome de travaux de bout en \
         bout et le dialogue avec les utilisateurs ou les clients.",
        diploma.title
    )
}

fn studies(diploma: &Diploma, held: &Held, dated: Date) -> Vec<[String; 2]> {
    let year = dated.year();
    let current = format!("{}, Conservatoire national des arts et métiers", diploma.title);
    let mut studies = vec![
        [format!("{} – {year}", year - 3), current],
        [held.year.to_string(), held.name.clone()],
    ];
    if !held.name.starts_with("Baccalauréat") {
        studies.push([(held.year - 3).to_string(), "Baccalauréat".to_owned()]);
    }
    studies
}

fn skills(field: Field) -> [&'static str; 4] {
    match field {
        Field::Computing => [
            "Développement : Java, Python, SQL, HTML et CSS, tests automatisés",
            "Conception : modélisation des données, UML, architecture en couches",
            "Exploitation : Linux, intégration continue, supervision",
            "Travail en équipe : revues, rédaction de spécifications, animation d'ateliers",
        ],
        Field::Management => [
            "Comptabilité générale et analytique, rapprochements, déclarations de TVA",
            "Paie : variables, bulletins, déclaration sociale nominative",
            "Tableaux de bord, suivi budgétaire, tableur avancé",
            "Relation avec les clients, les salariés et les organismes",
        ],
    }
}
