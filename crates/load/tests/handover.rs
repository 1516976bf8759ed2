//! Where one phase hands over to the next, and where a run ends.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, LoadError, Operation, Shard, op};
use plimsoll_model::{Profile, Run, StopCause};

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn takes(duration: Duration) -> Operation {
    op("op", move |cx: Context| async move { cx.sleep(duration).await })
}

async fn run(load: Load) -> Run {
    let run = load.virtual_time().run().await.unwrap();
    for scenario in &run.scenarios {
        assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
    }
    run
}

/// Notes who is in flight, and how often somebody was twice.
#[derive(Debug, Clone, Default)]
struct Crowd(Arc<Mutex<(HashSet<u64>, Vec<u64>)>>);

impl Crowd {
    fn enter(&self, user: u64) {
        let mut crowd = self.0.lock().unwrap();
        if !crowd.0.insert(user) {
            crowd.1.push(user);
        }
    }

    fn leave(&self, user: u64) {
        self.0.lock().unwrap().0.remove(&user);
    }

    fn twice(&self) -> Vec<u64> {
        self.0.lock().unwrap().1.clone()
    }
}

/// An operation that takes 100 ms for each number of its user, and a little.
fn crowded(crowd: &Crowd) -> Operation {
    let crowd = crowd.clone();
    op("op", move |cx: Context| {
        let crowd = crowd.clone();
        async move {
            crowd.enter(cx.user());
            cx.sleep(ms(70 + 100 * (cx.user() % 9))).await;
            crowd.leave(cx.user());
        }
    })
}

#[tokio::test]
async fn a_place_that_a_user_leaves_goes_to_a_waiting_arrival() {
    let load = Load::new("handover")
        .operation(op("op", |cx: Context| async move {
            let early = cx.intended_start() < SECOND;
            cx.sleep(if early { ms(1_500) } else { ms(1) }).await;
        }))
        .warm_up(Profile::users(5, SECOND))
        .measure(Profile::hold(10, SECOND))
        .in_flight(5);
    let run = run(load).await;
    assert_eq!(run.scenarios[0].counts.ok, 10, "{:?}", run.scenarios[0].counts);
}

#[tokio::test]
async fn no_user_does_two_operations_at_a_time() {
    for (before, after) in [(5, 5), (5, 9), (9, 5)] {
        let crowd = Crowd::default();
        let load = Load::new("users")
            .operation(crowded(&crowd))
            .warm_up(Profile::users(before, SECOND))
            .warm_up(Profile::hold(1, ms(300)))
            .measure(Profile::users(after, SECOND));
        run(load).await;
        assert_eq!(crowd.twice(), [0u64; 0], "{before} users, then {after}");
    }
}

#[tokio::test]
async fn users_that_the_next_phase_does_not_have_leave_after_their_operation() {
    let late = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&late);
    let load = Load::new("users")
        .operation(op("op", move |cx: Context| {
            if cx.now() > SECOND {
                seen.lock().unwrap().push(cx.user());
            }
            async move { cx.sleep(ms(70 + 100 * cx.user())).await }
        }))
        .warm_up(Profile::users(9, SECOND))
        .measure(Profile::users(3, SECOND));
    run(load).await;
    assert!(late.lock().unwrap().iter().all(|user| *user < 3), "{late:?}");
}

#[tokio::test]
async fn arrivals_in_flight_have_different_users_across_phases() {
    let crowd = Crowd::default();
    let load = Load::new("users")
        .operation(crowded(&crowd))
        .warm_up(Profile::users(4, SECOND))
        .warm_up(Profile::hold(20, SECOND))
        .measure(Profile::hold(20, SECOND));
    run(load).await;
    assert_eq!(crowd.twice(), [0u64; 0]);
}

#[tokio::test]
async fn what_spans_two_measured_phases_ended_in_measured_time() {
    let load = Load::new("spanning")
        .operation(takes(ms(300)))
        .measure(Profile::users(1, SECOND))
        .measure(Profile::users(1, SECOND));
    let run = run(load).await;
    assert_eq!(run.scenarios[0].counts.ok, 7);
    assert_eq!(run.scenarios[0].throughput.achieved_per_s, 3.0, "six ended within two seconds");
}

#[tokio::test]
async fn a_start_on_the_edge_belongs_to_the_window_that_begins_there() {
    let load = Load::new("edge")
        .operation(takes(ms(400)))
        .measure(Profile::users(2, SECOND))
        .measure(Profile::users(4, SECOND));
    let run = run(load).await;
    let started: Vec<_> = run.windows.iter().map(|window| window.started).collect();
    assert_eq!(started[0], 6, "0, 0.4 and 0.8 s: {started:?}");
}

#[tokio::test]
async fn stragglers_of_the_warm_up_do_not_lengthen_measured_work() {
    let load = Load::new("stragglers")
        .operation(op("op", |cx: Context| async move {
            let early = cx.intended_start() < SECOND;
            cx.sleep(if early { ms(5_000) } else { ms(100) }).await;
        }))
        .warm_up(Profile::users(3, SECOND))
        .measure(Profile::iterations(6, 30));
    let run = run(load).await;
    assert_eq!(run.scenarios[0].counts.ok, 30);
    assert_eq!(run.phases[1].length_ns, 1_000_000_000, "three idle users do ten each");
}

#[tokio::test]
async fn no_window_reaches_beyond_the_run() {
    let load = Load::new("windows").operation(takes(ms(100))).measure(Profile::users(7, 3 * SECOND));
    let run = run(load).await;
    assert_eq!(run.duration_ns, 3_000_000_000);
    let ends: Vec<_> = run.windows.iter().map(|window| window.start_ns + window.length_ns).collect();
    assert_eq!(ends, [1_000_000_000, 2_000_000_000, 3_000_000_000]);
    assert_eq!(run.windows.iter().map(|window| window.completed).sum::<u64>(), 210);
}

/// An operation that interrupts the run after a time.
fn stopper(load: &Load, after: Duration) -> Operation {
    let stop = load.stop_handle();
    op("stopper", move |cx: Context| {
        let stop = stop.clone();
        async move {
            cx.sleep(after).await;
            stop.interrupt();
        }
    })
}

#[tokio::test]
async fn a_run_that_is_stopped_in_its_warm_up_has_no_windows() {
    let load = Load::new("early");
    let stopper = stopper(&load, ms(200));
    let load = load.operation(stopper).warm_up(Profile::hold(2, SECOND)).measure(Profile::hold(2, SECOND));
    let run = run(load).await;
    assert_eq!(run.stop.cause, StopCause::Interrupt);
    assert_eq!((run.windows.len(), run.phases.len()), (0, 1));
}

#[tokio::test]
async fn an_interrupt_while_draining_does_not_drain_for_longer() {
    let load = Load::new("draining");
    let stopper = stopper(&load, ms(1_500));
    let load = load
        .mix([(1, takes(100 * SECOND)), (1, stopper)])
        .measure(Profile::hold(10, SECOND))
        .drain(2 * SECOND)
        .no_timeout();
    assert_eq!(run(load).await.duration_ns, 3_000_000_000);
}

#[tokio::test]
async fn shared_iterations_are_offered_as_they_start() {
    let load = Load::new("offered").operation(takes(ms(100))).measure(Profile::iterations(2, 40));
    let run = run(load).await;
    assert_eq!(run.scenarios[0].throughput.offered_per_s, 20.0);
    assert_eq!(run.windows.iter().map(|window| window.offered).sum::<u64>(), 40);
}

#[tokio::test]
async fn machines_share_out_users_and_their_operations() {
    let mut users = Vec::new();
    let mut iterations = Vec::new();
    for index in 0..3 {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let load = Load::new("shard")
            .operation(op("op", move |cx: Context| {
                log.lock().unwrap().push((cx.user(), cx.iteration()));
                async move { cx.sleep(ms(1)).await }
            }))
            .measure(Profile::iterations(8, 100))
            .shard(Shard::equal(index, 3).unwrap());
        run(load).await;
        let seen = seen.lock().unwrap();
        let mine: HashSet<u64> = seen.iter().map(|(user, _)| *user).collect();
        users.extend(mine);
        iterations.extend(seen.iter().map(|(_, iteration)| *iteration));
    }
    users.sort_unstable();
    iterations.sort_unstable();
    assert_eq!(users, (0..8).collect::<Vec<u64>>());
    assert_eq!(iterations, (0..100).collect::<Vec<u64>>());
}

#[tokio::test]
async fn an_operation_that_yields_for_ever_is_refused_in_virtual_time() {
    let load = Load::new("yielding")
        .operation(op("op", |_| async {
            while std::hint::black_box(true) {
                tokio::task::yield_now().await;
            }
        }))
        .measure(Profile::users(1, SECOND))
        .virtual_time();
    assert!(matches!(load.run().await, Err(LoadError::NoVirtualTime)));
}
