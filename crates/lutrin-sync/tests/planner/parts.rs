//! The other parts that decide: documents, events, waits.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_store::DossierFile;
use lutrin_sync::core::download::{Download, Head, Reception};
use lutrin_sync::core::events::EventLines;
use lutrin_sync::core::pace::Pace;
use lutrin_sync::core::reception::{Failed, Queue};
use lutrin_sync::core::schedule::{LONGEST_ASKED, LONGEST_RETRY, Schedule};
use lutrin_sync::progress::FileFailure;
use proptest::prelude::*;
use uuid::Uuid;

use crate::holds;

fn file(number: u8) -> DossierFile {
    let dossier = DossierId(Uuid::from_u128(u128::from(number % 4)));
    DossierFile { dossier, sha256: Digest::of(&[number]), size: 10 }
}

#[test]
fn no_file_starves_another_or_is_fetched_twice_at_once() {
    let drawn = (1..30u8, prop::collection::vec((any::<u8>(), 0..4u8), 0..200));
    holds("queue", drawn, |(count, steps)| {
        let files: Vec<_> = (0..count).map(file).collect();
        let mut queue = Queue::default();
        queue.plan(files.clone());
        let (mut now, mut running, mut came) = (Instant::now(), Vec::new(), BTreeSet::new());
        for (chance, what) in steps {
            if let Some(next) = queue.next(None, now) {
                prop_assert!(!running.contains(&next) && !came.contains(&next.sha256));
                running.push(next);
            }
            if running.is_empty() {
                continue;
            }
            let one = running.swap_remove(usize::from(chance) % running.len());
            match what {
                0 => {
                    queue.came(one);
                    came.insert(one.sha256);
                }
                1 => drop(queue.failed(one, Failed::Wrong(FileFailure::Mismatch), now)),
                2 => drop(queue.failed(one, Failed::Broken { some_came: chance > 99 }, now)),
                _ => running.push(one),
            }
            now += Duration::from_millis(u64::from(chance) * 40);
        }
        // From here on nothing fails: everything comes.
        for one in running {
            queue.came(one);
            came.insert(one.sha256);
        }
        now += Duration::from_secs(7 * 60 * 60);
        while let Some(next) = queue.next(None, now) {
            queue.came(next);
            came.insert(next.sha256);
        }
        prop_assert_eq!(came.len(), files.len());
        Ok(())
    });
}

#[test]
fn bytes_are_appended_only_where_they_belong() {
    let number = || prop::option::of(0..120u64);
    let drawn = (
        prop::sample::select(vec![200u16, 204, 206, 304, 416, 500]),
        (0..110u64, 0..110u64, 90..110u64),
        number(),
        0..100u64,
    );
    holds("download", drawn, |(status, (first, last, total), content_length, received)| {
        let download = Download { sha256: Digest::of(b"x"), size: 100, received };
        let content_range = Some(format!("bytes {first}-{last}/{total}"));
        let head =
            Head { status, content_range, content_length, content_encoding: None, etag: None };
        match download.receive(&head) {
            Ok(Reception::Append) => {
                prop_assert!(status == 206 && first == received && total == 100 && last < 100);
                prop_assert!(content_length.is_none_or(|length| length == last - first + 1));
            }
            Ok(Reception::PassOver(bytes)) => {
                prop_assert!(status == 200 && bytes == received);
                prop_assert!(content_length.is_none_or(|length| length == 100));
            }
            Err(_) => {}
        }
        Ok(())
    });
}

#[test]
fn events_do_not_depend_on_how_the_stream_is_cut() {
    let line = prop::sample::select(vec![
        "data: {\"position\":5}\n",
        "data: soon\n",
        "event: changed\n",
        "event: other\n",
        ": alive\n",
        "\n",
        "\r\n",
        "nonsense\n",
        "\u{fffd}",
    ]);
    let drawn = (prop::collection::vec(line, 0..40), prop::collection::vec(1..20usize, 1..40));
    holds("events", drawn, |(lines, sizes)| {
        let stream = lines.concat().into_bytes();
        let whole = EventLines::default().feed(&stream);
        let (mut cut, mut rest, mut told) = (EventLines::default(), stream.as_slice(), vec![]);
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            told.extend(cut.feed(piece));
            rest = after;
        }
        prop_assert_eq!(told, whole);
        Ok(())
    });
}

#[test]
fn waits_stay_within_their_bounds() {
    let outcome = prop::option::of((any::<f64>(), prop::option::of(any::<u64>())));
    holds("schedule", prop::collection::vec(outcome, 0..60), |outcomes| {
        let mut schedule = Schedule::default();
        for outcome in outcomes {
            let calm = Duration::from_secs(60);
            match outcome.filter(|(jitter, _)| !jitter.is_nan()) {
                Some((jitter, asked)) => {
                    let asked = asked.map(Duration::from_secs);
                    let wait = schedule.failed(jitter, asked);
                    prop_assert!(wait >= Duration::from_millis(500));
                    prop_assert!(wait <= LONGEST_RETRY.max(LONGEST_ASKED.mul_f64(1.2)));
                    prop_assert!(asked.is_none_or(|asked| wait >= asked.min(LONGEST_ASKED)));
                }
                None => {
                    let wait = schedule.succeeded(calm, 0.3);
                    prop_assert!(wait >= calm.mul_f64(0.79) && wait <= calm.mul_f64(1.21));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn the_rate_stays_under_its_limit_over_any_stretch() {
    let steps = prop::collection::vec((0..200_000u64, 0..5_000u64), 1..80);
    holds("pace", (1_000..10_000_000u64, steps), |(limit, steps)| {
        let mut pace = Pace::new(Some(limit));
        let start = Instant::now();
        let (mut now, mut bytes) = (start, 0);
        for (came, idle) in steps {
            bytes += came;
            now += pace.take(came, now) + Duration::from_millis(idle);
        }
        let seconds = (now - start).as_secs_f64();
        prop_assert!(bytes as f64 <= (seconds + 1.01) * limit as f64);
        Ok(())
    });
}
