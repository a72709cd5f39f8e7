//! Centres, diplomas and teaching units the specimens speak of.
//!
//! Codes that the domain notes cite are used as they are; titles of units are
//! written in their manner.

use serde_json::{Value, json};

use crate::numbers::{CNAM_SIRET, spaced_siret};

/// A regional centre.
#[derive(Debug)]
pub(crate) struct Center {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) town: &'static str,
    street: &'static str,
    postcode: &'static str,
    siret: &'static str,
}

/// The centres; the first one is that of the ten dossiers where no other is needed.
pub(crate) const CENTERS: [Center; 6] = [
    Center {
        code: "BFC",
        name: "Cnam Bourgogne-Franche-Comté",
        town: "Besançon",
        street: "30 avenue de l'Observatoire",
        postcode: "25000",
        siret: CNAM_SIRET,
    },
    Center {
        code: "PAR",
        name: "Cnam Paris",
        town: "Paris",
        street: "292 rue Saint-Martin",
        postcode: "75003",
        siret: CNAM_SIRET,
    },
    Center {
        code: "NAQ",
        name: "Cnam Nouvelle-Aquitaine",
        town: "Poitiers",
        street: "Téléport 2, avenue Gustave-Eiffel",
        postcode: "86000",
        siret: CNAM_SIRET,
    },
    Center {
        code: "OCC",
        name: "Cnam Occitanie",
        town: "Montpellier",
        street: "989 rue de la Croix-Verte",
        postcode: "34000",
        siret: CNAM_SIRET,
    },
    Center {
        code: "HDF",
        name: "Cnam Hauts-de-France",
        town: "Lille",
        street: "8 boulevard Louis-XIV",
        postcode: "59000",
        siret: CNAM_SIRET,
    },
    Center {
        code: "REU",
        name: "Cnam La Réunion",
        town: "Saint-Denis",
        street: "18 rue Claude-Chappe",
        postcode: "97420",
        siret: "44338132200017",
    },
];

impl Center {
    /// What templates print of a centre.
    pub(crate) fn view(&self) -> Value {
        json!({
            "name": self.name,
            "town": self.town,
            "street": self.street,
            "city": format!("{} {}", self.postcode, self.town),
            "siret": spaced_siret(self.siret),
        })
    }
}

/// A diploma asked for, with the sitting that decides on it.
#[derive(Debug)]
pub(crate) struct Diploma {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) sitting: Sitting,
    pub(crate) field: Field,
}

/// Which sitting of the jury decides on a diploma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sitting {
    /// "Licences".
    Bachelors,
    /// "Titres comptables et CAI".
    Titles,
    /// "Certificats et DEUST".
    Certificates,
}

/// What a diploma is about, to choose units and prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Computing,
    Management,
}

/// *Licence informatique*.
pub(crate) const COMPUTING_BACHELOR: &Diploma = &DIPLOMAS[0];
/// *Licence gestion*.
pub(crate) const MANAGEMENT_BACHELOR: &Diploma = &DIPLOMAS[1];
/// *Responsable comptable*.
pub(crate) const ACCOUNTANT: &Diploma = &DIPLOMAS[2];
/// *Concepteur-architecte informatique*.
pub(crate) const ARCHITECT: &Diploma = &DIPLOMAS[3];
/// A *certificat de compétence*.
pub(crate) const SKILL_CERTIFICATE: &Diploma = &DIPLOMAS[4];

/// The diplomas, the ones of the ten dossiers first.
pub(crate) const DIPLOMAS: [Diploma; 7] = [
    Diploma {
        code: "LG02501A",
        title: "Licence Sciences, technologies, santé, mention informatique",
        sitting: Sitting::Bachelors,
        field: Field::Computing,
    },
    Diploma {
        code: "LG036 p-1",
        title: "Licence Droit, économie, gestion, mention gestion, parcours gestion des organisations",
        sitting: Sitting::Bachelors,
        field: Field::Management,
    },
    Diploma {
        code: "CRN0400A",
        title: "Titre RNCP Responsable comptable",
        sitting: Sitting::Titles,
        field: Field::Management,
    },
    Diploma {
        code: "CPN8400A",
        title: "Titre RNCP Concepteur-architecte informatique",
        sitting: Sitting::Titles,
        field: Field::Computing,
    },
    Diploma {
        code: "CC14500A",
        title: "Certificat de compétence Gestionnaire de paie",
        sitting: Sitting::Certificates,
        field: Field::Management,
    },
    Diploma {
        code: "CP09B10A",
        title: "Certificat professionnel Technicien développeur",
        sitting: Sitting::Certificates,
        field: Field::Computing,
    },
    Diploma {
        code: "DUS0101A",
        title: "DEUST Technologies de l'organisation",
        sitting: Sitting::Certificates,
        field: Field::Management,
    },
];

/// A teaching unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) ects: u8,
}

const fn unit(code: &'static str, title: &'static str, ects: u8) -> Unit {
    Unit { code, title, ects }
}

/// Units of computing.
pub(crate) const COMPUTING_UNITS: [Unit; 9] = [
    unit("NFA031", "Programmation avec Java : notions de base", 6),
    unit("NFA032", "Programmation avec Java : programmation objet", 6),
    unit("NFP107", "Systèmes de gestion de bases de données", 6),
    unit("NFP121", "Programmation avancée", 6),
    unit("RSX101", "Réseaux et protocoles pour l'Internet", 6),
    unit("GLG105", "Génie logiciel", 6),
    unit("UTC501", "Outils mathématiques pour informaticien", 3),
    unit("ANG320", "Anglais professionnel", 6),
    unit("UTC505", "Introduction à la cyberstructure de l'Internet", 3),
];

/// Units of management.
pub(crate) const MANAGEMENT_UNITS: [Unit; 9] = [
    unit("CFA109", "Information comptable et management", 6),
    unit("CCG101", "Comptabilité et contrôle de gestion, initiation I", 6),
    unit("CCG102", "Comptabilité et contrôle de gestion, initiation II", 6),
    unit("DRS101", "Droit du travail : relations individuelles", 6),
    unit("DVE101", "Méthodes et outils du management commercial", 4),
    unit("FPG114", "Outils de gestion des ressources humaines", 6),
    unit("EAR101", "Paie et déclarations sociales", 6),
    unit("DSY101", "Organisation et management des entreprises", 6),
    unit("ANG320", "Anglais professionnel", 6),
];

/// The units of a field.
pub(crate) fn units_of(field: Field) -> &'static [Unit] {
    match field {
        Field::Computing => &COMPUTING_UNITS,
        Field::Management => &MANAGEMENT_UNITS,
    }
}
