//! What others do on the same dossier: the light, reservations, what is new.

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::decision::Act;
use lutrin_domain::dossier::{Dossier, Reservation};
use lutrin_domain::id::DossierId;
use lutrin_domain::news::{News, look, news};
use lutrin_domain::readiness::{Known, Standing, light, readiness};
use lutrin_domain::subject::Subject;
use lutrin_store::DossierOnDesk;

use super::people::People;
use super::work_list::count;
use super::{Desk, titles};
use crate::error::{AppError, ErrorCode, written_code};
use crate::view::{ConditionView, DossierView, LightView, NewsView, ReservationView, StandingView};

/// The longest reservation: a working day, so that one that was forgotten ends.
const RESERVED_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

impl Desk {
    /// Says to others that this reviewer works on the dossier, for some hours; or no longer,
    /// for none.
    ///
    /// # Errors
    ///
    /// When that is longer than a day, when the domain refuses, or the disk does.
    pub async fn reserve(&self, dossier: DossierId, hours: u32) -> Result<DossierView, AppError> {
        let time = SignedDuration::from_hours(hours.into());
        let until = (self.given.now)().checked_add(time).ok();
        let until = until.filter(|_| time <= RESERVED_AT_MOST);
        let until = until.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        let turn = self.turn(dossier).await?;
        self.decide(&turn, Subject::Dossier { dossier }, Act::Reserve { until }).await?;
        drop(turn);
        self.open_dossier(dossier).await
    }

    /// Notes that this reviewer has seen the dossier as it is here now.
    ///
    /// # Errors
    ///
    /// When it is not carried, or the disk refuses.
    pub async fn looked(&self, dossier: DossierId) -> Result<(), AppError> {
        let on_desk = self.on_desk(dossier).await?;
        Ok(self.store.set_look(dossier, &look(&on_desk.fold.dossier)).await?)
    }

    /// What is new since this reviewer's last look; nothing at the first.
    pub(super) async fn news(
        &self,
        on_desk: &DossierOnDesk,
        people: &People,
    ) -> Result<Vec<NewsView>, AppError> {
        let dossier = &on_desk.fold.dossier;
        let Some(before) = self.store.look(dossier.id).await? else { return Ok(Vec::new()) };
        let found = news(&before, dossier, people.me().id);
        Ok(found.into_iter().map(|news| news_view(news, on_desk, people)).collect())
    }

    /// Whether deciding is safe.
    pub(super) async fn light(
        &self,
        dossier: &Dossier,
        lacking_files: usize,
        contested: usize,
        may_decide: bool,
        people: &People,
    ) -> Result<LightView, AppError> {
        let now = (self.given.now)();
        let stale = self.store.lacks_snapshot(dossier.id).await?;
        let conditions = readiness(&Known {
            lacking_files: count(lacking_files),
            newer_exists: stale,
            last_contact: self.store.last_contact().await?.map(|contact| contact.at),
            now,
            // A dossier whose rules are not here cannot be opened.
            rules_here: true,
            reserved_by_other: standing_reservation(dossier, now)
                .is_some_and(|reservation| !people.is_me(reservation.by)),
            contested: count(contested),
            may_decide,
        });
        let view = |(condition, standing)| ConditionView {
            condition: written_code(&condition),
            standing: standing_view(standing),
        };
        Ok(LightView {
            light: standing_view(light(&conditions)),
            conditions: conditions.into_iter().map(view).collect(),
        })
    }

    /// Who works on it, if somebody has said so and the time is not over.
    pub(super) fn reservation(
        &self,
        on_desk: &DossierOnDesk,
        people: &People,
    ) -> Option<ReservationView> {
        let dossier = &on_desk.fold.dossier;
        let reservation = standing_reservation(dossier, (self.given.now)())?;
        let head = dossier.head(&Subject::Dossier { dossier: dossier.id });
        Some(ReservationView {
            name: people.name(reservation.by),
            mine: people.is_me(reservation.by),
            until: reservation.until.to_string(),
            unsent: on_desk.unsent.iter().any(|entry| Some(entry.decision()) == head),
        })
    }
}

fn standing_reservation(dossier: &Dossier, now: Timestamp) -> Option<&Reservation> {
    dossier.reservation.as_ref().filter(|reservation| reservation.until > now)
}

fn standing_view(standing: Standing) -> StandingView {
    match standing {
        Standing::Holds => StandingView::Holds,
        Standing::Unknown => StandingView::Unknown,
        Standing::Fails => StandingView::Fails,
    }
}

fn news_view(news: News, on_desk: &DossierOnDesk, people: &People) -> NewsView {
    let (code, slot, by, from) = match news {
        News::Deposited { slot, .. } => ("deposited", Some(slot), None, None),
        News::Replaced { slot, .. } => ("replaced", Some(slot), None, None),
        News::Settled { slot, by } => ("settled", Some(slot), Some(by), None),
        News::Signed { by } => ("signed", None, Some(by), None),
        News::Moved { from } => ("moved", None, None, Some(from.code().to_owned())),
    };
    let piece = slot.as_ref().and_then(|key| on_desk.fold.dossier.slot(key));
    NewsView {
        news: code.to_owned(),
        piece: piece.map(|slot| titles::piece(&on_desk.catalogue, slot)),
        slot: slot.map(|key| key.to_string()),
        name: by.and_then(|by| people.name(by)),
        from,
    }
}
