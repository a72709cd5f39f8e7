//! A public agent who works four days a week.

use lutrin_domain::dossier::Route;
use lutrin_domain::id::JobKey;
use lutrin_domain::intake::IntakeJob;
use lutrin_domain::months::WorkRate;

use super::{Opening, Story, Told, World, activity_slot, payslip_slot};
use crate::calendar::{Month, shifted};
use crate::pay::public::Rank;
use crate::pieces::certificate::{self, Service};
use crate::pieces::cv::Experience;
use crate::pieces::payslip;
use crate::pieces::report::ReportKind;
use crate::pieces::studies::BTS_ACCOUNTING;
use crate::plan::{File, Plan, Slot};
use crate::sheet::Sheet;
use crate::training::MANAGEMENT_BACHELOR;

const KEY: &str = "sgcd";
const EMPLOYER: &str = "Secrétariat général commun départemental du Haut-Lac";
const TITLE: &str = "Gestionnaire budgétaire";

const TASKS: [&str; 3] = [
    "suivre l'exécution du budget de fonctionnement",
    "instruire les demandes d'achat et les marchés de faible montant",
    "préparer les restitutions trimestrielles",
];

/// Dossier 6: record of service, payslips of the State, 80 % paid six sevenths.
pub(super) fn four_days_a_week(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 6,
            woman: true,
            first_name: "Hélène",
            birth_name: "Froidevaul",
            center: "BFC",
            diploma: MANAGEMENT_BACHELOR,
            route: Some(Route::DirectThirdYear),
            status: "EN_EXAMEN_CENTRE",
        },
    );
    let start = story.month(21).first();
    story.declare(IntakeJob {
        key: JobKey::new(KEY),
        employer: EMPLOYER.to_owned(),
        title: TITLE.to_owned(),
        start,
        end: None,
        rate: WorkRate::new(4, 5).unwrap_or(WorkRate::FULL),
    });
    story.experiences.push(Experience {
        start,
        end: None,
        title: TITLE.to_owned(),
        employer: EMPLOYER.to_owned(),
        rate: "temps partiel à 80 %".to_owned(),
        tasks: TASKS.map(str::to_owned).to_vec(),
    });
    story.prior(BTS_ACCOUNTING, "BTS.pdf");
    story.units(5);
    story.cv();
    story.service_record();
    let rank = Rank {
        grade: "Secrétaire administrative de classe normale",
        grade_code: "SACN",
        step: "05",
        index: 391,
        four_days: true,
    };
    for month in story.month(11).to(story.last_month()) {
        let sheet = payslip::of_agent(story.author(), TITLE, &rank, month);
        let name = format!("ENSAP_BP_{}_{:02}.pdf", month.year, month.month);
        story.add(payslip_slot(KEY, month).file(File::new(sheet, name).days_before(4)));
    }
    story.agent_report();
    story.plan
}

impl Story {
    fn service_record(&mut self) {
        let leave = (self.month(33).first(), self.month(22).last());
        let line = |from, to, post: &str, position, rate, effective| Service {
            from,
            to,
            post: post.to_owned(),
            position,
            rate,
            effective,
        };
        let services = [
            line(
                self.month(57).first(),
                self.month(34).last(),
                "Secrétaire administrative stagiaire puis titulaire, accueil",
                "Activité",
                "100 %",
                true,
            ),
            line(leave.0, leave.1, "Secrétaire administrative", "Disponibilité", "—", false),
            line(
                self.month(21).first(),
                self.last_month().last(),
                "Secrétaire administrative, gestionnaire budgétaire",
                "Activité",
                "80 %",
                true,
            ),
        ];
        let dated = shifted(self.signed, -9);
        let corps = "secrétaires administratifs de l'intérieur et de l'outre-mer";
        let sheet = certificate::service_record(self.author(), corps, &services, dated);
        self.add(
            Slot::new(format!("service_record/{KEY}"), "service_record")
                .job(KEY)
                .file(File::new(sheet, "etat des services.pdf").days_before(5)),
        );
    }

    fn agent_report(&mut self) {
        let tasks = TASKS.map(str::to_owned);
        let told = Told {
            employer: EMPLOYER.to_owned(),
            title: TITLE,
            period: format!("depuis {}", Month::of(self.month(21).first()).words()),
            tasks: &tasks,
            mention: "Unité d'activité professionnelle".to_owned(),
            short: false,
            days_before: 10,
        };
        let sheet = self.report_sheet(ReportKind::Activity, &told);
        self.add(activity_slot().file(File::new(sheet, "Rapport_activite.pdf").days_before(3)));
    }
}
