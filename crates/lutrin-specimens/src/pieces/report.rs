//! Activity and internship reports: about six pages of headings and prose.

mod prose;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::Author;
use crate::calendar::in_words;
use crate::sheet::{Sheet, Template};
use crate::training::{Diploma, Field};

/// A report to be written.
#[derive(Clone, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) kind: ReportKind,
    pub(crate) diploma: &'a Diploma,
    /// The employer or host, as people write its name.
    pub(crate) employer: String,
    pub(crate) title: String,
    pub(crate) period: String,
    pub(crate) tasks: Vec<String>,
    /// What the foot of the cover says, such as the number of the version.
    pub(crate) mention: String,
    /// A first attempt, half as long.
    pub(crate) short: bool,
    pub(crate) dated: Date,
}

/// What the report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportKind {
    Activity,
    Internship,
}

/// The report.
pub(crate) fn report(author: Author<'_>, report: &Report<'_>) -> Sheet {
    let heading = match report.kind {
        ReportKind::Activity => "Rapport d'activité",
        ReportKind::Internship => "Rapport de stage",
    };
    let data = json!({
        "person": author.person.view(),
        "center": author.center.view(),
        "face": if report.diploma.field == Field::Computing { "Libertinus Serif" } else { "Liberation Sans" },
        "title": heading,
        "diploma": report.diploma.title,
        "employer_name": report.employer,
        "period": report.period,
        "mention": format!("{} — {}", report.mention, in_words(report.dated)),
        "chapters": chapters(report),
    });
    Sheet::new(Template::Report, data, report.dated)
}

fn chapters(report: &Report<'_>) -> Vec<Value> {
    let situations = match report.diploma.field {
        Field::Computing => &prose::COMPUTING,
        Field::Management => &prose::MANAGEMENT,
    };
    let kept = if report.short { 1 } else { situations.len() };
    let mut chapters = vec![introduction(report), context(report)];
    chapters.extend(situations[..kept].iter().map(|situation| {
        json!({
            "title": situation.title,
            "sections": situation.sections.iter().map(|s| section(report, s)).collect::<Vec<_>>(),
        })
    }));
    chapters.push(json!({
        "title": "Bilan",
        "sections": [{ "title": "Ce que j'en retire", "paragraphs": filled(report, &prose::CONCLUSION) }],
    }));
    chapters
}

fn introduction(report: &Report<'_>) -> Value {
    json!({
        "title": "Introduction",
        "sections": [{ "title": "Objet du rapport", "paragraphs": filled(report, &prose::INTRODUCTION) }],
    })
}

fn context(report: &Report<'_>) -> Value {
    json!({
        "title": "L'entreprise et mon poste",
        "sections": [
            { "title": "L'entreprise", "paragraphs": filled(report, &prose::COMPANY) },
            { "title": "Mes attributions", "paragraphs": filled(report, &prose::DUTIES), "items": report.tasks },
        ],
    })
}

fn section(report: &Report<'_>, section: &prose::Section) -> Value {
    let mut value =
        json!({ "title": section.title, "paragraphs": filled(report, section.paragraphs) });
    if !section.table.is_empty() {
        value["table"] = json!(section.table);
    }
    value
}

fn filled(report: &Report<'_>, paragraphs: &[&str]) -> Vec<String> {
    paragraphs
        .iter()
        .map(|text| {
            text.replace("{employer}", &report.employer)
                .replace("{title}", &report.title)
                .replace("{period}", &report.period)
                .replace("{diploma}", report.diploma.title)
        })
        .collect()
}
