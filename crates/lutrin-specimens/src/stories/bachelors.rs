//! Bachelors (*licences*): the clean dossier and the counting case.

use lutrin_domain::dossier::Route;

use super::{Job, Opening, Story, World};
use crate::calendar::Month;
use crate::employment::ContractKind;
use crate::pieces::contract::Signed;
use crate::pieces::studies::{BACCALAUREATE, BTS_COMPUTING};
use crate::plan::Plan;
use crate::sheet::{Finish, Sheet};
use crate::training::{COMPUTING_BACHELOR, MANAGEMENT_BACHELOR};

/// Dossier 1: direct third year, BTS, 14 months of development work, one
/// payslip per month, all in order. One is a scan, one a photograph.
pub(super) fn direct_third_year(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 1,
            woman: true,
            first_name: "Camille",
            birth_name: "Valtier",
            center: "BFC",
            diploma: COMPUTING_BACHELOR,
            route: Some(Route::DirectThirdYear),
            status: "EN_EXAMEN_CENTRE",
        },
    );
    let job = story.employ(&Job {
        key: "vauban",
        title: "Développeuse d'applications",
        classification: "ETAM, position 2.2, coefficient 310",
        contract: ContractKind::Permanent,
        full_gross: 248_000,
        weekly_hours: 3_500,
        first: story.month(13),
        last: None,
        tasks: &[
            "concevoir et développer les évolutions des applications de gestion",
            "écrire les tests automatisés et corriger les anomalies",
            "participer aux revues de code et à la rédaction des spécifications",
            "assurer l'assistance de second niveau auprès des utilisateurs",
        ],
    });
    story.prior(BTS_COMPUTING, "Diplome BTS SIO.pdf");
    story.units(7);
    story.cv();
    story.contract(&job, Signed::Yes);
    for (index, month) in job.months(story.last_month()).into_iter().enumerate() {
        let finish = match index {
            4 => Finish::Scanned,
            8 => Finish::Photographed,
            _ => Finish::Plain,
        };
        story.payslip(&job, month, finish);
    }
    story.activity_report(&job);
    story.plan
}

/// Dossier 2: thirty months in a shop, then eight in payroll, with a half-time
/// job that overlaps for six: which months count, and once only.
pub(super) fn counting_case(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 2,
            woman: false,
            first_name: "Karim",
            birth_name: "Benkhala",
            center: "BFC",
            diploma: MANAGEMENT_BACHELOR,
            route: Some(Route::FullBachelor),
            status: "DEPOSE",
        },
    );
    let shop = story.employ(&Job {
        key: "mercerie",
        title: "Vendeur",
        classification: "Employé, catégorie B",
        contract: ContractKind::Permanent,
        full_gross: 184_000,
        weekly_hours: 3_500,
        first: story.month(39),
        last: Some(story.month(10)),
        tasks: &[
            "accueillir et conseiller la clientèle",
            "tenir la caisse et les stocks",
            "préparer les commandes",
        ],
    });
    let payroll = story.employ(&Job {
        key: "comptadoubs",
        title: "Gestionnaire de paie",
        classification: "Employé, N4, coefficient 220",
        contract: ContractKind::FixedTerm,
        full_gross: 216_500,
        weekly_hours: 3_500,
        first: story.month(8),
        last: Some(story.month(1)),
        tasks: &[
            "établir environ 180 bulletins de paie par mois",
            "préparer et transmettre les déclarations sociales nominatives",
            "répondre aux questions des clients sur la paie",
        ],
    });
    let half = story.employ(&Job {
        key: "halles",
        title: "Employé administratif",
        classification: "Employé, niveau II",
        contract: ContractKind::Permanent,
        full_gross: 182_500,
        weekly_hours: 1_750,
        first: story.month(6),
        last: None,
        tasks: &["saisir les factures des fournisseurs", "suivre les plannings et les absences"],
    });
    story.prior(BACCALAUREATE, "bac STMG.pdf");
    story.units(5);
    story.cv();
    story.work_certificate(&shop, Signed::Yes);
    let months: Vec<Month> = story.month(21).to(story.month(10)).collect();
    story.payslip_book(&shop, &months, "bulletins de paie mercerie (12).pdf");
    story.contract(&payroll, Signed::Yes);
    story.work_certificate(&payroll, Signed::Yes);
    story.payslips(&payroll, &[story.month(8), story.month(5), story.month(1)]);
    story.contract(&half, Signed::No);
    story.payslips(&half, &[story.month(5), story.month(0)]);
    story.activity_report(&payroll);
    story.plan
}
