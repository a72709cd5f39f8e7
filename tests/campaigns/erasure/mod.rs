//! C18: dossiers leave a scope or the service, a sitting is over, a machine is revoked, an
//! account disabled, at any moment of the work. What had to go is gone from every file of
//! the machine, in clear and decrypted; what was decided is at the service; the receipt says
//! how much.

mod scan;
mod world;

use lutrin_testkit::dice::Dice;

use self::world::{Counts, World};
use crate::extent::Extent;

const SHORT: u64 = 20;
/// How many runs share a service.
const TOGETHER: u64 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn c18_what_must_go_leaves_no_trace_and_what_was_decided_is_not_lost() {
    scan::listen_to_the_log();
    let extent = Extent::asked(SHORT);
    let mut counts = Counts::default();
    let mut world = World::new().await;
    for run in extent.from..extent.from + extent.count {
        if run % TOGETHER == 0 {
            world = World::new().await;
        }
        let name = format!("erasure, seed {} from {run}", extent.seed);
        world.run(&name, run, Dice::of(extent.seed, run), &mut counts).await;
    }
    extent.report("erasure", &counts.told());
}
