use super::*;

fn entry(n: u64) -> Entry {
    Entry { at: format!("at {n}"), action: "decision".into(), ..Entry::default() }
}

fn journal(length: u64) -> (Vec<KeptEntry>, Chain) {
    let mut chain = Chain::BEGINNING;
    let kept = (1..=length).map(|number| {
        chain = chain.followed_by(&entry(number));
        KeptEntry { number, entry: entry(number), hash: chain.hash }
    });
    (kept.collect(), chain)
}

fn verified(kept: &[KeptEntry], head: Chain, witnesses: Vec<Chain>) -> Result<Chain, Broken> {
    let mut verification = Verification::new(witnesses);
    kept.iter().try_for_each(|kept| verification.follow(kept))?;
    verification.finish(head)
}

#[test]
fn a_journal_left_alone_is_verified() {
    let (kept, head) = journal(5);
    assert_eq!(verified(&kept, head, vec![head]), Ok(head));
    assert_eq!(verified(&[], Chain::BEGINNING, vec![]), Ok(Chain::BEGINNING));
}

#[test]
fn fields_do_not_run_into_each_other() {
    let a = Entry { device: Some("ab".into()), ..entry(1) };
    let variants = [
        Entry { device: Some("a".into()), request_id: Some("b".into()), ..entry(1) },
        Entry { device: None, request_id: Some("ab".into()), ..entry(1) },
        Entry { device: Some(String::new()), request_id: Some("ab".into()), ..entry(1) },
    ];
    let hash = |entry: &Entry| Chain::BEGINNING.followed_by(entry).hash;
    assert!(variants.iter().all(|other| hash(other) != hash(&a)));
}

#[test]
fn an_end_made_anew_is_seen_by_a_witness() {
    let (kept, head) = journal(9);
    let witness = Chain { entries: 6, hash: kept[5].hash };
    let (mut anew, _) = journal(4);
    let mut chain = Chain { entries: 4, hash: anew[3].hash };
    for number in 5..=9 {
        let entry = Entry { outcome: "other".into(), ..entry(number) };
        chain = chain.followed_by(&entry);
        anew.push(KeptEntry { number, entry, hash: chain.hash });
    }
    assert_eq!(verified(&anew, chain, vec![]), Ok(chain), "nothing else shows it");
    let broken = Broken { entry: 6, what: Sign::Witness };
    assert_eq!(verified(&anew, chain, vec![witness]), Err(broken));
    // Nor can the whole end be cut off, head included.
    let cut = Chain { entries: 4, hash: kept[3].hash };
    assert_eq!(verified(&kept[..4], cut, vec![witness]), Err(broken));
    assert_eq!(verified(&kept, head, vec![witness]), Ok(head));
}

#[test]
fn witnesses_are_written_when_due_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |minutes: i64| Timestamp::from_second(1_790_000_000 + 60 * minutes).unwrap();
    let chain = |entries| Chain { entries, hash: Digest([7; 32]) };
    let write = |entries, minutes, when| {
        witness(folder.path(), chain(entries), at(minutes), when).unwrap();
        witnesses(folder.path()).unwrap().last().map_or(0, |last| last.entries)
    };
    assert_eq!(write(0, 0, When::Now), 0, "there is nothing to witness");
    assert_eq!(write(3, 0, When::Due), 3, "the first one");
    assert_eq!(write(4, 1, When::Due), 3, "too soon");
    assert_eq!(write(1_003, 1, When::Due), 1_003, "enough entries");
    assert_eq!(write(1_004, 61, When::Due), 1_004, "an hour");
    assert_eq!(write(1_005, 62, When::Now), 1_005);
    assert_eq!(write(1_005, 900, When::Due), 1_005);
    assert_eq!(witnesses(folder.path()).unwrap().len(), 4, "nothing new, nothing written");
    std::fs::write(folder.path().join(HEADS_FILE), "12 who\n").unwrap();
    assert!(witnesses(folder.path()).is_err());
}
