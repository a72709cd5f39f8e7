//! One module per table: its queries and nothing else. SQL stands nowhere else.
//!
//! Functions take the connection or transaction they work in; they never begin
//! or commit one.

pub(crate) mod carried;
pub(crate) mod catalogues;
pub(crate) mod chunks;
pub(crate) mod documents;
pub(crate) mod dossiers;
pub(crate) mod drafts;
pub(crate) mod exchanges;
pub(crate) mod files;
pub(crate) mod juries;
pub(crate) mod looks;
pub(crate) mod meta;
pub(crate) mod migrations;
pub(crate) mod outbox;
pub(crate) mod page_texts;
pub(crate) mod people;
pub(crate) mod reading;
pub(crate) mod receipts;
pub(crate) mod settings;
pub(crate) mod summaries;
pub(crate) mod texts;
pub(crate) mod work;

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// When the first decision was recorded that settles the one in the row `outbox`, which was
/// refused: one made later on its subject that may count, and was not made on a refused one.
/// Only decisions are asked for which the condition given holds too, if any is.
macro_rules! settled_at {
    () => {
        $crate::tables::settled_at!("TRUE")
    };
    ($also:literal) => {
        concat!(
            "(SELECT a.recorded_at FROM outbox a
              WHERE a.dossier IS outbox.dossier AND a.subject = outbox.subject
                AND a.seq > outbox.seq AND a.state IN ('pending', 'acknowledged') AND ",
            $also,
            " AND NOT EXISTS (SELECT 1 FROM outbox b
                  WHERE b.decision = a.based_on AND b.state = 'refused')
              ORDER BY a.seq LIMIT 1)"
        )
    };
}
pub(crate) use settled_at;

/// Whether a decision in the row `outbox` was refused and a person is to settle it: nobody said
/// that it is settled, and no decision settles it.
macro_rules! decision_is_open {
    () => {
        concat!(
            "(outbox.state = 'refused' AND outbox.arbitrated_at IS NULL
              AND outbox.settled_at IS NULL AND ",
            $crate::tables::settled_at!(),
            " IS NULL)"
        )
    };
}
pub(crate) use decision_is_open;

/// Whether a decision in the row `outbox` waits: to be sent or answered, or
/// refused and not arbitrated.
macro_rules! decision_waits {
    () => {
        concat!("(outbox.state = 'pending' OR ", $crate::tables::decision_is_open!(), ")")
    };
}
pub(crate) use decision_waits;

/// Whether a decision waits to leave that is about the dossier of a row.
macro_rules! decision_leaves {
    ($row:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM outbox o WHERE o.dossier = ",
            $row,
            ".dossier AND o.state = 'pending')"
        )
    };
}
pub(crate) use decision_leaves;

/// Whether work made here waits on the dossier of a row: to be sent, answered or
/// arbitrated, or a text not finished.
macro_rules! work_waits {
    ($row:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM outbox WHERE outbox.dossier = ",
            $row,
            ".dossier AND ",
            $crate::tables::decision_waits!(),
            ") OR EXISTS (SELECT 1 FROM drafts t WHERE t.dossier = ",
            $row,
            ".dossier))"
        )
    };
}
pub(crate) use work_waits;

/// What a table function gives.
pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// A domain value as it is stored.
pub(crate) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable { what })
}

/// A domain value as it was stored.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable { what })
}

/// An identifier, digest or time as it was stored.
pub(crate) fn parse<T: FromStr>(text: &str, what: &'static str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Unreadable { what })
}

/// Every text of a list, read.
pub(crate) fn parse_all<T: FromStr>(texts: &[String], what: &'static str) -> Result<Vec<T>> {
    texts.iter().map(|text| parse(text, what)).collect()
}

/// A count or position as SQLite keeps it: none comes near the 63 bits.
pub(crate) fn to_sql(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count or position as SQLite kept it.
pub(crate) fn from_sql<T: TryFrom<i64>>(value: i64, what: &'static str) -> Result<T> {
    T::try_from(value).map_err(|_| StoreError::Unreadable { what })
}
