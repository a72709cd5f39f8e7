//! What is remembered of the profile and the service, one value per key.

use sqlx::SqliteConnection;

use super::{Result, from_json, to_json};

/// The keys in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// [`crate::Profile`].
    Profile,
    /// The device key, 64 hexadecimal digits.
    SigningSeed,
    RefreshToken,
    JournalRecipient,
    Cursor,
    /// The life of the service in which acknowledged decisions were acknowledged.
    Epoch,
    JuriesRev,
    /// [`crate::Contact`].
    LastContact,
    /// Counts rebuilds of the mirror.
    Generation,
    /// There while a rebuild goes on.
    Rebuilding,
    /// [`lutrin_protocol::lease::LeaseTerms`].
    Lease,
    /// [`lutrin_domain::lease::TrustedTime`].
    TrustedTime,
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SigningSeed => "device_key",
            Self::RefreshToken => "refresh_token",
            Self::JournalRecipient => "journal_recipient",
            Self::Cursor => "cursor",
            Self::Epoch => "epoch",
            Self::JuriesRev => "juries_rev",
            Self::LastContact => "last_contact",
            Self::Generation => "generation",
            Self::Rebuilding => "rebuilding",
            Self::Lease => "lease",
            Self::TrustedTime => "trusted_time",
        }
    }
}

/// The text of a key.
pub(crate) async fn get(conn: &mut SqliteConnection, key: Key) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
        .bind(key.name())
        .fetch_optional(conn)
        .await?)
}

/// Keeps a text, or forgets the key.
pub(crate) async fn set(conn: &mut SqliteConnection, key: Key, value: Option<&str>) -> Result<()> {
    let query = match value {
        Some(value) => sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
            .bind(key.name())
            .bind(value.to_owned()),
        None => sqlx::query("DELETE FROM meta WHERE key = ?").bind(key.name()),
    };
    query.execute(conn).await?;
    Ok(())
}

/// A value kept as JSON.
pub(crate) async fn get_json<T: serde::de::DeserializeOwned>(
    conn: &mut SqliteConnection,
    key: Key,
) -> Result<Option<T>> {
    get(conn, key).await?.map(|text| from_json(&text, key.name())).transpose()
}

/// Keeps a value as JSON.
pub(crate) async fn set_json<T: serde::Serialize>(
    conn: &mut SqliteConnection,
    key: Key,
    value: &T,
) -> Result<()> {
    let text = to_json(value, key.name())?;
    set(conn, key, Some(&text)).await
}
