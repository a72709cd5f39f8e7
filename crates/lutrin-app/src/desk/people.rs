//! How colleagues are called.

use std::collections::HashMap;

use lutrin_domain::id::ReviewerId;
use lutrin_domain::reviewer::Reviewer;

use super::Desk;
use crate::error::AppError;

/// The names that came with dossiers, and who is at the desk.
pub(super) struct People {
    me: Reviewer,
    names: HashMap<ReviewerId, String>,
}

impl People {
    /// How somebody is called, if it is known here.
    pub(super) fn name(&self, id: ReviewerId) -> Option<String> {
        self.names.get(&id).cloned()
    }

    /// Who is at the desk.
    pub(super) fn me(&self) -> &Reviewer {
        &self.me
    }

    /// Whether it is who is at the desk.
    pub(super) fn is_me(&self, id: ReviewerId) -> bool {
        self.me.id == id
    }
}

impl Desk {
    /// Everybody who is known here.
    pub(super) async fn people(&self) -> Result<People, AppError> {
        let reviewer = self.store.profile().await?.reviewer;
        let known = self.store.people().await?.into_iter().map(|person| (person.id, person.name));
        let mut names: HashMap<_, _> = known.collect();
        names.insert(reviewer.id, reviewer.name.clone());
        Ok(People { me: reviewer, names })
    }
}
