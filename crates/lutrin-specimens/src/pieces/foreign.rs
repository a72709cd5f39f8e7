//! Papers from abroad: a degree, its comparability, a contract in English.

use jiff::civil::Date;
use serde_json::json;

use super::{Author, merged, signature};
use crate::calendar::in_words;
use crate::people::signatory;
use crate::sheet::{Sheet, Template};

/// Where the person studied.
const SCHOOL: &str = "University of Munster Bay";

/// The name of the foreign employer.
pub(crate) const COMPANY_NAME: &str = "Northbridge Analytics Ltd";

/// A foreign degree.
pub(crate) fn degree(author: Author<'_>, obtained: Date) -> Sheet {
    let data = json!({
        "person": author.person.view(),
        "school": SCHOOL,
        "degree": "Bachelor of Science in Computing",
        "honours": "with Second Class Honours, Upper Division",
        "obtained_english": in_english(obtained),
        "signature": signature(author.seed, "Vice-Chancellor"),
        "person_signature": signature(author.seed, "Registrar"),
    });
    Sheet::new(Template::ForeignDiploma, data, obtained)
}

/// The statement that compares it to a French level.
pub(crate) fn comparability(author: Author<'_>, obtained: Date, delivered: Date) -> Sheet {
    let mut draw = author.draw("comparability");
    let name = signatory(&mut draw);
    let data = json!({
        "person": author.person.view(),
        "number": format!("{}-{}", delivered.year(), draw.digits(6)),
        "diploma": "Bachelor of Science in Computing",
        "school": SCHOOL,
        "country": "Irlande",
        "obtained": in_words(obtained),
        "duration": "3 ans",
        "comparable": "un niveau 6 du cadre national des certifications professionnelles",
        "signed_on": in_words(delivered),
        "signatory": name,
        "signature": signature(author.seed, &name),
    });
    Sheet::new(Template::Comparability, data, delivered)
}

/// A contract of the foreign employer; no French field is expected on it.
pub(crate) fn contract(author: Author<'_>, start: Date) -> Sheet {
    let dated = crate::calendar::shifted(start, -14);
    let own = json!({
        "heading": "Contract of Employment",
        "parties": true,
        "born_english": in_english(author.person.born),
        "address_abroad": "12 Quarry Lane, Cork, Ireland",
        "clauses": clauses(start),
        "person_signature": author.signature(),
    });
    paper(author, own, dated)
}

/// A letter of the foreign employer, left untranslated (case P26).
pub(crate) fn reference_letter(author: Author<'_>, start: Date, end: Date) -> Sheet {
    let name = author.person.diploma_name_plain();
    let paragraphs = [
        format!(
            "This is to confirm that {name} was employed by {COMPANY_NAME} as a Data Engineer from {} to {}, \
             on a full-time basis of 39 hours per week.",
            in_english(start),
            in_english(end)
        ),
        "The duties of the post were the design of data pipelines, the maintenance of the reporting \
         database, the review of the work of two junior colleagues and liaison with the finance \
         departments of our clients."
            .to_owned(),
        format!("{name} left the Company voluntarily and in good standing."),
    ];
    let clauses = paragraphs.map(|text| json!({ "title": "", "text": text }));
    let own = json!({ "heading": "To whom it may concern", "parties": false, "clauses": clauses });
    paper(author, own, end)
}

fn paper(author: Author<'_>, own: serde_json::Value, dated: Date) -> Sheet {
    let shared = merged(
        company(author),
        json!({ "person": author.person.view(), "signed_on": in_english(dated) }),
    );
    Sheet::new(Template::ForeignPaper, merged(shared, own), dated)
}

fn company(author: Author<'_>) -> serde_json::Value {
    json!({
        "company": {
            "name": COMPANY_NAME,
            "address": "Harbour House, 4 Albert Quay, Cork, Ireland",
            "number": "IE 000213",
            "signatory": "Niamh O'SHEARAN",
        },
        "employer_signature": signature(author.seed, "Niamh O'SHEARAN"),
    })
}

fn clauses(start: Date) -> serde_json::Value {
    let clause = |title: &str, text: String| json!({ "title": title, "text": text });
    json!([
        clause("Commencement", format!("Your employment will begin on {}. No period of employment with a previous employer counts as part of your continuous employment.", in_english(start))),
        clause("Job title and duties", "You are employed as a Data Engineer. You will design, build and maintain data pipelines and reporting databases, and carry out such other duties as may reasonably be required.".into()),
        clause("Place of work", "Your usual place of work is Harbour House, Cork. You may be required to travel to clients within the European Union.".into()),
        clause("Hours of work", "Your normal working hours are 39 hours per week, Monday to Friday, 9 a.m. to 5.30 p.m., with an unpaid break each day.".into()),
        clause("Remuneration", "Your salary is €42,500 per annum, payable monthly in arrears by credit transfer, subject to statutory deductions (PAYE, PRSI and USC).".into()),
        clause("Annual leave", "You are entitled to 22 days of paid annual leave in each leave year in addition to public holidays.".into()),
        clause("Sick leave", "You must notify your manager by 10 a.m. on the first day of absence. A medical certificate is required from the third day.".into()),
        clause("Probation", "The first six months of your employment are a probationary period, during which either party may terminate on one week's notice.".into()),
        clause("Notice", "After the probationary period, either party may terminate this agreement by giving one month's written notice.".into()),
        clause("Confidentiality", "You shall not, during or after your employment, disclose any confidential information of the Company or its clients.".into()),
        clause("Intellectual property", "All work created in the course of your employment belongs to the Company.".into()),
        clause("Data protection", "The Company processes your personal data in accordance with Regulation (EU) 2016/679.".into()),
        clause("Governing law", "This agreement is governed by the laws of Ireland.".into()),
    ])
}

/// Such as "3 March 2024".
fn in_english(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
