//! What employers certify: work certificates, statements, records of service.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::contract::Signed;
use super::payslip::office;
use super::{Author, employer_base, face, merged, signature};
use crate::calendar::{in_digits, in_words, seniority, shifted, whole_months, years_and_months};
use crate::employers::Employer;
use crate::employment::Employment;
use crate::people::signatory;
use crate::sheet::{Sheet, Template};

/// The certificate of a job that ended; `last` stands for the end otherwise.
pub(crate) fn of_work(seed: u64, job: &Employment, last: Date, signed: Signed) -> Sheet {
    let end = job.end.unwrap_or(last);
    let hours = crate::money::amount(job.weekly_hours).replace(",00", "");
    let data = merged(
        employer_base(seed, job),
        json!({
            "job": { "start": in_words(job.start), "end": in_words(end) },
            "positions": [{
                "title": job.title,
                "classification": job.classification,
                "from": in_words(job.start),
                "to": in_words(end),
                "hours": format!("{hours} heures par semaine"),
            }],
            "health": "Le maintien à titre gratuit des garanties de santé et de prévoyance est ouvert dans les conditions \
                       de l'article L911-8 du code de la sécurité sociale.",
            "signed": signed == Signed::Yes,
            "signed_on": in_words(end),
        }),
    );
    Sheet::new(Template::WorkCertificate, data, end)
}

/// What a client or an employer says in a letter.
pub(crate) struct Statement<'a> {
    pub(crate) employer: &'a Employer,
    pub(crate) subject: &'a str,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) dated: Date,
}

/// A statement signed by an employer or a client.
pub(crate) fn statement(author: Author<'_>, statement: &Statement<'_>) -> Sheet {
    let employer = statement.employer;
    let data = json!({
        "person": author.person.view(),
        "employer": employer.view(),
        "sender": employer.name,
        "face": face(author.seed, &employer.name),
        "reference": "",
        "subject": statement.subject,
        "place": employer.town,
        "signed_on": in_words(statement.dated),
        "paragraphs": statement.paragraphs,
        "head": [],
        "rows": [],
        "widths": [1],
        "closing": ["Attestation établie pour servir et valoir ce que de droit."],
        "signatory": employer.signatory,
        "signatory_title": employer.signatory_title,
        "signature": signature(author.seed, &employer.signatory),
        "stamp": [employer.name, employer.street, format!("{} {}", employer.postcode, employer.town)],
        "stamp_colour": "#2a3f9e",
    });
    Sheet::new(Template::Letter, data, statement.dated)
}

/// One line of a record of service.
pub(crate) struct Service {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) post: String,
    pub(crate) position: &'static str,
    pub(crate) rate: &'static str,
    /// Whether it is effective service: *disponibilité* is not.
    pub(crate) effective: bool,
}

/// The record of service of a public agent.
pub(crate) fn service_record(
    author: Author<'_>,
    corps: &str,
    services: &[Service],
    dated: Date,
) -> Sheet {
    let name = signatory(&mut author.draw("service record"));
    let rows: Vec<[String; 6]> = services.iter().map(service_row).collect();
    let data = json!({
        "person": author.person.view(),
        "office": office(),
        "corps": corps,
        "rows": rows,
        "at": in_words(dated),
        "total": years_and_months(effective_months(services)),
        "signed_on": in_words(dated),
        "signatory": name,
        "signature": signature(author.seed, &name),
    });
    Sheet::new(Template::ServiceRecord, data, dated)
}

fn effective_months(services: &[Service]) -> i32 {
    let effective = services.iter().filter(|service| service.effective);
    effective.map(|service| whole_months(service.from, shifted(service.to, 1))).sum()
}

fn service_row(service: &Service) -> [String; 6] {
    let length = if service.effective {
        seniority(service.from, shifted(service.to, 1))
    } else {
        "non compté".to_owned()
    };
    [
        in_digits(service.from),
        in_digits(service.to),
        service.post.clone(),
        service.position.to_owned(),
        service.rate.to_owned(),
        length,
    ]
}

/// A letter of the Cnam or of another office: what differs from one to the next.
pub(crate) struct Letter<'a> {
    pub(crate) service: &'a str,
    pub(crate) reference: String,
    pub(crate) subject: &'a str,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) head: Vec<&'a str>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) widths: Vec<u8>,
    pub(crate) closing: Vec<String>,
    pub(crate) signatory_title: &'a str,
    pub(crate) dated: Date,
}

/// A letter of the centre.
pub(crate) fn cnam_letter(author: Author<'_>, letter: &Letter<'_>) -> Sheet {
    let name = signatory(&mut author.draw(letter.subject));
    let stamp: Value = json!(["LE CNAM", author.center.name, letter.service.to_uppercase()]);
    let data = json!({
        "person": author.person.view(),
        "center": author.center.view(),
        "sender": "Cnam",
        "service": letter.service,
        "face": "Liberation Sans",
        "reference": letter.reference,
        "subject": letter.subject,
        "place": author.center.town,
        "signed_on": in_words(letter.dated),
        "paragraphs": letter.paragraphs,
        "head": letter.head,
        "rows": letter.rows,
        "widths": letter.widths,
        "closing": letter.closing,
        "signatory": name,
        "signatory_title": letter.signatory_title,
        "signature": signature(author.seed, &name),
        "stamp": stamp,
        "stamp_colour": "#a3182c",
    });
    Sheet::new(Template::Letter, data, letter.dated)
}
