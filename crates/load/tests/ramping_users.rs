//! Users that come and go, and users with so many operations each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, Operation, Shard, op};
use plimsoll_model::{Compose, PlanError, Profile, Run};

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// When the operations of each user started.
type Starts = Arc<Mutex<BTreeMap<u64, Vec<Duration>>>>;

/// An operation that takes a time and notes when it started.
fn noted(takes: Duration) -> (Operation, Starts) {
    let starts = Starts::default();
    let log = Arc::clone(&starts);
    let operation = op("op", move |cx: Context| {
        log.lock().expect("nobody panics").entry(cx.user()).or_default().push(cx.now());
        async move { cx.sleep(takes).await }
    });
    (operation, starts)
}

async fn run(load: Load) -> Run {
    let run = load.run().await.expect("the plan is valid");
    for scenario in &run.scenarios {
        assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
        assert_eq!(scenario.counts.ok, scenario.counts.started);
    }
    run
}

/// The starts of each user in virtual time.
async fn virtual_starts(
    takes: Duration,
    profile: Result<Profile, PlanError>,
) -> BTreeMap<u64, Vec<Duration>> {
    let (operation, starts) = noted(takes);
    run(Load::new("users").operation(operation).measure(profile).virtual_time()).await;
    starts.lock().expect("nobody panics").clone()
}

#[tokio::test]
async fn a_user_comes_when_the_ramp_passes_its_half() {
    let starts = virtual_starts(ms(100), Profile::ramp_users(0, 10, 10 * SECOND)).await;
    let first: Vec<_> = starts.values().map(|starts| starts[0]).collect();
    assert_eq!(first, (0..10).map(|user| user * SECOND + ms(500)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_user_goes_at_the_mirror_image_of_its_coming() {
    let profile = Profile::ramp_users(0, 10, 10 * SECOND).then(Profile::ramp_users(10, 0, 10 * SECOND));
    let starts = virtual_starts(ms(100), profile).await;
    for (user, starts) in (0u32..).zip(starts.values()) {
        let (comes, goes) = (user * SECOND + ms(500), 20 * SECOND - (user * SECOND + ms(500)));
        assert_eq!((starts[0], starts[starts.len() - 1]), (comes, goes), "user {user}");
        assert_eq!(starts.len(), 10 * (19 - 2 * user as usize) + 1, "user {user}");
    }
}

#[tokio::test]
async fn a_user_that_is_to_go_ends_its_operation_first() {
    let profile = Profile::users(4, SECOND).then(Profile::users(1, 9 * SECOND));
    let starts = virtual_starts(3 * SECOND, profile).await;
    let counts: Vec<_> = starts.values().map(Vec::len).collect();
    assert_eq!(counts, [4, 1, 1, 1]);
}

#[tokio::test]
async fn a_user_that_is_wanted_again_goes_on_as_if_nothing_had_been() {
    let profile =
        Profile::users(3, SECOND).then(Profile::users(1, SECOND)).then(Profile::users(3, 7 * SECOND));
    let starts = virtual_starts(3 * SECOND, profile).await;
    let every_3_s = vec![Duration::ZERO, 3 * SECOND, 6 * SECOND];
    assert_eq!(starts, (0..3).map(|user| (user, every_3_s.clone())).collect());
}

#[tokio::test]
async fn a_user_that_has_gone_comes_again() {
    let profile =
        Profile::users(2, SECOND).then(Profile::users(1, 2 * SECOND)).then(Profile::users(2, SECOND));
    let starts = virtual_starts(ms(1_500), profile).await;
    assert_eq!(starts[&1], [Duration::ZERO, 3 * SECOND]);
}

#[tokio::test]
async fn a_user_that_thinks_comes_back_where_it_is_wanted_again() {
    let (operation, starts) = noted(ms(100));
    let profile =
        Profile::users(2, SECOND).then(Profile::users(1, SECOND)).then(Profile::users(2, 3 * SECOND));
    let load = Load::new("think").operation(operation).measure(profile).think_time(ms(1_900));
    run(load.virtual_time()).await;
    let every_2_s = vec![Duration::ZERO, 2 * SECOND, 4 * SECOND];
    assert_eq!(
        *starts.lock().expect("nobody panics"),
        BTreeMap::from([(0, every_2_s.clone()), (1, every_2_s)])
    );
}

#[tokio::test]
async fn ten_in_a_second_come_until_all_are_there() {
    let starts = virtual_starts(ms(400), Profile::ramp_up(50, 10, 30 * SECOND)).await;
    let first: Vec<_> = starts.values().map(|starts| starts[0]).collect();
    assert_eq!(first, (0..50).map(|user| ms(50 + 100 * user)).collect::<Vec<_>>());
    assert!(starts.values().all(|starts| starts[starts.len() - 1] >= ms(34_600)), "all stay to the end");
}

#[tokio::test]
async fn a_ramp_goes_on_from_the_users_of_the_phase_before() {
    let (operation, starts) = noted(ms(300));
    let load = Load::new("phases").operation(operation).warm_up(Profile::users(2, SECOND));
    run(load.measure(Profile::ramp_users(2, 4, 2 * SECOND)).virtual_time()).await;
    let starts = starts.lock().expect("nobody panics").clone();
    assert_eq!(
        starts.values().map(|starts| starts[0]).collect::<Vec<_>>(),
        [Duration::ZERO, Duration::ZERO, ms(1_500), ms(2_500)]
    );
    assert!(starts[&0].windows(2).all(|pair| pair[1] - pair[0] == ms(300)));
}

#[tokio::test]
async fn a_ramp_has_the_same_users_on_any_number_of_threads() {
    let up = || Profile::ramp_users(0, 30, ms(150)).then(Profile::ramp_users(30, 10, ms(100)));
    let expected = virtual_starts(ms(5), up()).await;
    for threads in [1, 2, 5] {
        let (operation, starts) = noted(ms(5));
        run(Load::new("threads").operation(operation).measure(up()).dedicated_threads(threads)).await;
        let starts = starts.lock().expect("nobody panics");
        assert!(starts.keys().all(|user| expected.contains_key(user)), "{threads} threads");
        // A machine may call a user late, but never early.
        assert!(starts.iter().all(|(user, starts)| starts[0] >= expected[user][0]), "{threads} threads");
        assert!(starts.contains_key(&0) && starts[&0].is_sorted());
    }
}

/// Which operations were done: user, number, seed, and which entry of the mix.
async fn done(load: Load) -> (BTreeSet<(u64, u64, u64, &'static str)>, Run) {
    let done = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = |name: &'static str| {
        let log = Arc::clone(&done);
        op(name, move |cx: Context| {
            let is_new =
                log.lock().expect("nobody panics").insert((cx.user(), cx.iteration(), cx.seed(), name));
            assert!(is_new, "twice");
            async move { cx.sleep(Duration::from_micros(cx.seed() % 500)).await }
        })
    };
    let load = load.mix([(2, noted("read")), (1, noted("write"))]).seed(5);
    let run = run(load.measure(Profile::per_user(7, 30))).await;
    let done = done.lock().expect("nobody panics").clone();
    (done, run)
}

#[tokio::test]
async fn each_user_does_as_much_as_any_other() {
    let (done, run) = done(Load::new("each").virtual_time()).await;
    for user in 0..7 {
        assert_eq!(done.iter().filter(|done| done.0 == user).count(), 30);
        assert_eq!(done.iter().filter(|done| done.0 == user && done.3 == "write").count(), 10);
    }
    let planned: Vec<_> = run.scenarios.iter().map(|scenario| scenario.counts.planned).collect();
    assert_eq!(planned, [140, 70]);
}

#[tokio::test]
async fn users_do_the_same_on_any_number_of_threads() {
    let (expected, _) = done(Load::new("each").virtual_time()).await;
    for threads in [1, 2, 5, 9] {
        let (done, _) = done(Load::new("each").dedicated_threads(threads)).await;
        assert_eq!(done, expected, "{threads} threads");
    }
}

#[tokio::test]
async fn the_users_of_all_machines_are_those_of_one() {
    let (expected, _) = done(Load::new("each").virtual_time()).await;
    let mut together = BTreeSet::new();
    for index in 0..3 {
        let shard = Shard::equal(index, 3).expect("it is one of three");
        together.extend(done(Load::new("each").shard(shard).virtual_time()).await.0);
    }
    assert_eq!(together, expected);
}

#[test]
fn each_mistake_says_what_is_expected() {
    let mistakes = [
        Profile::ramp_users(0, 0, SECOND),
        Profile::ramp_users(0, 10_000_001, SECOND),
        Profile::ramp_users(0, 5, Duration::ZERO),
        Profile::ramp_up(50, 0, SECOND),
        Profile::ramp_up(50, -1, SECOND),
        Profile::ramp_up(50, f64::NAN, SECOND),
        Profile::ramp_up(50, f64::INFINITY, SECOND),
        Profile::ramp_up(0, 10, SECOND),
        Profile::per_user(0, 5),
        Profile::per_user(5, 0),
        Profile::per_user(5, u64::MAX),
        Profile::ramp_users(0, 5, SECOND).then(Profile::hold(5, SECOND)),
        Profile::ramp_users(0, 5, SECOND).then(Profile::per_user(5, 1)),
        Profile::ramp_users(0, 5, SECOND).times(2),
    ];
    insta::assert_snapshot!(mistakes.map(|mistake| mistake.expect_err("it is one").to_string()).join("\n"));
}
