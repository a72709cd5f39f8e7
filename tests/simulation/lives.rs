//! Lives of a service and its machines, each from a number, each played twice.
//!
//! `LUTRIN_CAMPAIGN_SCALE` says how many: 300 without it, as in `cargo xtask test`.
//! `LUTRIN_CAMPAIGN_FROM` is the number of the first.

use lutrin_testkit::simulation::world::{Life, play};

const SHORT: u64 = 300;

fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn c5_a_life_ends_well_and_the_same_way_twice() {
    let from = asked("LUTRIN_CAMPAIGN_FROM", 0);
    let count = asked("LUTRIN_CAMPAIGN_SCALE", SHORT);
    let mut total = [0; 7];
    for seed in from..from + count {
        let first = play(seed).unwrap_or_else(|wrong| panic!("{wrong}"));
        let second = play(seed).unwrap();
        assert_eq!(first.trace, second.trace, "seed {seed} was played in two ways");
        let Life { decisions, requests, faults, crashes, restores, refused, cycles, .. } = first;
        let life = [decisions, requests, faults, crashes, restores, refused];
        total.iter_mut().zip(life).for_each(|(total, one)| *total += one);
        total[6] = total[6].max(cycles);
    }
    let [decisions, requests, faults, crashes, restores, refused, cycles] = total;
    assert!(faults > 0 && crashes > 0 && restores > 0 && refused > 0, "nothing was tried");
    println!(
        "campaign simulation: from {from}: {count} lives, {decisions} decisions, {requests} \
         requests, {faults} faults, {crashes} crashes, {restores} restores, {refused} refused; at \
         rest after {cycles} rounds at most; 0 failed (95 %: under {:.3} %)",
        300.0 / count as f64
    );
}
