//! Invented people: names, addresses, birthdays.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::calendar::{in_digits, in_words};
use crate::draw::Draw;
use crate::numbers::{invented_nir, spaced_nir};

const WOMEN: [&str; 32] = [
    "Camille",
    "Inès",
    "Léa",
    "Sarah",
    "Maëlle",
    "Nadia",
    "Claire",
    "Aïcha",
    "Manon",
    "Océane",
    "Juliette",
    "Fatou",
    "Élodie",
    "Yasmine",
    "Chloé",
    "Agathe",
    "Lucie",
    "Salomé",
    "Anaïs",
    "Noémie",
    "Charlotte",
    "Khadija",
    "Mathilde",
    "Céline",
    "Audrey",
    "Hélène",
    "Marion",
    "Rosa",
    "Thi Lan",
    "Bérénice",
    "Solène",
    "Judith",
];

const MEN: [&str; 32] = [
    "Thomas",
    "Karim",
    "Julien",
    "Hugo",
    "Mehdi",
    "Antoine",
    "Baptiste",
    "Loïc",
    "Samuel",
    "Ousmane",
    "Nicolas",
    "Théo",
    "Rachid",
    "Florian",
    "Quentin",
    "Yann",
    "Adrien",
    "Gaël",
    "Bilal",
    "Maxime",
    "Romain",
    "Ibrahim",
    "Clément",
    "Étienne",
    "Vincent",
    "Tuan",
    "Joël",
    "Pierrick",
    "Sébastien",
    "Matéo",
    "Ferhat",
    "Cédric",
];

/// Surnames put together for this purpose; none is taken from a list of people.
const SURNAMES: [&str; 60] = [
    "Valtier",
    "Morvange",
    "Quesnoy",
    "Labrousse",
    "Tavernon",
    "Delmarque",
    "Ferrandier",
    "Gaultrey",
    "Haubert",
    "Imbertin",
    "Jourdois",
    "Kerlivan",
    "Lamoriac",
    "Mestrallin",
    "Nourredal",
    "Orsigny",
    "Pellaudin",
    "Rocquency",
    "Sauvenay",
    "Tréguivic",
    "Urbaniel",
    "Vauquois",
    "Zellermann",
    "Abendour",
    "Benkhala",
    "Cissoral",
    "Diarrabé",
    "El Mansoual",
    "Fontbrune",
    "Grandvoix",
    "Hasselin",
    "Izquier",
    "Jacquemard-Roy",
    "Kowalenko",
    "Le Guennou",
    "Maréchaux",
    "N'Dourel",
    "Oukassi",
    "Pastourel",
    "Quillerou",
    "Ravenelle",
    "Saint-Hervé",
    "Touvenard",
    "Ulrichon",
    "Villemorin",
    "Wauquelin",
    "Yildirak",
    "Zanetto",
    "Aubépin",
    "Bossuyère",
    "Chastenay",
    "Dufermont",
    "Estrabol",
    "Froidevaul",
    "Gourmelec",
    "Hennequart",
    "Lassalvy",
    "Mirabois",
    "Peyrolade",
    "Thibaudet",
];

const STREETS: [&str; 16] = [
    "rue des Tanneurs",
    "avenue du Lavoir",
    "rue de la Fontaine-aux-Ânes",
    "impasse des Tilleuls",
    "rue du Vieux-Moulin",
    "boulevard de la Liberté",
    "chemin des Écoliers",
    "rue Marguerite-Duval",
    "allée des Charmes",
    "rue des Trois-Frères-Lumet",
    "place du Marché-Couvert",
    "rue de l'Abreuvoir",
    "avenue des Cévennes",
    "rue Pasteur",
    "rue du Clos-Saint-Jean",
    "quai des Bateliers",
];

/// Postcodes of towns that exist; streets are not matched to them.
pub(crate) const TOWNS: [(&str, &str); 16] = [
    ("25000", "Besançon"),
    ("21000", "Dijon"),
    ("90000", "Belfort"),
    ("39100", "Dole"),
    ("71100", "Chalon-sur-Saône"),
    ("69007", "Lyon"),
    ("34000", "Montpellier"),
    ("33000", "Bordeaux"),
    ("44000", "Nantes"),
    ("35000", "Rennes"),
    ("59000", "Lille"),
    ("93210", "Saint-Denis"),
    ("75020", "Paris"),
    ("97400", "Saint-Denis"),
    ("14000", "Caen"),
    ("31200", "Toulouse"),
];

/// An invented person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) woman: bool,
    pub(crate) first_name: String,
    pub(crate) birth_name: String,
    pub(crate) used_name: Option<String>,
    pub(crate) born: Date,
    pub(crate) birth_town: String,
    pub(crate) street: String,
    pub(crate) postcode: String,
    pub(crate) town: String,
    pub(crate) phone: String,
    pub(crate) nir: String,
}

impl Person {
    /// Draws somebody whose age is between 24 and 45 in `year`.
    pub(crate) fn drawn(draw: &mut Draw, year: i16) -> Self {
        let woman = draw.happens(50);
        let born = birthday(draw, year);
        let nir_start =
            format!("{}{:02}{:02}", if woman { 2 } else { 1 }, born.year() % 100, born.month());
        let (postcode, town) = draw.pick(&TOWNS);
        Self {
            woman,
            first_name: draw.pick(if woman { &WOMEN } else { &MEN }).to_owned(),
            birth_name: draw.pick(&SURNAMES).to_owned(),
            used_name: None,
            born,
            birth_town: draw.pick(&TOWNS).1.to_owned(),
            street: street(draw),
            postcode: postcode.to_owned(),
            town: town.to_owned(),
            // 06 39 98 xx xx is set aside by the regulator for fiction.
            phone: format!("06 39 98 {:02} {:02}", draw.between(0, 99), draw.between(0, 99)),
            nir: invented_nir(&nir_start, draw),
        }
    }

    /// The same person under these names.
    pub(crate) fn named(mut self, woman: bool, first_name: &str, birth_name: &str) -> Self {
        self.nir.replace_range(..1, if woman { "2" } else { "1" });
        // The sex is part of what the key covers: keep the key wrong.
        if crate::numbers::nir_key(&self.nir[..13]) == self.nir[13..].parse().ok() {
            let other = if self.nir.ends_with('7') { '8' } else { '7' };
            self.nir.pop();
            self.nir.push(other);
        }
        self.woman = woman;
        self.first_name = first_name.to_owned();
        self.birth_name = birth_name.to_owned();
        self
    }

    pub(crate) fn title(&self) -> &'static str {
        if self.woman { "Madame" } else { "Monsieur" }
    }

    /// The ending that agrees with the person: "né" and "née".
    pub(crate) fn feminine(&self) -> &'static str {
        if self.woman { "e" } else { "" }
    }

    /// The name an employer prints: the used name if there is one.
    pub(crate) fn working_name(&self) -> &str {
        self.used_name.as_deref().unwrap_or(&self.birth_name)
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.working_name().to_uppercase())
    }

    /// First name and birth name, as diplomas and foreign papers write them.
    pub(crate) fn diploma_name_plain(&self) -> String {
        format!("{} {}", self.first_name, self.birth_name)
    }

    /// What templates print of a person.
    pub(crate) fn view(&self) -> Value {
        json!({
            "title": self.title(),
            "e": self.feminine(),
            "first_name": self.first_name,
            "name": self.working_name().to_uppercase(),
            "birth_name": self.birth_name.to_uppercase(),
            "full_name": self.full_name(),
            "diploma_name": format!("{} {}", self.first_name, self.birth_name.to_uppercase()),
            "born": in_words(self.born),
            "born_digits": in_digits(self.born),
            "birth_town": self.birth_town,
            "street": self.street,
            "postcode": self.postcode,
            "town": self.town,
            "city": format!("{} {}", self.postcode, self.town.to_uppercase()),
            "phone": self.phone,
            "email": self.email(),
            "nir": spaced_nir(&self.nir),
        })
    }

    fn email(&self) -> String {
        let plain = |text: &str| text.to_lowercase().replace([' ', '\''], "-");
        format!(
            "{}.{}@exemple.fr",
            unaccented(&plain(&self.first_name)),
            unaccented(&plain(self.working_name()))
        )
    }
}

/// A name for somebody who signs: a manager, a professor.
pub(crate) fn signatory(draw: &mut Draw) -> String {
    let first_name = if draw.happens(50) { draw.pick(&WOMEN) } else { draw.pick(&MEN) };
    format!("{first_name} {}", draw.pick(&SURNAMES).to_uppercase())
}

/// A street with its number.
pub(crate) fn street(draw: &mut Draw) -> String {
    format!("{} {}", draw.between(1, 148), draw.pick(&STREETS))
}

/// Letters without their accents, as addresses and file names often are.
pub(crate) fn unaccented(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            other => other,
        })
        .collect()
}

fn birthday(draw: &mut Draw, year: i16) -> Date {
    let age = draw.between(24, 45) as i16;
    let month = draw.between(1, 12) as i8;
    Date::constant(year - age, month, draw.between(1, 28) as i8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::nir_key;

    #[test]
    fn giving_a_name_keeps_the_key_wrong() {
        for seed in 0..500 {
            let drawn = Person::drawn(&mut Draw::new(seed, "person"), 2026);
            let person = drawn.named(seed % 2 == 0, "Camille", "Valtier");
            assert_eq!(person.nir.len(), 15);
            assert_ne!(nir_key(&person.nir[..13]), person.nir[13..].parse().ok());
        }
    }

    #[test]
    fn an_address_is_plain_ascii() {
        let person =
            Person::drawn(&mut Draw::new(1, "person"), 2026).named(true, "Élodie", "N'Dourel");
        assert_eq!(person.email(), "elodie.n-dourel@exemple.fr");
    }
}
