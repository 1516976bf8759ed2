//! Users with a role for good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, Operation, op};
use plimsoll_model::{Profile, Run};

const SECOND: Duration = Duration::from_secs(1);

type Seen = Arc<Mutex<BTreeMap<u64, BTreeSet<&'static str>>>>;

fn role(name: &'static str, seen: &Seen) -> Operation {
    let seen = Arc::clone(seen);
    op(name, move |cx: Context| {
        seen.lock().expect("nobody panics").entry(cx.user()).or_default().insert(name);
        async move { cx.sleep(Duration::from_millis(10)).await }
    })
}

/// Runs a hospital of one admin, two residents and five nurses in eight. Gives the roles that each user was seen in.
async fn hospital(shape: impl FnOnce(Load) -> Load) -> (Run, BTreeMap<u64, BTreeSet<&'static str>>) {
    let seen = Seen::default();
    let roles = [(1, role("admin", &seen)), (2, role("resident", &seen)), (5, role("nurse", &seen))];
    let run = shape(Load::new("hospital").roles(roles)).run().await.expect("the plan is valid");
    assert!(run.scenarios.iter().all(|scenario| scenario.counts.is_conserved()));
    let seen = seen.lock().expect("nobody panics").clone();
    (run, seen)
}

#[tokio::test]
async fn each_user_has_one_role_for_good_and_roles_have_their_shares() {
    let (run, seen) = hospital(|load| {
        load.warm_up(Profile::users(80, SECOND)).measure(Profile::users(80, SECOND)).virtual_time()
    })
    .await;
    assert!(seen.values().all(|roles| roles.len() == 1));
    let of = |role| seen.values().filter(|roles| roles.contains(role)).count();
    assert_eq!([of("admin"), of("resident"), of("nurse")], [10, 20, 50]);
    assert_eq!(
        run.scenarios.iter().map(|scenario| scenario.counts.ok).collect::<Vec<_>>(),
        [1_000, 2_000, 5_000]
    );
}

#[tokio::test]
async fn roles_are_the_same_on_any_number_of_threads() {
    let mut all = BTreeSet::new();
    for threads in [1, 2, 3] {
        let (run, seen) =
            hospital(|load| load.measure(Profile::per_user(16, 3)).dedicated_threads(threads)).await;
        let counts: Vec<_> = run.scenarios.iter().map(|s| (s.counts.planned, s.counts.ok)).collect();
        assert_eq!(counts, [(6, 6), (12, 12), (30, 30)]);
        all.insert(seen);
    }
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn of_operations_that_all_share_each_role_planned_what_it_started() {
    let (run, _) = hospital(|load| load.measure(Profile::iterations(8, 800)).virtual_time()).await;
    let counts: Vec<_> = run.scenarios.iter().map(|s| (s.counts.planned, s.counts.ok)).collect();
    assert_eq!(counts, [(100, 100), (200, 200), (500, 500)]);
}
