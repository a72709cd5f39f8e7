//! Ordinary dossiers, told only so that a large volume has files to draw from.

use super::{Job, Opening, Story, World};
use crate::employment::ContractKind;
use crate::pieces::contract::Signed;
use crate::pieces::studies::usual_prior;
use crate::plan::Plan;
use crate::sheet::Sheet;
use crate::training::{ACCOUNTANT, COMPUTING_BACHELOR, Diploma, Field, MANAGEMENT_BACHELOR};

/// Name, centre, diploma, employers (past and present), title.
type Cast = (
    bool,
    &'static str,
    &'static str,
    &'static str,
    &'static Diploma,
    [&'static str; 2],
    &'static str,
);

const CASTS: [Cast; 4] = [
    (
        true,
        "Fatou",
        "Haubert",
        "NAQ",
        COMPUTING_BACHELOR,
        ["assurhaut", "batival"],
        "Développeuse web",
    ),
    (
        false,
        "Quentin",
        "Peyrolade",
        "HDF",
        ACCOUNTANT,
        ["cliniques", "solidoubs"],
        "Assistant comptable",
    ),
    (
        true,
        "Judith",
        "Oukassi",
        "REU",
        MANAGEMENT_BACHELOR,
        ["ferrelec", "assurhaut"],
        "Assistante de gestion",
    ),
    (
        false,
        "Mehdi",
        "Dufermont",
        "OCC",
        COMPUTING_BACHELOR,
        ["logirive", "cliniques"],
        "Administrateur systèmes",
    ),
];

/// Ordinary dossier `index`; there are as many as casts, then they repeat.
pub(crate) fn ordinary(world: World, index: usize) -> Plan<Sheet> {
    let (woman, first_name, birth_name, center, diploma, [past, present], title) =
        CASTS[index % CASTS.len()];
    let mut story = Story::open(
        world,
        &Opening {
            number: 100 + index as u32,
            woman,
            first_name,
            birth_name,
            center,
            diploma,
            route: None,
            status: "DEPOSE",
        },
    );
    let tasks: &[&str] = match diploma.field {
        Field::Computing => {
            &["développer et tester", "assister les utilisateurs", "documenter les applications"]
        }
        Field::Management => {
            &["tenir les comptes", "suivre les règlements", "préparer les déclarations"]
        }
    };
    let job = |key, first, last| Job {
        key,
        title,
        classification: "Employé, niveau III",
        contract: ContractKind::Permanent,
        full_gross: 214_000 + 9_000 * index as i64,
        weekly_hours: if index == 2 { 2_800 } else { 3_500 },
        first,
        last,
        tasks,
    };
    let past = story.employ(&job(past, story.month(40), Some(story.month(20))));
    let present = story.employ(&job(present, story.month(18), None));
    story.prior(usual_prior(diploma.field), "diplome.pdf");
    story.units(4);
    story.cv();
    story.work_certificate(&past, Signed::Yes);
    story.payslips(&past, &[story.month(40), story.month(20)]);
    story.contract(&present, Signed::Yes);
    story.payslips(&present, &[story.month(18), story.month(9), story.month(0)]);
    story.activity_report(&present);
    story.plan
}
