//! The versions of the catalogue: the one that ships with the service, and those
//! that dossiers were pinned to before.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;

use crate::db::{DbError, Dossiers};

/// The catalogue that ships with this version of the service.
pub const SHIPPED: &str = include_str!("../../../assets/catalogue/2026-09.json");

/// The name of [`SHIPPED`].
pub static SHIPPED_HASH: LazyLock<Digest> = LazyLock::new(|| Digest::of(SHIPPED.as_bytes()));

/// Catalogues read once: they never change, and reading one takes milliseconds.
#[derive(Clone, Default)]
pub struct Catalogues {
    read: Arc<RwLock<HashMap<Digest, Arc<Catalogue>>>>,
}

impl Catalogues {
    /// The catalogue of this name, if the service has it.
    ///
    /// # Errors
    ///
    /// When the database fails, or holds a text that is no catalogue.
    pub async fn get(
        &self,
        db: &dyn Dossiers,
        hash: Digest,
    ) -> Result<Option<Arc<Catalogue>>, DbError> {
        let known = self.read.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let Some(text) = db.catalogue(hash).await? else { return Ok(None) };
        let (_, catalogue) =
            Catalogue::read(&text).map_err(|_| DbError::Unreadable { what: "catalogue" })?;
        let catalogue = Arc::new(catalogue);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.insert(hash, catalogue.clone());
        Ok(Some(catalogue))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lutrin_domain::catalogue::OTHER_REASON;

    use super::*;

    fn shipped() -> Catalogue {
        Catalogue::read(SHIPPED).unwrap().1
    }

    fn distinct<T: Ord>(codes: impl Iterator<Item = T>) -> bool {
        let mut seen = BTreeSet::new();
        codes.into_iter().all(|code| seen.insert(code))
    }

    #[test]
    fn every_code_stands_once() {
        let catalogue = shipped();
        assert!(distinct(catalogue.centers.iter().map(|center| &center.code)));
        assert!(distinct(catalogue.diplomas.iter().map(|diploma| &diploma.code)));
        assert!(distinct(catalogue.piece_kinds.iter().map(|kind| &kind.code)));
        assert!(distinct(catalogue.reasons.iter().map(|reason| &reason.code)));
        assert!(distinct(catalogue.rules.iter().map(|rule| &rule.code)));
    }

    #[test]
    fn everything_says_where_it_comes_from() {
        let catalogue = shipped();
        let diplomas = catalogue.diplomas.iter().map(|diploma| &diploma.source);
        let kinds = catalogue.piece_kinds.iter().map(|kind| &kind.source);
        let rules = catalogue.rules.iter().map(|rule| &rule.source);
        for source in diplomas.chain(kinds).chain(rules) {
            assert!(!source.text.trim().is_empty());
            assert!(source.url.as_ref().is_none_or(|url| url.starts_with("http")), "{source:?}");
        }
    }

    #[test]
    fn a_kind_offers_at_most_ten_known_reasons_and_other_last() {
        let catalogue = shipped();
        for kind in &catalogue.piece_kinds {
            assert!(kind.reasons.len() <= 10, "the keys 1 to 0: {}", kind.code);
            assert!(distinct(kind.reasons.iter()), "{}", kind.code);
            assert_eq!(kind.reasons.last().unwrap().as_str(), OTHER_REASON, "{}", kind.code);
            for reason in &kind.reasons {
                assert!(catalogue.reason(reason).is_some(), "{} of {}", reason, kind.code);
            }
        }
    }

    #[test]
    fn the_reasons_are_the_twenty_one_of_the_domain_notes() {
        let catalogue = shipped();
        assert_eq!(catalogue.reasons.len(), 21);
        for reason in &catalogue.reasons {
            assert!(!reason.label.is_empty() && reason.sentence.ends_with('.'), "{}", reason.code);
        }
    }

    #[test]
    fn the_reasons_of_a_payslip_stand_as_on_the_agreed_screen() {
        let catalogue = shipped();
        let payslip = catalogue.piece_kinds.iter().find(|kind| kind.code.as_str() == "payslip");
        let labels: Vec<_> = payslip
            .unwrap()
            .reasons
            .iter()
            .map(|reason| catalogue.reason(reason).unwrap().label.as_str())
            .collect();
        assert_eq!(
            labels,
            [
                "Autre personne",
                "Période différente",
                "Illisible",
                "Pages manquantes",
                "Autre nature de pièce",
                "Fichier inutilisable",
                "Contredit une pièce",
                "Traduction à fournir",
                "Original à demander",
                "Autre motif, à écrire",
            ]
        );
    }

    #[test]
    fn rules_name_known_diplomas_of_their_kind_and_sound_lengths() {
        let catalogue = shipped();
        for rule in &catalogue.rules {
            assert!(!rule.paths.is_empty(), "{}", rule.code);
            assert!(rule.valid_to.is_none_or(|last| rule.valid_from <= last), "{}", rule.code);
            for code in &rule.diplomas {
                let diploma = catalogue.diploma(code);
                assert!(diploma.is_some_and(|d| d.kind == rule.kind), "{} of {}", code, rule.code);
            }
            for internship in rule.paths.iter().filter_map(|path| path.internship) {
                let lengths = 3..=internship.max;
                assert!(internship.max <= 6 && lengths.contains(&internship.min), "{}", rule.code);
            }
        }
    }

    #[test]
    fn texts_have_no_narrow_space_and_no_word_that_accuses() {
        // U+202F is absent from the fonts of the application; the words are those
        // that its wording excludes.
        let text = SHIPPED.to_lowercase();
        for excluded in ['\u{202f}', '\u{2009}'] {
            assert!(!text.contains(excluded));
        }
        for excluded in ["falsifi", "fraud", "suspect", "invalide", "rejeté", "authentifié"] {
            assert!(!text.contains(excluded), "{excluded}");
        }
    }
}
