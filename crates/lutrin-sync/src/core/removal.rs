//! The brake: a pull that would take much of what is carried away stops and asks.

use std::collections::BTreeSet;

use lutrin_domain::id::DossierId;

/// How many carried dossiers may leave at once without asking.
const MOST: usize = 5;
/// The share of the carried dossiers that may: one in this many.
const SHARE: usize = 5;

/// What a pull would remove, against what is carried and here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// The carried dossiers that would leave.
    pub leaving: BTreeSet<DossierId>,
    /// How many carried dossiers are here.
    pub carried: usize,
    /// Those whose leaving a person has confirmed.
    pub confirmed: BTreeSet<DossierId>,
}

impl Removal {
    /// Whether a person must be asked first: more than a few would leave, or more
    /// than their share, and not all of them were confirmed.
    pub fn must_be_asked(&self) -> bool {
        let count = self.leaving.len();
        let is_mass = count > MOST || count * SHARE > self.carried;
        count > 0 && is_mass && !self.leaving.is_subset(&self.confirmed)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn ids(count: u128) -> BTreeSet<DossierId> {
        (0..count).map(|n| DossierId(Uuid::from_u128(n))).collect()
    }

    #[test]
    fn more_than_five_or_more_than_a_fifth_is_asked() {
        let asked = |leaving, carried| {
            Removal { leaving: ids(leaving), carried, confirmed: ids(0) }.must_be_asked()
        };
        let cases = [(0, 0), (0, 50), (1, 5), (5, 25), (5, 1000)];
        assert!(cases.iter().all(|(leaving, carried)| !asked(*leaving, *carried)));
        let cases = [(6, 1000), (2, 9), (5, 24), (1, 4), (1, 1)];
        assert!(cases.iter().all(|(leaving, carried)| asked(*leaving, *carried)));
    }

    #[test]
    fn what_was_confirmed_may_leave_and_nothing_more() {
        let removal = Removal { leaving: ids(10), carried: 10, confirmed: ids(10) };
        assert!(!removal.must_be_asked());
        assert!(Removal { leaving: ids(11), ..removal }.must_be_asked());
    }
}
