//! Devices, sessions and the hashes of their tokens.

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::id::{DeviceId, ReviewerId};
use lutrin_domain::reviewer::Reviewer;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

use super::convert::{read, read_optional};
use super::reviewers;
use crate::db::{
    Access, DbError, NewSession, Opening, RegisteredDevice, Renewal, Renewed, Session, SessionId,
    TokenHash, TokenPair,
};

/// How long after a request a copy of it may arrive.
const COPY: SignedDuration = SignedDuration::from_secs(30);

/// Opens a session; registers the device the first time it is seen.
pub async fn open(connection: &mut SqliteConnection, new: &NewSession) -> Result<Opening, DbError> {
    match device_standing(connection, new).await? {
        DeviceStanding::Fine => {}
        DeviceStanding::Revoked => return Ok(Opening::DeviceRevoked),
        DeviceStanding::Other => return Ok(Opening::OtherDevice),
    }
    sqlx::query("INSERT INTO session (id, device, opened_at) VALUES (?, ?, ?)")
        .bind(new.id.0.to_string())
        .bind(new.device.to_string())
        .bind(new.now.to_string())
        .execute(&mut *connection)
        .await?;
    add_tokens(connection, new.id, None, &new.tokens, new.now).await?;
    Ok(Opening::Open(reviewers::find(connection, new.reviewer).await?))
}

enum DeviceStanding {
    Fine,
    Revoked,
    Other,
}

async fn device_standing(
    connection: &mut SqliteConnection,
    new: &NewSession,
) -> Result<DeviceStanding, DbError> {
    sqlx::query(
        "INSERT INTO device (id, reviewer, name, public_key, registered_at)
         VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    )
    .bind(new.device.to_string())
    .bind(new.reviewer.to_string())
    .bind(&new.device_name)
    .bind(hex::encode(new.device_key))
    .bind(new.now.to_string())
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query("SELECT reviewer, public_key, revoked_at FROM device WHERE id = ?")
        .bind(new.device.to_string())
        .fetch_one(connection)
        .await?;
    let reviewer: ReviewerId = read(&row, "reviewer")?;
    if reviewer != new.reviewer || device_key(&row)? != new.device_key {
        return Ok(DeviceStanding::Other);
    }
    let revoked: Option<String> = row.try_get("revoked_at")?;
    Ok(if revoked.is_some() { DeviceStanding::Revoked } else { DeviceStanding::Fine })
}

fn device_key(row: &SqliteRow) -> Result<[u8; 32], DbError> {
    let text: &str = row.try_get("public_key")?;
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key).map_err(|_| DbError::Unreadable { what: "public_key" })?;
    Ok(key)
}

/// A machine that was registered.
pub async fn device(
    connection: &mut SqliteConnection,
    device: DeviceId,
) -> Result<Option<RegisteredDevice>, DbError> {
    let row = sqlx::query(
        "SELECT d.reviewer, d.public_key, d.revoked_at, r.disabled_at, r.name, r.roles, r.scope
         FROM device d JOIN reviewer r ON r.id = d.reviewer WHERE d.id = ?",
    )
    .bind(device.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(RegisteredDevice {
            id: device,
            owner: reviewers::from_row(&row)?,
            key: device_key(&row)?,
            revoked_at: read_optional(&row, "revoked_at")?,
            disabled_at: read_optional(&row, "disabled_at")?,
        })
    })
    .transpose()
}

async fn add_tokens(
    connection: &mut SqliteConnection,
    session: SessionId,
    parent: Option<TokenHash>,
    tokens: &TokenPair,
    now: Timestamp,
) -> Result<(), DbError> {
    let parent = parent.map(|parent| parent.0.to_string());
    // Access tokens past their time open nothing; those of one session are few,
    // so this is where they are swept.
    sqlx::query("DELETE FROM access_token WHERE session = ? AND expires_at_ms <= ?")
        .bind(session.0.to_string())
        .bind(now.as_millisecond())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO access_token (hash, session, expires_at_ms, parent) VALUES (?, ?, ?, ?)",
    )
    .bind(tokens.access.0.to_string())
    .bind(session.0.to_string())
    .bind(tokens.access_until.as_millisecond())
    .bind(&parent)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO refresh_token (hash, session, expires_at_ms, parent) VALUES (?, ?, ?, ?)",
    )
    .bind(tokens.refresh.0.to_string())
    .bind(session.0.to_string())
    .bind(tokens.refresh_until.as_millisecond())
    .bind(&parent)
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a refresh token up.
///
/// A second use ends the session: either the first use or this one was a thief's,
/// and nobody can tell which. Except when nothing that the first use gave was ever
/// used: then its answer was lost on the way, as on any bad network, and the
/// owner asks again. What it gave is taken back, so that whoever has it gains
/// nothing: one of the two will show a token that does not work, or one used up.
/// Moments after the first use, something on the way may have sent the same request
/// twice: this copy gets nothing, and ends nothing.
pub async fn renew(
    connection: &mut SqliteConnection,
    renewal: &Renewal,
) -> Result<Renewed, DbError> {
    let row = sqlx::query(
        "SELECT t.session, t.expires_at_ms, t.used_at, s.ended_at, d.reviewer, d.revoked_at,
                r.disabled_at
         FROM refresh_token t JOIN session s ON s.id = t.session JOIN device d ON d.id = s.device
         JOIN reviewer r ON r.id = d.reviewer
         WHERE t.hash = ?",
    )
    .bind(renewal.used.0.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(Renewed::Ended) };
    let session = SessionId(read::<Uuid>(&row, "session")?);
    let has = |column| row.try_get::<Option<String>, _>(column).map(|value| value.is_some());
    if has("revoked_at")? {
        return Ok(Renewed::DeviceRevoked);
    }
    if has("disabled_at")? {
        return Ok(Renewed::AccountDisabled);
    }
    if has("ended_at")? {
        return Ok(Renewed::Ended);
    }
    let repeated = has("used_at")?;
    if repeated && was_answer_used(connection, renewal.used).await? {
        let used_at: Timestamp = read(&row, "used_at")?;
        if renewal.now.duration_since(used_at).abs() < COPY {
            return Ok(Renewed::Ended);
        }
        end(connection, session, renewal.now).await?;
        return Ok(Renewed::Reused(session));
    }
    if row.try_get::<i64, _>("expires_at_ms")? <= renewal.now.as_millisecond() {
        return Ok(Renewed::Ended);
    }
    let reviewer = replace_token(connection, session, renewal, read(&row, "reviewer")?).await?;
    Ok(if repeated { Renewed::Repeated(reviewer) } else { Renewed::Renewed(reviewer) })
}

/// Whether a token that was given for this one has opened or renewed anything.
async fn was_answer_used(
    connection: &mut SqliteConnection,
    token: TokenHash,
) -> Result<bool, DbError> {
    let used = sqlx::query(
        "SELECT 1 FROM refresh_token WHERE parent = ?1 AND used_at IS NOT NULL
         UNION ALL SELECT 1 FROM access_token WHERE parent = ?1 AND used_at IS NOT NULL
         LIMIT 1",
    )
    .bind(token.0.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(used.is_some())
}

async fn replace_token(
    connection: &mut SqliteConnection,
    session: SessionId,
    renewal: &Renewal,
    reviewer: ReviewerId,
) -> Result<Reviewer, DbError> {
    sqlx::query("UPDATE refresh_token SET used_at = ? WHERE hash = ?")
        .bind(renewal.now.to_string())
        .bind(renewal.used.0.to_string())
        .execute(&mut *connection)
        .await?;
    // What an earlier answer gave and nobody used.
    for unused in
        ["DELETE FROM access_token WHERE parent = ?", "DELETE FROM refresh_token WHERE parent = ?"]
    {
        sqlx::query(unused).bind(renewal.used.0.to_string()).execute(&mut *connection).await?;
    }
    add_tokens(connection, session, Some(renewal.used), &renewal.next, renewal.now).await?;
    reviewers::find(connection, reviewer).await
}

/// The session of an access token.
pub async fn by_access_token(
    connection: &mut SqliteConnection,
    access: TokenHash,
    now: Timestamp,
) -> Result<Access, DbError> {
    let row = sqlx::query(
        "SELECT t.session, t.expires_at_ms, t.used_at, s.device, s.ended_at, d.public_key,
                d.revoked_at, d.reviewer, r.name, r.roles, r.scope
         FROM access_token t
         JOIN session s ON s.id = t.session
         JOIN device d ON d.id = s.device
         JOIN reviewer r ON r.id = d.reviewer
         WHERE t.hash = ?",
    )
    .bind(access.0.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(Access::None) };
    if row.try_get::<Option<String>, _>("revoked_at")?.is_some() {
        return Ok(Access::DeviceRevoked);
    }
    let ended = row.try_get::<Option<String>, _>("ended_at")?.is_some();
    if ended || row.try_get::<i64, _>("expires_at_ms")? <= now.as_millisecond() {
        return Ok(Access::None);
    }
    if row.try_get::<Option<String>, _>("used_at")?.is_none() {
        note_use(connection, access, now).await?;
    }
    Ok(Access::Open(Box::new(Session {
        id: SessionId(read(&row, "session")?),
        reviewer: reviewers::from_row(&row)?,
        device: read(&row, "device")?,
        device_key: device_key(&row)?,
        shut_out_at: None,
    })))
}

/// Notes that a token arrived where it was sent: once for each, so that asking
/// costs a commit every five minutes only.
async fn note_use(
    connection: &mut SqliteConnection,
    access: TokenHash,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query("UPDATE access_token SET used_at = ? WHERE hash = ?")
        .bind(now.to_string())
        .bind(access.0.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a session and its access tokens; its refresh tokens stay as used up.
pub async fn end(
    connection: &mut SqliteConnection,
    session: SessionId,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query("UPDATE session SET ended_at = ? WHERE id = ? AND ended_at IS NULL")
        .bind(now.to_string())
        .bind(session.0.to_string())
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM access_token WHERE session = ?")
        .bind(session.0.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether a session goes on: not ended, on a machine that was not revoked.
pub async fn is_open(
    connection: &mut SqliteConnection,
    session: SessionId,
) -> Result<bool, DbError> {
    let open = sqlx::query(
        "SELECT 1 FROM session s JOIN device d ON d.id = s.device
         WHERE s.id = ? AND s.ended_at IS NULL AND d.revoked_at IS NULL",
    )
    .bind(session.0.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(open.is_some())
}

/// Revokes a device; says whether there is one.
pub async fn revoke_device(
    connection: &mut SqliteConnection,
    device: DeviceId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query("UPDATE device SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?")
        .bind(now.to_string())
        .bind(device.to_string())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
