//! People without a single employer: self-employed, temporary worker.

use lutrin_domain::id::JobKey;
use lutrin_domain::intake::IntakeJob;
use lutrin_domain::months::WorkRate;

use super::{Opening, Story, Told, World, activity_slot};
use crate::calendar::{Month, in_words, shifted};
use crate::draw::Draw;
use crate::employers::Employer;
use crate::pay::agency::{Mission, every_second_week};
use crate::pieces::business::{self, Business};
use crate::pieces::certificate::{self, Statement};
use crate::pieces::cv::Experience;
use crate::pieces::report::ReportKind;
use crate::pieces::studies::{BTS_ACCOUNTING, BTS_COMPUTING};
use crate::pieces::{contract, payslip};
use crate::plan::{File, Plan, Slot};
use crate::sheet::{Finish, Sheet};
use crate::training::{ACCOUNTANT, ARCHITECT};

/// Dossier 7: Sirene notice and turnover over two years, four months without
/// any (case P22: no Kbis is asked).
pub(super) fn micro_entrepreneur(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 7,
            woman: false,
            first_name: "Loïc",
            birth_name: "Kerlivan",
            center: "BFC",
            diploma: ARCHITECT,
            route: None,
            status: "EN_EXAMEN_CENTRE",
        },
    );
    let first = story.month(23);
    let business =
        Business { since: first.day(1), naf: "6201Z", activity: "Programmation informatique" };
    let tasks = [
        "analyser les besoins et chiffrer les propositions",
        "concevoir et développer des applications web sur mesure",
        "héberger et maintenir les applications livrées",
    ]
    .map(str::to_owned);
    story.declare(IntakeJob {
        key: JobKey::new("independant"),
        employer: "Entreprise individuelle".to_owned(),
        title: "Développeur indépendant".to_owned(),
        start: first.first(),
        end: None,
        rate: WorkRate::FULL,
    });
    story.experiences.push(Experience {
        start: first.first(),
        end: None,
        title: "Développeur indépendant".to_owned(),
        employer: "micro-entrepreneur".to_owned(),
        rate: "activité principale".to_owned(),
        tasks: tasks.to_vec(),
    });
    story.prior(BTS_COMPUTING, "BTS SIO.pdf");
    story.units(6);
    story.cv();
    story.business_papers(&business);
    let told = Told {
        employer: "mon entreprise individuelle".to_owned(),
        title: "développeur indépendant",
        period: format!("depuis {}", first.words()),
        tasks: &tasks,
        mention: "Unité d'activité professionnelle UAALOV".to_owned(),
        short: false,
        days_before: 10,
    };
    let sheet = story.report_sheet(ReportKind::Activity, &told);
    story.add(activity_slot().file(File::new(sheet, "Rapport d'activité CAI.pdf").days_before(3)));
    story.plan
}

impl Story {
    fn business_papers(&mut self, business: &Business) {
        let mut draw = Draw::new(self.world.seed, "turnover/7");
        // August and January twice: nothing was billed.
        let idle = [2, 7, 14, 19];
        let months: Vec<(Month, i64)> = (0..24)
            .map(|index| {
                let billed =
                    if idle.contains(&index) { 0 } else { draw.between(1_900, 5_200) * 100 };
                (self.month(23 - index), billed)
            })
            .collect();
        let at = shifted(self.signed, -8);
        let notice = business::registration(self.author(), business, at);
        let turnover = business::turnover(self.author(), business, &months, at);
        let slot =
            |kind: &'static str| Slot::new(format!("{kind}/independant"), kind).job("independant");
        self.add(
            slot("business_registration")
                .file(File::new(notice, "Avis situation INSEE.pdf").days_before(5)),
        );
        self.add(
            slot("turnover_statement")
                .file(File::new(turnover, "attestation urssaf.pdf").days_before(5)),
        );
        self.client_statement("batival", "refonte de l'outil de suivi des chantiers", 14);
        self.client_statement("assurhaut", "portail de déclaration des sinistres", 6);
    }

    fn client_statement(&mut self, key: &str, work: &str, months_ago: i32) {
        let client = Employer::of(self.world.seed, key);
        let dated = self.month(months_ago).day(17);
        let paragraphs = vec![
            format!(
                "Je soussigné(e) {}, {}, atteste que {} {} est intervenu pour notre compte en qualité de prestataire indépendant.",
                client.signatory,
                client.signatory_title.to_lowercase(),
                self.person.title(),
                self.person.full_name()
            ),
            format!(
                "La prestation a porté sur le projet suivant : {work}. Elle s'est déroulée du {} au {}, pour une charge de 38 jours. \
                 Le prestataire a conduit l'analyse, la conception, le développement et la mise en service.",
                in_words(self.month(months_ago + 3).first()),
                in_words(dated)
            ),
        ];
        let subject = "Attestation de prestation";
        let sheet = certificate::statement(
            self.author(),
            &Statement { employer: &client, subject, paragraphs, dated },
        );
        self.add(
            Slot::new(format!("employer_statement/independant/{key}"), "employer_statement")
                .label(client.plain_name())
                .job("independant")
                .useful()
                .file(File::new(sheet, format!("attestation client {}.pdf", client.plain_name()))),
        );
    }
}

const AGENCIES: [&str; 3] = ["interim-jura", "tempora", "relais-emploi"];

/// Dossier 8: twenty missions of a week in three agencies (fixture T12).
pub(super) fn temp_worker(world: World) -> Plan<Sheet> {
    let mut story = Story::open(
        world,
        &Opening {
            number: 8,
            woman: false,
            first_name: "Théo",
            birth_name: "Wauquelin",
            center: "BFC",
            diploma: ACCOUNTANT,
            route: None,
            status: "EN_EXAMEN_CENTRE",
        },
    );
    story.prior(BTS_ACCOUNTING, "bts.pdf");
    story.units(3);
    let missions = story.missions();
    story
        .experiences
        .extend(AGENCIES.iter().map(|agency| agency_experience(world, agency, &missions)));
    story.cv();
    for mission in &missions {
        story.mission(mission);
    }
    story.agency_payslips(&missions);
    for agency in AGENCIES {
        story.agency_certificate(agency, &missions);
    }
    let tasks = ["Saisie des factures", "Relance des clients", "Rapprochements bancaires"]
        .map(str::to_owned);
    let told = Told {
        employer: "plusieurs entreprises utilisatrices".to_owned(),
        title: "assistant comptable intérimaire",
        period: "vingt missions".to_owned(),
        tasks: &tasks,
        mention: "Unité d'activité professionnelle".to_owned(),
        short: true,
        days_before: 10,
    };
    let sheet = story.report_sheet(ReportKind::Activity, &told);
    story.add(activity_slot().file(File::new(sheet, "rapport.pdf").days_before(3)));
    story.plan
}

fn agency_experience(world: World, agency: &str, missions: &[Mission]) -> Experience {
    let own: Vec<&Mission> = missions.iter().filter(|mission| mission.agency == agency).collect();
    Experience {
        start: own.first().map_or(world.day, |mission| mission.start),
        end: own.last().map(|mission| mission.end),
        title: "Assistant comptable (intérim)".to_owned(),
        employer: Employer::of(world.seed, agency).plain_name(),
        rate: format!("{} missions d'une semaine, 35 h", own.len()),
        tasks: vec!["Saisie et lettrage, relances, rapprochements bancaires".to_owned()],
    }
}

impl Story {
    fn missions(&self) -> Vec<Mission> {
        let mut draw = Draw::new(self.world.seed, "missions/8");
        let users = ["ferrelec", "assurhaut", "cliniques", "batival", "tilleroyes"];
        every_second_week(20, self.signed)
            .into_iter()
            .enumerate()
            .map(|(index, (start, end))| {
                let agency = AGENCIES[index % AGENCIES.len()];
                let user = Employer::of(self.world.seed, draw.pick(&users));
                Mission {
                    key: format!("{agency}-{:02}", index + 1),
                    agency: agency.to_owned(),
                    number: format!("{}{}", &agency[..1].to_uppercase(), draw.digits(7)),
                    user_company: user.plain_name(),
                    user_town: user.town,
                    user_manager: user.signatory,
                    job: "Assistant comptable".to_owned(),
                    qualification: "Employé, niveau IV".to_owned(),
                    tasks: "Saisie des factures, lettrage, relances et rapprochements bancaires"
                        .to_owned(),
                    motive: "Accroissement temporaire d'activité".to_owned(),
                    justification: "Clôture comptable et retard de saisie".to_owned(),
                    hourly: 1_310 + draw.between(0, 12) * 10,
                    start,
                    end,
                }
            })
            .collect()
    }

    fn mission(&mut self, mission: &Mission) {
        let agency = Employer::of(self.world.seed, &mission.agency).plain_name();
        self.declare(IntakeJob {
            key: JobKey::new(&mission.key),
            employer: format!("{agency} (pour {})", mission.user_company),
            title: mission.job.clone(),
            start: mission.start,
            end: Some(mission.end),
            rate: WorkRate::FULL,
        });
        let sheet = contract::of_mission(self.author(), mission);
        self.add(
            Slot::new(format!("temp_contract/{}", mission.key), "temp_contract")
                .label(format!("{}, {}", mission.user_company, in_words(mission.start)))
                .job(&mission.key)
                .file(
                    File::new(sheet, format!("contrat mission {}.pdf", mission.number))
                        .days_before(6),
                ),
        );
    }

    /// Four payslips; the vault of one agency locks its files.
    fn agency_payslips(&mut self, missions: &[Mission]) {
        for (index, finish) in
            [(0, Finish::Plain), (7, Finish::Plain), (13, Finish::Scanned), (18, Finish::Locked)]
        {
            let own: Vec<Mission> =
                missions.iter().filter(|m| m.agency == missions[index].agency).cloned().collect();
            let mission = &missions[index];
            let Some(position) = own.iter().position(|m| m.key == mission.key) else { continue };
            let sheet = payslip::of_mission(self.author(), &own, position).finished(finish);
            let month = Month::of(mission.end);
            let name = format!("BS_{}_{}.pdf", mission.agency, month.key());
            self.add(
                Slot::new(format!("payslip/{}/{}", mission.key, month.key()), "payslip")
                    .label(month.words())
                    .job(&mission.key)
                    .file(File::new(sheet, name).days_before(4)),
            );
        }
    }

    fn agency_certificate(&mut self, agency: &str, missions: &[Mission]) {
        let employer = Employer::of(self.world.seed, agency);
        let own: Vec<&Mission> =
            missions.iter().filter(|mission| mission.agency == agency).collect();
        let lines: Vec<String> = own
            .iter()
            .map(|m| {
                format!("du {} au {} chez {}", in_words(m.start), in_words(m.end), m.user_company)
            })
            .collect();
        let dated = own.last().map_or(self.signed, |mission| mission.end);
        let paragraphs = vec![
            format!(
                "Nous attestons que {} {} a effectué par notre intermédiaire {} missions d'une semaine à 35 heures, en qualité \
                 d'assistant comptable :",
                self.person.title(),
                self.person.full_name(),
                own.len()
            ),
            format!("{}.", lines.join(" ; ")),
        ];
        let subject = "Attestation de missions";
        let sheet = certificate::statement(
            self.author(),
            &Statement { employer: &employer, subject, paragraphs, dated },
        );
        self.add(
            Slot::new(format!("employer_statement/{agency}"), "employer_statement")
                .label(employer.plain_name())
                .file(File::new(sheet, format!("attestation {}.pdf", employer.plain_name()))),
        );
    }
}
