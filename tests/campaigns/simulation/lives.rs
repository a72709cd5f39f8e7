//! Lives of a service and its machines, each from a number, each played twice.

use lutrin_testkit::simulation::world::{Life, play};

use crate::extent::Extent;

const SHORT: u64 = 300;

#[test]
fn c5_a_life_ends_well_and_the_same_way_twice() {
    let extent = Extent::asked(SHORT);
    let mut total = [0; 6];
    let mut slowest = 0;
    for number in extent.from..extent.from + extent.count {
        let first = play(extent.seed, number).unwrap_or_else(|wrong| panic!("{wrong}"));
        let second = play(extent.seed, number).unwrap();
        assert_eq!(first.trace, second.trace, "life {number} was played in two ways");
        let Life { decisions, requests, faults, crashes, restores, refused, cycles, .. } = first;
        let life = [decisions, requests, faults, crashes, restores, refused];
        total.iter_mut().zip(life).for_each(|(total, one)| *total += one);
        slowest = slowest.max(cycles);
    }
    let [decisions, requests, faults, crashes, restores, refused] = total;
    assert!(faults > 0 && crashes > 0 && refused > 0, "nothing was tried");
    extent.report(
        "simulation",
        &[
            ("decisions", decisions),
            ("requests", requests),
            ("faults", faults),
            ("crashes", crashes),
            ("restores", restores),
            ("refused", refused),
            ("rounds until rest at most", slowest),
        ],
    );
}
