//! Whose store this is, and what is remembered of the service.

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::id::DeviceId;
use lutrin_domain::reviewer::Reviewer;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use zeroize::Zeroizing;

use crate::Store;
use crate::desk::Desk;
use crate::error::{RecordError, StoreError};
use crate::journal::{JournalRecipient, Record};
use crate::key::{DeviceKey, RefreshToken};
use crate::pull::CursorText;
use crate::push::{OutboxEntry, OutboxState};
use crate::tables::meta::{self, Key};
use crate::tables::{drafts, outbox};

/// One reviewer on one service, on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The address of the service.
    pub service: String,
    /// The reviewer, as the service last said.
    pub reviewer: Reviewer,
    /// This installation.
    pub device: DeviceId,
}

/// What a profile is created with.
#[derive(Clone, Debug)]
pub struct NewProfile {
    /// Whose it is.
    pub profile: Profile,
    /// The key with which this installation signs.
    pub device_key: DeviceKey,
    /// To whom the journal is sealed.
    pub journal_recipient: JournalRecipient,
}

/// The last time the service answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// The service's clock less this machine's.
    pub clock_offset: SignedDuration,
}

impl Contact {
    /// The service said what time it is when this machine's clock showed `at`.
    pub fn heard(service: Timestamp, at: Timestamp) -> Self {
        Self { at, clock_offset: service.duration_since(at) }
    }

    /// What time the service said it is.
    pub fn service_time(&self) -> Timestamp {
        self.at.saturating_add(self.clock_offset).unwrap_or(self.at)
    }
}

impl Store {
    /// Whose store this is.
    pub async fn profile(&self) -> Result<Profile, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let profile = meta::get_json(&mut desk.conn, Key::Profile).await?;
                    profile.ok_or(StoreError::Unreadable { what: "profile" })
                })
            })
            .await
    }

    /// Keeps what the service now says of the reviewer.
    pub async fn set_reviewer(&self, reviewer: &Reviewer) -> Result<(), StoreError> {
        let reviewer = reviewer.clone();
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let profile: Option<Profile> =
                        meta::get_json(&mut desk.conn, Key::Profile).await?;
                    let profile = profile.ok_or(StoreError::Unreadable { what: "profile" })?;
                    let profile = Profile { reviewer, ..profile };
                    meta::set_json(&mut desk.conn, Key::Profile, &profile).await
                })
            })
            .await
    }

    /// The key with which this installation signs decisions.
    pub async fn device_key(&self) -> Result<DeviceKey, StoreError> {
        let text = self.meta(Key::SigningSeed).await?.map(Zeroizing::new);
        let unreadable = StoreError::Unreadable { what: "device key" };
        let text = text.ok_or(unreadable.clone())?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.as_bytes(), &mut bytes).map_err(|_| unreadable)?;
        Ok(DeviceKey::new(bytes))
    }

    /// The token that gets the next session, if the reviewer is signed in.
    pub async fn refresh_token(&self) -> Result<Option<RefreshToken>, StoreError> {
        Ok(self.meta(Key::RefreshToken).await?.map(RefreshToken::new))
    }

    /// Keeps the next token, or forgets it on signing out. Written before the
    /// session it came with is used, so that a crash does not lose the session.
    pub async fn set_refresh_token(&self, token: Option<RefreshToken>) -> Result<(), StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let text = token.as_ref().map(RefreshToken::expose);
                    meta::set(&mut desk.conn, Key::RefreshToken, text).await
                })
            })
            .await
    }

    /// Seals the journal to this recipient: what follows, and all that is kept, since
    /// nobody may have the key of the former one any more. The same recipient
    /// changes nothing.
    pub async fn set_journal_recipient(
        &self,
        recipient: &JournalRecipient,
    ) -> Result<(), RecordError> {
        let recipient = recipient.clone();
        self.desk.ask(|desk| Box::pin(set_recipient(desk, recipient))).await
    }

    /// Where to go on in the feed; absent before the first answer.
    pub async fn cursor(&self) -> Result<Option<CursorText>, StoreError> {
        Ok(self.meta(Key::Cursor).await?.map(CursorText))
    }

    /// The last time the service answered.
    pub async fn last_contact(&self) -> Result<Option<Contact>, StoreError> {
        self.desk.ask(|desk| Box::pin(meta::get_json(&mut desk.conn, Key::LastContact))).await
    }

    async fn meta(&self, key: Key) -> Result<Option<String>, StoreError> {
        self.desk.ask(move |desk| Box::pin(meta::get(&mut desk.conn, key))).await
    }
}

/// Keeps what a new profile is created with.
pub(crate) async fn write_new(
    conn: &mut SqliteConnection,
    new: &NewProfile,
) -> Result<(), StoreError> {
    let key = Zeroizing::new(hex::encode(new.device_key.expose()));
    let recipient = new.journal_recipient.to_string();
    meta::set_json(conn, Key::Profile, &new.profile).await?;
    meta::set(conn, Key::SigningSeed, Some(&key)).await?;
    meta::set(conn, Key::JournalRecipient, Some(&recipient)).await
}

/// The journal first: a crash in between is put right at the next session.
async fn set_recipient(desk: &mut Desk, recipient: JournalRecipient) -> Result<(), RecordError> {
    let text = recipient.to_string();
    if meta::get(&mut desk.conn, Key::JournalRecipient).await?.as_ref() == Some(&text) {
        return Ok(());
    }
    let entries = outbox::all(&mut desk.conn).await?;
    let drafts = drafts::all(&mut desk.conn, None).await?;
    let decisions = entries.iter().map(OutboxEntry::decision).collect();
    let mut records: Vec<Record> = entries.into_iter().map(Record::from).collect();
    records.extend(drafts.into_iter().map(Record::from));
    desk.with_journal(move |journal| journal.reseal(recipient, &decisions, &records)).await?;
    Ok(meta::set(&mut desk.conn, Key::JournalRecipient, Some(&text)).await?)
}

/// What the journal says of a decision of the outbox.
impl From<OutboxEntry> for Record {
    fn from(entry: OutboxEntry) -> Self {
        let recorded_at = entry.recorded_at;
        match entry.state {
            OutboxState::Withdrawn => {
                Self::Withdrawn { decision: entry.decision(), at: recorded_at }
            }
            _ => Self::Decision { stamped: Box::new(entry.stamped), recorded_at },
        }
    }
}
