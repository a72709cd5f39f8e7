//! The kind of a piece by the name of its file, where the name says it.

use lutrin_domain::id::PieceKind;

/// Words that must all stand in a name, and the kind they mean. The first line
/// that fits counts, so the more precise come first.
const NAMED: &[(&[&str], &str)] = &[
    (&["convention", "stage"], "internship_agreement"),
    (&["attestation", "stage"], "internship_certificate"),
    (&["rapport", "stage"], "internship_report"),
    (&["rapport", "activite"], "activity_report"),
    (&["rapport", "experience"], "activity_report"),
    (&["bulletin", "paie"], "payslip"),
    (&["bulletin", "salaire"], "payslip"),
    (&["fiche", "paie"], "payslip"),
    (&["feuille", "paie"], "payslip"),
    (&["bulletin"], "payslip"),
    (&["payslip"], "payslip"),
    (&["certificat", "travail"], "employment_certificate"),
    (&["contrat", "mission"], "temp_contract"),
    (&["contrat", "interim"], "temp_contract"),
    (&["contrat", "apprentissage"], "apprenticeship_contract"),
    (&["contrat", "professionnalisation"], "apprenticeship_contract"),
    (&["contrat", "travail"], "employment_contract"),
    (&["contrat", "cdi"], "employment_contract"),
    (&["contrat", "cdd"], "employment_contract"),
    (&["attestation", "employeur"], "employer_statement"),
    (&["attestation", "reussite"], "unit_certificate"),
    (&["pole", "emploi"], "unemployment_statement"),
    (&["france", "travail"], "unemployment_statement"),
    (&["etat", "service"], "service_record"),
    (&["releve", "carriere"], "career_statement"),
    (&["releve", "note"], "transcript"),
    (&["chiffre", "affaire"], "turnover_statement"),
    (&["kbis"], "business_registration"),
    (&["sirene"], "business_registration"),
    (&["notification", "ves"], "ves_notification"),
    (&["notification", "vapp"], "vapp_notification"),
    (&["notification", "vae"], "vae_notification"),
    (&["enic", "naric"], "comparability_statement"),
    (&["traduction"], "translation"),
    (&["carte", "identite"], "identity_document"),
    (&["passeport"], "identity_document"),
    (&["cv"], "cv"),
    (&["curriculum", "vitae"], "cv"),
    (&["diplome"], "prior_diploma"),
];

/// The kind a name says, else *other piece*.
pub fn of_name(file_name: &str) -> PieceKind {
    let words = words(file_name);
    let fits = |wanted: &&str| words.iter().any(|word| word == wanted);
    let named = NAMED.iter().find(|(wanted, _)| wanted.iter().all(&fits));
    PieceKind::new(named.map_or("other_piece", |(_, kind)| kind))
}

/// Words in small letters, without accents nor the `s` of a plural.
fn words(name: &str) -> Vec<String> {
    let plain: String = name.to_lowercase().chars().filter_map(without_accent).collect();
    plain
        .split(|c: char| !c.is_ascii_alphabetic())
        .map(|word| match word.strip_suffix('s') {
            Some(singular) if singular.len() > 3 => singular.to_owned(),
            _ => word.to_owned(),
        })
        .collect()
}

/// A letter without its accent; nothing for the accent of a decomposed letter,
/// as in the names that macOS writes.
fn without_accent(letter: char) -> Option<char> {
    match letter {
        'à' | 'â' | 'ä' => Some('a'),
        'ç' => Some('c'),
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'î' | 'ï' => Some('i'),
        'ô' | 'ö' => Some('o'),
        'ù' | 'û' | 'ü' => Some('u'),
        '\u{300}'..='\u{36f}' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_it_are_understood() {
        let cases = [
            ("bulletin_03-2024.pdf", "payslip"),
            ("Fiche de paie mars.pdf", "payslip"),
            ("BULLETINS 2023.pdf", "payslip"),
            ("CV_Aubertin.docx", "cv"),
            ("Convention-de-stage signée.pdf", "internship_agreement"),
            ("attestation de re\u{301}ussite NFA031.pdf", "unit_certificate"),
            ("Diplôme BTS.jpg", "prior_diploma"),
            ("état des services.pdf", "service_record"),
        ];
        for (name, kind) in cases {
            assert_eq!(of_name(name).as_str(), kind, "{name}");
        }
    }

    #[test]
    fn names_that_do_not_say_it_are_other_pieces() {
        for name in ["scan001.pdf", "paiement.pdf", "recvable.pdf", "IMG_2041.HEIC", "contrat.pdf"]
        {
            assert_eq!(of_name(name).as_str(), "other_piece", "{name}");
        }
    }
}
