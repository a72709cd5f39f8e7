//! Studies that replace something: a foreign degree, exemptions by VES.

use jiff::civil::Date;
use lutrin_domain::dossier::Route;
use lutrin_domain::id::JobKey;
use lutrin_domain::intake::IntakeJob;
use lutrin_domain::months::WorkRate;

use super::{Job, Opening, Story, World, activity_slot};
use crate::employment::ContractKind;
use crate::pieces::contract::Signed;
use crate::pieces::cv::{Experience, Held};
use crate::pieces::foreign;
use crate::pieces::studies::{self, BTS_COMPUTING};
use crate::plan::{File, Plan, Slot};
use crate::sheet::{Finish, Sheet};
use crate::training::COMPUTING_BACHELOR;

const COMPANY: &str = "northbridge";

/// Dossier 9: a foreign degree with its statement, a contract in English, a
/// letter that was not translated (cases X24 and P26).
pub(super) fn foreign_diploma(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 9,
            woman: true,
            first_name: "Yasmine",
            birth_name: "El Mansoual",
            center: "OCC",
            diploma: COMPUTING_BACHELOR,
            route: Some(Route::DirectThirdYear),
            status: "DEPOSE",
        },
    );
    story.foreign_job();
    let job = story.employ(&Job {
        key: "logirive",
        title: "Ingénieure de données",
        classification: "Cadre, position 1.1, coefficient 95",
        contract: ContractKind::Permanent,
        full_gross: 302_000,
        weekly_hours: 3_500,
        first: story.month(7),
        last: None,
        tasks: &[
            "construire les flux de données",
            "modéliser les entrepôts",
            "contrôler la qualité des données",
        ],
    });
    let obtained = Date::constant(story.signed.year() - 5, 6, 18);
    story.held = Held {
        name: "Bachelor of Science in Computing, University of Munster Bay (Irlande)".to_owned(),
        year: obtained.year(),
    };
    let degree = foreign::degree(story.author(), obtained);
    story.add(
        Slot::new("prior_diploma", "prior_diploma")
            .indispensable()
            .label("Bachelor of Science")
            .file(File::new(degree, "BSc certificate.pdf").days_before(9)),
    );
    let comparable = foreign::comparability(
        story.author(),
        obtained,
        Date::constant(story.signed.year() - 1, 2, 11),
    );
    story.add(
        Slot::new("comparability_statement", "comparability_statement")
            .file(File::new(comparable, "attestation enic-naric.pdf").days_before(9)),
    );
    story.units(4);
    story.cv();
    story.foreign_papers();
    story.contract(&job, Signed::Yes);
    story.payslips(&job, &[story.month(7), story.month(4), story.month(2), story.month(0)]);
    story.activity_report(&job);
    story.plan
}

impl Story {
    fn foreign_job(&mut self) {
        let (start, end) = (self.month(36).first(), self.month(11).last());
        self.declare(IntakeJob {
            key: JobKey::new(COMPANY),
            employer: foreign::COMPANY_NAME.to_owned(),
            title: "Data Engineer".to_owned(),
            start,
            end: Some(end),
            rate: WorkRate::FULL,
        });
        self.experiences.push(Experience {
            start,
            end: Some(end),
            title: "Data Engineer".to_owned(),
            employer: format!("{}, Cork (Irlande)", foreign::COMPANY_NAME),
            rate: "temps plein, 39 h par semaine".to_owned(),
            tasks: vec![
                "Conception de flux de données, base de restitution, encadrement de deux juniors"
                    .to_owned(),
            ],
        });
    }

    fn foreign_papers(&mut self) {
        let (start, end) = (self.month(36).first(), self.month(11).last());
        let contract = foreign::contract(self.author(), start);
        let letter = foreign::reference_letter(self.author(), start, end);
        self.add(
            Slot::new(format!("contract/{COMPANY}"), "employment_contract")
                .label(foreign::COMPANY_NAME)
                .job(COMPANY)
                .file(File::new(contract, "contract_signed.pdf").days_before(5)),
        );
        self.add(
            Slot::new(format!("employer_statement/{COMPANY}"), "employer_statement")
                .label(foreign::COMPANY_NAME)
                .job(COMPANY)
                .file(File::new(letter, "reference letter.pdf").days_before(5)),
        );
        self.add(
            Slot::new(format!("translation/{COMPANY}"), "translation")
                .label(foreign::COMPANY_NAME)
                .useful(),
        );
    }
}

/// Dossier 10: earlier studies exempt the unit of experience, so that its
/// pieces are expected but not required (case X21). One file arrived damaged.
pub(super) fn exempted(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 10,
            woman: false,
            first_name: "Étienne",
            birth_name: "Saint-Hervé",
            center: "BFC",
            diploma: COMPUTING_BACHELOR,
            route: Some(Route::DirectThirdYear),
            status: "EN_EXAMEN_CENTRE",
        },
    );
    story.prior(BTS_COMPUTING, "BTS.pdf");
    let decided = Date::constant(story.signed.year() - 1, 11, 20);
    let exempted = [
        ("UAALOT", "Expérience professionnelle", 17),
        ("RSX101", "Réseaux et protocoles pour l'Internet", 6),
        ("UTC501", "Outils mathématiques pour informaticien", 3),
    ];
    let sheet = studies::ves_notification(story.author(), COMPUTING_BACHELOR, &exempted, decided);
    story.add(
        Slot::new("ves_notification", "ves_notification")
            .file(File::new(sheet, "Notification VES.pdf").days_before(9)),
    );
    story.units(6);
    damage_one(&mut story);
    let job = story.employ(&Job {
        key: "ferrelec",
        title: "Technicien informatique",
        classification: "Technicien, groupe C, classe 6",
        contract: ContractKind::Permanent,
        full_gross: 228_000,
        weekly_hours: 3_500,
        first: story.month(4),
        last: None,
        tasks: &[
            "gérer le parc de postes",
            "assister les utilisateurs",
            "administrer les sauvegardes",
        ],
    });
    story.cv();
    story.payslips(&job, &[story.month(0)]);
    story.add(activity_slot());
    story.plan
}

/// The third unit certificate was cut during its transfer.
fn damage_one(story: &mut Story) {
    let units = story.plan.slots.iter_mut().filter(|slot| slot.kind == "unit_certificate");
    if let Some(file) = units.skip(2).flat_map(|slot| &mut slot.files).next() {
        file.content.finish = Finish::Damaged;
    }
}
