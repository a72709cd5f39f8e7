//! Titles (*titres RNCP*) and certificates: a late signature, a rule that
//! changed, a report handed in twice.

use lutrin_domain::assessment::{Assessment, InternshipMonths, Opinion};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::CitedFact;
use lutrin_domain::id::DossierId;

use super::{Job, Opening, Story, Told, World, activity_slot};
use crate::calendar::{Month, in_words, shifted};
use crate::draw::Draw;
use crate::employers::Employer;
use crate::employment::ContractKind;
use crate::pieces::contract::Signed;
use crate::pieces::internship::{self, Internship};
use crate::pieces::report::ReportKind;
use crate::pieces::studies::{self, BACHELOR, BTS_ACCOUNTING};
use crate::plan::{File, Plan, Slot};
use crate::sheet::Sheet;
use crate::training::{ACCOUNTANT, ARCHITECT, SKILL_CERTIFICATE};

/// Dossier 3: forty months outside the domain, then an internship of three
/// months fixed by an early decision; the school signed the agreement the day
/// after it began (case P16).
pub(super) fn late_agreement(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 3,
            woman: true,
            first_name: "Nadia",
            birth_name: "Cissoral",
            center: "BFC",
            diploma: ACCOUNTANT,
            route: None,
            status: "EN_EXAMEN_CENTRE",
        },
    );
    let job = story.employ(&Job {
        key: "tilleroyes",
        title: "Agente d'exploitation transport",
        classification: "Employée, groupe 7, coefficient 125",
        contract: ContractKind::Permanent,
        full_gross: 205_000,
        weekly_hours: 3_500,
        first: story.month(45),
        last: Some(story.month(6)),
        tasks: &[
            "affecter les conducteurs et les véhicules",
            "suivre les tournées",
            "traiter les litiges de livraison",
        ],
    });
    story.prior(BTS_ACCOUNTING, "BTS_CG.pdf");
    story.units(7);
    story.early_internship();
    story.cv();
    story.work_certificate(&job, Signed::Yes);
    story.payslips(&job, &[story.month(45), story.month(30), story.month(18), story.month(6)]);
    story.internship_papers();
    story.plan
}

impl Story {
    /// The early decision that fixed three months, cited and deposited.
    fn early_internship(&mut self) {
        let decided = shifted(self.month(9).first(), 13);
        let text = "Votre expérience professionnelle étant acquise hors du domaine du diplôme, la délivrance est subordonnée à \
                    un stage de trois mois dans le domaine, suivi d'un rapport de stage.";
        let sheet = studies::early_decision(
            self.author(),
            self.plan.diploma,
            "Stage de 3 mois",
            text,
            decided,
        );
        self.add(
            Slot::new("early_decision", "early_decision")
                .file(File::new(sheet, "Decision analyse anticipee.pdf").days_before(6)),
        );
        let Ok(months) = InternshipMonths::try_from(3) else { return };
        self.plan.cited.push(CitedFact {
            from: DossierId(Draw::new(self.world.seed, "early/3").uuid()),
            reference: format!("D3-{}-001207", decided.year()),
            assessment: Assessment::Opinion(Opinion::Internship { months }),
            decided_on: decided,
            catalogue: Digest::of(b"catalogue of the early decision of specimen 3"),
        });
    }

    fn internship_papers(&mut self) {
        let start = self.month(3).first();
        let internship = Internship {
            employer: Employer::of(self.world.seed, "comptadoubs"),
            diploma: self.plan.diploma.title.to_owned(),
            subject: "Tenue comptable et préparation des situations intermédiaires".to_owned(),
            start,
            end: self.month(1).last(),
            hours: 441,
            school_signed: shifted(start, 1),
        };
        let agreement = internship::agreement(self.author(), &internship);
        let certificate = internship::certificate(self.author(), &internship, true);
        let tasks: Vec<String> =
            ["Saisie et lettrage", "Rapprochements bancaires", "Déclarations de TVA"]
                .map(str::to_owned)
                .to_vec();
        let told = Told {
            employer: internship.employer.plain_name(),
            title: "stagiaire au pôle comptabilité",
            period: format!("du {} au {}", in_words(internship.start), in_words(internship.end)),
            tasks: &tasks,
            mention: "Stage prescrit par décision d'analyse anticipée".to_owned(),
            short: false,
            days_before: 6,
        };
        let report = self.report_sheet(ReportKind::Internship, &told);
        let slot = |kind: &'static str| {
            Slot::new(format!("{kind}/comptadoubs"), kind).label("Comptadoubs")
        };
        self.add(
            slot("internship_agreement")
                .file(File::new(agreement, "convention de stage signee.pdf")),
        );
        self.add(
            slot("internship_certificate").file(File::new(certificate, "attestation de stage.pdf")),
        );
        self.add(
            Slot::new("internship_report", "internship_report")
                .indispensable()
                .file(File::new(report, "Rapport de stage VF.pdf")),
        );
    }
}

/// Dossier 4: a holder of the bachelor asks for the architect's title; the
/// early decision was taken under the text of April 2023, before twelve months
/// of activity were added (rules R17 and R18).
pub(super) fn regulation_change(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 4,
            woman: false,
            first_name: "Ousmane",
            birth_name: "Diarrabé",
            center: "PAR",
            diploma: ARCHITECT,
            route: None,
            status: "TRANSMIS_DNF",
        },
    );
    let first = story.employ(&Job {
        key: "vauban",
        title: "Développeur",
        classification: "ETAM, position 2.2, coefficient 310",
        contract: ContractKind::Permanent,
        full_gross: 246_000,
        weekly_hours: 3_500,
        first: story.month(43),
        last: Some(story.month(25)),
        tasks: &[
            "développer des services web",
            "écrire des tests",
            "suivre les mises en production",
        ],
    });
    let second = story.employ(&Job {
        key: "logirive",
        title: "Concepteur d'applications",
        classification: "Cadre, position 1.2, coefficient 100",
        contract: ContractKind::Permanent,
        full_gross: 318_000,
        weekly_hours: 3_500,
        first: story.month(9),
        last: None,
        tasks: &[
            "analyser les besoins et rédiger les dossiers d'architecture",
            "encadrer deux développeurs",
            "piloter les mises en production",
        ],
    });
    story.prior(BACHELOR, "Licence informatique Cnam.pdf");
    story.units(6);
    let decided = jiff::civil::date(2023, 4, 27);
    let text = "L'expérience validée pour la licence informatique du Cnam est prise en compte au titre de l'unité UAALOV, \
                selon le texte publié le 3 avril 2023.";
    let sheet = studies::early_decision(
        story.author(),
        ARCHITECT,
        "Expérience de la licence retenue",
        text,
        decided,
    );
    story.add(
        Slot::new("early_decision", "early_decision")
            .file(File::new(sheet, "decision_2023.pdf").days_before(6)),
    );
    story.cv();
    story.work_certificate(&first, Signed::Yes);
    story.payslips(&first, &[story.month(43), story.month(34), story.month(25)]);
    story.contract(&second, Signed::Yes);
    story.payslips(&second, &[story.month(9), story.month(6), story.month(3), story.month(0)]);
    story.activity_report(&second);
    story.plan
}

/// Dossier 5: a certificate judged by a mark; the first report had 9.75, the
/// learner hands in a second one.
pub(super) fn second_report(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 5,
            woman: true,
            first_name: "Solène",
            birth_name: "Le Guennou",
            center: "BFC",
            diploma: SKILL_CERTIFICATE,
            route: None,
            status: "EN_EXAMEN_CENTRE",
        },
    );
    let job = story.employ(&Job {
        key: "solidoubs",
        title: "Assistante de paie",
        classification: "Employée, catégorie C",
        contract: ContractKind::Permanent,
        full_gross: 208_000,
        weekly_hours: 2_800,
        first: story.month(17),
        last: None,
        tasks: &[
            "préparer les variables de paie de 120 salariés",
            "contrôler les bulletins",
            "tenir les dossiers du personnel",
        ],
    });
    story.prior(BTS_ACCOUNTING, "diplome.pdf");
    story.units(4);
    story.cv();
    story.contract(&job, Signed::Yes);
    story.payslips(&job, &[story.month(17), story.month(12), story.month(6), story.month(0)]);
    story.two_reports(&job);
    story.plan
}

impl Story {
    fn two_reports(&mut self, job: &crate::employment::Employment) {
        let marked = shifted(self.signed, -40);
        let first = Told {
            mention: "Rapport d'activité — première version".to_owned(),
            short: true,
            days_before: 80,
            ..Told::of(job)
        };
        let second = Told {
            mention: format!(
                "Deuxième version, après la note de 9,75 sur 20 du {}",
                Month::of(marked).words()
            ),
            days_before: 2,
            ..Told::of(job)
        };
        let first = self.report_sheet(ReportKind::Activity, &first);
        let second = self.report_sheet(ReportKind::Activity, &second);
        self.add(
            activity_slot()
                .file(File::new(first, "rapport activite.pdf").days_before(80))
                .file(File::new(second, "rapport activite v2.pdf").days_before(2).replacing()),
        );
    }
}
