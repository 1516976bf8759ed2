//! An iteration allocates nothing, however many there are.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use allocation_counter::measure;
use plimsoll_load::{Load, op};
use plimsoll_model::Profile;

/// What a run of that many operations allocates on the thread that carries it, in one window.
fn allocations(profile: impl Fn(u64) -> Profile, operations: u64) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = || {
        let load = Load::new("counted")
            .mix([(2, op("yields", |_| tokio::task::yield_now())), (1, op("empty", |_| async {}))])
            // Few places, so that their number does not depend on how late this machine happens to be.
            .in_flight(4)
            .window(Duration::from_secs(3_600))
            .measure(profile(operations));
        let run = runtime.block_on(load.run()).unwrap();
        assert_eq!(run.scenarios.iter().map(|scenario| scenario.counts.ok).sum::<u64>(), operations);
    };
    measure(run).count_total
}

fn more_operations_allocate_no_more(profile: impl Fn(u64) -> Profile) {
    let few = allocations(&profile, 3_000);
    let many = allocations(&profile, 300_000);
    // Snapshots four times a second, and queues that grow to their size, are no matter of iterations.
    assert!(many < few + 300, "{few} for 3,000 operations, {many} for 300,000");
}

#[test]
fn of_users() {
    more_operations_allocate_no_more(|operations| Profile::iterations(10, operations).unwrap());
}

#[test]
fn of_arrivals() {
    more_operations_allocate_no_more(|operations| {
        Profile::hold(100_000, Duration::from_micros(10) * u32::try_from(operations).unwrap()).unwrap()
    });
}
