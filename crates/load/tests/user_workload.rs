//! Users that hold something: set up before what is measured, torn down after it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Failure, Load, LoadError, Operation, Outcome, UserWorkload};
use plimsoll_model::{Compose, IntoProfile, Profile, Run, StopCause};

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What happened to users, in order: when, to whom, what.
type Diary = Arc<Mutex<Vec<(Duration, u64, &'static str)>>>;

/// Users whose set-up, iterations and tear-down take a second, 10 ms and a second.
#[derive(Default)]
struct Shop {
    diary: Diary,
    /// The first so many set-ups fail.
    refused: u64,
    /// Iterations of these numbers panic.
    panics: Vec<u64>,
    /// Iterations of these numbers never end.
    hangs: Vec<u64>,
    tear_down_panics: bool,
}

struct Customer {
    cx: Context,
    done: u64,
}

impl Shop {
    fn note(&self, cx: &Context, what: &'static str) {
        self.diary.lock().expect("nobody panics with it").push((cx.now(), cx.user(), what));
    }
}

impl UserWorkload for Shop {
    type User = Customer;

    async fn set_up(&self, cx: Context) -> Result<Customer, Failure> {
        self.note(&cx, "comes");
        cx.sleep(SECOND).await;
        if cx.iteration() < self.refused {
            return Err(Failure::new("status 401", "who are you?"));
        }
        Ok(Customer { cx, done: 0 })
    }

    async fn iterate(&self, customer: &mut Customer, cx: Context) -> Result<Outcome, Failure> {
        assert_eq!(customer.cx.user(), cx.user(), "each has what is its own");
        assert_eq!(cx.start(), cx.now(), "it counts from the end of the set-up");
        assert!(!self.panics.contains(&cx.iteration()), "number {}", cx.iteration());
        if self.hangs.contains(&cx.iteration()) {
            std::future::pending::<()>().await;
        }
        cx.sleep(ms(10)).await;
        customer.done += 1;
        Ok(Outcome::ok().trend("done", customer.done))
    }

    async fn tear_down(&self, customer: Customer) {
        self.note(&customer.cx, "goes");
        assert!(!self.tear_down_panics, "the door is stuck");
        customer.cx.sleep(SECOND).await;
        self.note(&customer.cx, "is gone");
    }
}

fn load(shop: Shop, profile: impl IntoProfile) -> Load {
    bare(shop).measure(profile)
}

/// A load without phases.
fn bare(shop: Shop) -> Load {
    Load::new("shop").operation(Operation::of_users("buy", shop)).virtual_time()
}

async fn run(load: Load) -> Run {
    let run = load.run().await.expect("the plan is valid");
    for scenario in &run.scenarios {
        assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
    }
    run
}

/// What is in a diary of a user: seconds and what happened.
fn of_user(diary: &Diary, user: u64) -> Vec<(f64, &'static str)> {
    let diary = diary.lock().expect("nobody panics with it");
    diary.iter().filter(|entry| entry.1 == user).map(|entry| (entry.0.as_secs_f64(), entry.2)).collect()
}

fn codes(run: &Run) -> Vec<&str> {
    run.caveats.iter().map(|caveat| caveat.code.as_str()).collect()
}

#[tokio::test]
async fn set_up_and_tear_down_are_in_no_latency_and_no_count() {
    let (shop, diary) = with_diary();
    let load = bare(shop).warm_up(Profile::users(3, 2 * SECOND)).measure(Profile::users(3, 4 * SECOND));
    let run = run(load).await;
    let scenario = &run.scenarios[0];
    assert_eq!((scenario.counts.ok, scenario.counts.failed), (3 * 400, 0));
    let response = &scenario.latency.response;
    assert!(response.min_ns > 9_900_000 && response.max_ns < 10_100_000, "{response:?}");
    for user in 0..3 {
        assert_eq!(of_user(&diary, user), [(0.0, "comes"), (6.0, "goes"), (7.0, "is gone")]);
    }
}

fn with_diary() -> (Shop, Diary) {
    let shop = Shop::default();
    let diary = Arc::clone(&shop.diary);
    (shop, diary)
}

#[tokio::test]
async fn a_user_that_goes_is_torn_down_and_one_that_comes_back_is_set_up_anew() {
    let (shop, diary) = with_diary();
    let there_and_back =
        Profile::users(2, 5 * SECOND).then(Profile::users(1, 5 * SECOND)).then(Profile::users(2, 5 * SECOND));
    run(load(shop, there_and_back)).await;
    assert_eq!(of_user(&diary, 0), [(0.0, "comes"), (15.0, "goes"), (16.0, "is gone")]);
    let expected =
        [(0.0, "comes"), (5.0, "goes"), (6.0, "is gone"), (10.0, "comes"), (15.0, "goes"), (16.0, "is gone")];
    assert_eq!(of_user(&diary, 1), expected);
}

#[tokio::test]
async fn a_user_that_the_next_phase_has_keeps_what_it_holds() {
    let (shop, diary) = with_diary();
    let load = bare(shop).warm_up(Profile::users(3, 5 * SECOND)).measure(Profile::users(1, 5 * SECOND));
    run(load.cool_down(Profile::users(2, 5 * SECOND)).think_time(ms(40))).await;
    assert_eq!(of_user(&diary, 0), [(0.0, "comes"), (15.0, "goes"), (16.0, "is gone")]);
    assert_eq!(of_user(&diary, 2), [(0.0, "comes"), (5.0, "goes"), (6.0, "is gone")]);
    assert_eq!(of_user(&diary, 1).iter().filter(|(_, what)| *what == "comes").count(), 2);
}

#[tokio::test]
async fn a_user_that_has_done_its_part_goes_at_once() {
    let (shop, diary) = with_diary();
    let run = run(load(shop, Profile::per_user(4, 100))).await;
    assert_eq!(run.scenarios[0].counts.ok, 400);
    assert_eq!(of_user(&diary, 3), [(0.0, "comes"), (2.0, "goes"), (3.0, "is gone")]);
    assert_eq!((run.measured_ns(), run.duration_ns), (2_000_000_000, 3_000_000_000));
}

#[tokio::test]
async fn a_set_up_that_fails_is_the_failure_of_its_iteration_and_is_tried_again() {
    let (shop, diary) = with_diary();
    let run = run(load(Shop { refused: 2, ..shop }, Profile::per_user(1, 5))).await;
    let scenario = &run.scenarios[0];
    assert_eq!((scenario.counts.failed, scenario.counts.ok), (2, 3));
    assert_eq!((scenario.errors[0].kind.as_str(), scenario.errors[0].count), ("set-up: status 401", 2));
    assert_eq!(of_user(&diary, 0).iter().filter(|(_, what)| *what == "comes").count(), 3);
}

#[tokio::test]
async fn a_panic_and_a_timeout_lose_what_the_user_held() {
    let (shop, diary) = with_diary();
    let shop = Shop { panics: vec![3], hangs: vec![6], ..shop };
    let run = run(load(shop, Profile::per_user(1, 10)).timeout(2 * SECOND)).await;
    let counts = &run.scenarios[0].counts;
    assert_eq!((counts.ok, counts.panicked, counts.timed_out), (8, 1, 1));
    // 0 to 2, 4 and 5, 7 to 9.
    let done = run.scenarios[0].metrics[0].distribution.as_ref().expect("it is a trend");
    assert_eq!((done.count, done.max_ns), (8, 3));
    let comes: Vec<_> = of_user(&diary, 0).into_iter().filter(|(_, what)| *what == "comes").collect();
    assert_eq!(comes, [(0.0, "comes"), (1.03, "comes"), (4.05, "comes")]);
    assert_eq!(of_user(&diary, 0).iter().filter(|(_, what)| *what == "is gone").count(), 1);
}

#[tokio::test]
async fn a_set_up_may_take_as_long_as_an_operation() {
    let run = run(load(Shop::default(), Profile::per_user(2, 3)).timeout(ms(500))).await;
    assert_eq!(run.scenarios[0].counts.timed_out, 6);
    let enough = load(Shop::default(), Profile::per_user(2, 3)).timeout(ms(1_005));
    assert_eq!(enough.run().await.expect("the plan is valid").scenarios[0].counts.ok, 6);
}

#[tokio::test]
async fn time_for_set_up_within_the_measured_time_is_told() {
    let told = run(load(Shop::default(), Profile::users(3, 5 * SECOND))).await;
    assert_eq!(codes(&told), ["set_up"]);
    let text = "3 users were set up within the measured time, which took 20 % of the time of all users";
    assert!(told.caveats[0].message.starts_with(text), "{}", told.caveats[0].message);
    let warm = bare(Shop::default()).warm_up(Profile::users(3, 2 * SECOND));
    assert!(run(warm.measure(Profile::users(3, 5 * SECOND))).await.caveats.is_empty());
}

#[tokio::test]
async fn users_that_wait_when_the_run_is_stopped_are_torn_down() {
    let (shop, diary) = with_diary();
    let load = load(shop, Profile::users(2, 60 * SECOND)).think_time(10 * SECOND);
    let stop = load.stop_handle();
    let stopping = Operation::new("stop", move |cx: Context| {
        let stop = stop.clone();
        async move {
            cx.sleep(5 * SECOND).await;
            stop.interrupt();
        }
    });
    let run = run(load.mix([(1, stopping)])).await;
    assert_eq!(run.stop.cause, StopCause::Interrupt);
    assert_eq!(of_user(&diary, 0), [(0.0, "comes"), (5.0, "goes"), (6.0, "is gone")]);
    assert!(!codes(&run).contains(&"tear_down"));
}

#[tokio::test]
async fn who_was_not_torn_down_is_told() {
    let never = load(Shop::default(), Profile::users(3, 5 * SECOND)).drain(ms(500));
    assert!(codes(&run(never).await).contains(&"tear_down"));
    let hangs = load(Shop { hangs: vec![9], ..Shop::default() }, Profile::users(1, 5 * SECOND));
    let unfinished = run(hangs.no_timeout().drain(SECOND)).await;
    assert_eq!(codes(&unfinished), ["set_up", "tear_down", "unfinished"]);
    let panics = Shop { tear_down_panics: true, ..Shop::default() };
    let run = run(load(panics, Profile::users(3, 5 * SECOND))).await;
    assert!(codes(&run).contains(&"tear_down"));
    assert_eq!(run.scenarios[0].counts.panicked, 0);
}

#[tokio::test]
async fn cancelling_leaves_everything_at_once() {
    let load = load(Shop::default(), Profile::users(3, 60 * SECOND));
    let stop = load.stop_handle();
    let cancelling = Operation::new("cancel", move |cx: Context| {
        let stop = stop.clone();
        async move {
            cx.sleep(5 * SECOND).await;
            stop.cancel();
            cx.sleep(SECOND).await;
        }
    });
    let run = run(load.mix([(1, cancelling)])).await;
    assert_eq!(run.duration_ns, 5_000_000_000);
    assert!(codes(&run).contains(&"tear_down"));
}

#[tokio::test]
async fn each_user_has_what_is_its_own_on_any_number_of_threads() {
    for threads in [1, 2, 3] {
        let mut counts = BTreeMap::new();
        let shop = Shop::default();
        let diary = Arc::clone(&shop.diary);
        let load = Load::new("shop").operation(Operation::of_users("buy", Quick(shop)));
        let run = run(load.measure(Profile::per_user(7, 50)).dedicated_threads(threads)).await;
        assert_eq!(run.scenarios[0].counts.ok, 350);
        for (_, user, what) in diary.lock().expect("nobody panics with it").iter() {
            *counts.entry((*user, *what)).or_insert(0) += 1;
        }
        let expected: BTreeMap<_, _> =
            (0..7).flat_map(|user| [((user, "comes"), 1), ((user, "is gone"), 1)]).collect();
        assert_eq!(counts, expected, "{threads} threads");
    }
}

/// The same in no time.
struct Quick(Shop);

impl UserWorkload for Quick {
    type User = (Context, u64);

    async fn set_up(&self, cx: Context) -> Result<(Context, u64), Failure> {
        tokio::task::yield_now().await;
        self.0.note(&cx, "comes");
        Ok((cx, 0))
    }

    async fn iterate(&self, user: &mut (Context, u64), cx: Context) -> Result<Outcome, Failure> {
        assert_eq!((user.0.user(), user.1), (cx.user(), cx.iteration() % 50));
        user.1 += 1;
        if cx.iteration().is_multiple_of(3) {
            tokio::task::yield_now().await;
        }
        Ok(Outcome::ok())
    }

    async fn tear_down(&self, user: (Context, u64)) {
        tokio::task::yield_now().await;
        self.0.note(&user.0, "is gone");
    }
}

/// Users that never let go.
struct Restless;

impl UserWorkload for Restless {
    type User = ();

    async fn set_up(&self, _cx: Context) -> Result<(), Failure> {
        Ok(())
    }

    async fn iterate(&self, (): &mut (), cx: Context) -> Result<Outcome, Failure> {
        cx.sleep(ms(10)).await;
        Ok(Outcome::ok())
    }

    async fn tear_down(&self, (): ()) {
        loop {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_tear_down_that_takes_no_virtual_time_and_never_ends_does_not_hang() {
    let load = Load::new("restless").operation(Operation::of_users("stay", Restless));
    let error = load.measure(Profile::users(2, SECOND)).virtual_time().run().await.unwrap_err();
    assert!(matches!(error, LoadError::NoVirtualTime), "{error}");
}
