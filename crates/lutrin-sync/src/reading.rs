//! Reads long answers item by item, so that one item of a later version does not
//! make the whole unreadable.

use lutrin_domain::id::DossierId;
use lutrin_protocol::changes::{Change, ChangesResponse};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::push::{PushResponse, PushResult};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

/// A page of the feed, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadChanges {
    /// What could be read; a snapshot that could not is left out.
    pub response: ChangesResponse,
    /// Dossiers of which nothing could be read, with their positions: they are
    /// there, and what is held of them stays.
    pub unreadable: Vec<(u64, DossierId)>,
}

#[derive(Deserialize)]
struct RawChanges<'a> {
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    people: Vec<&'a RawValue>,
    cursor: Cursor,
    more: bool,
    juries_rev: u32,
    backup_watermark: u64,
    server_time: jiff::Timestamp,
    #[serde(default)]
    lease: Option<LeaseTerms>,
}

/// Reads a page of the feed.
pub(crate) fn read_changes(bytes: &[u8]) -> serde_json::Result<ReadChanges> {
    let raw: RawChanges<'_> = serde_json::from_slice(bytes)?;
    let mut changes = Vec::with_capacity(raw.changes.len());
    let mut unreadable = Vec::new();
    for item in raw.changes {
        match read_change(item) {
            Ok(change) => changes.push(change),
            Err(named) => unreadable.extend(named),
        }
    }
    // Somebody who cannot be read is somebody without a name.
    let people =
        raw.people.into_iter().filter_map(|person| serde_json::from_str(person.get()).ok());
    let response = ChangesResponse {
        changes,
        people: people.collect(),
        cursor: raw.cursor,
        more: raw.more,
        juries_rev: raw.juries_rev,
        backup_watermark: raw.backup_watermark,
        server_time: raw.server_time,
        lease: raw.lease,
    };
    Ok(ReadChanges { response, unreadable })
}

/// A change, or the dossier it is about if even that can be told.
fn read_change(item: &RawValue) -> Result<Change, Option<(u64, DossierId)>> {
    if let Ok(change) = serde_json::from_str(item.get()) {
        return Ok(change);
    }
    let Ok(mut value) = serde_json::from_str::<Value>(item.get()) else { return Err(None) };
    without(&mut value, "snapshot");
    let named = name_of(&value);
    serde_json::from_value(value).map_err(|_| named)
}

fn name_of(value: &Value) -> Option<(u64, DossierId)> {
    let position = value.get("position")?.as_u64()?;
    let dossier = value.get("dossier").or_else(|| value.get("summary")?.get("id"))?;
    Some((position, serde_json::from_value(dossier.clone()).ok()?))
}

#[derive(Deserialize)]
struct RawPush<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
    #[serde(default)]
    epoch: Option<Uuid>,
    server_time: jiff::Timestamp,
}

/// Reads the answer to a push. A result that cannot be read is no answer: its
/// decision stays pending.
pub(crate) fn read_push(bytes: &[u8]) -> serde_json::Result<PushResponse> {
    let raw: RawPush<'_> = serde_json::from_slice(bytes)?;
    let results = raw.results.into_iter().filter_map(read_result).collect();
    Ok(PushResponse { results, epoch: raw.epoch, server_time: raw.server_time })
}

fn read_result(item: &RawValue) -> Option<PushResult> {
    serde_json::from_str(item.get()).ok().or_else(|| {
        let mut value: Value = serde_json::from_str(item.get()).ok()?;
        without(&mut value, "held");
        serde_json::from_value(value).ok()
    })
}

fn without(value: &mut Value, field: &str) {
    if let Value::Object(fields) = value {
        fields.remove(field);
    }
}

#[cfg(test)]
mod tests {
    use lutrin_domain::id::DecisionId;
    use lutrin_domain::refusal::Refusal;
    use lutrin_protocol::push::PushOutcome;

    use super::*;

    const DOSSIER: &str = "00000000-0000-0000-0000-000000000009";

    #[test]
    fn one_change_that_cannot_be_read_does_not_stop_the_feed() {
        let page = format!(
            r#"{{"changes":[
                {{"change":"put","position":4,"summary":{{"id":"{DOSSIER}","state":[]}}}},
                {{"change":"remove","position":5,"dossier":"{DOSSIER}"}},
                {{"change":"merge","position":6,"dossier":"{DOSSIER}","into":"x"}},
                {{"change":"put"}}, 7
            ],"cursor":"{DOSSIER}.1.6","more":false,"juries_rev":1,"backup_watermark":0,
              "server_time":"2026-11-21T09:00:00Z"}}"#
        );
        let read = read_changes(page.as_bytes()).unwrap();
        let dossier: DossierId = DOSSIER.parse().unwrap();
        assert_eq!(read.response.changes, [Change::Remove { position: 5, dossier }]);
        assert_eq!(read.unreadable, [(4, dossier), (6, dossier)]);
        assert_eq!(read.response.cursor.position, 6);
    }

    #[test]
    fn one_result_that_cannot_be_read_leaves_the_others() {
        let id = |n: u128| DecisionId(Uuid::from_u128(n));
        let answer = format!(
            r#"{{"results":[
                {{"decision":"{}","outcome":"deferred","base":"{DOSSIER}"}},
                {{"decision":"{}","outcome":"refused","refusal":{{"code":"moon"}},"held":{{"of":2031}}}},
                {{"decision":"{}","outcome":"applied","position":7,"received_at":"2026-11-21T09:00:00Z"}}
            ],"server_time":"2026-11-21T09:00:00Z"}}"#,
            id(1),
            id(2),
            id(3)
        );
        let read = read_push(answer.as_bytes()).unwrap();
        let told: Vec<_> = read.results.iter().map(|result| result.id).collect();
        assert_eq!(told, [id(2), id(3)], "what is not understood is not an answer");
        let PushOutcome::Refused { refusal: Refusal::Other { code, .. }, held: None } =
            &read.results[0].outcome
        else {
            panic!("{:?}", read.results[0]);
        };
        assert_eq!(code, "moon");
    }
}
