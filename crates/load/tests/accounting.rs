//! Nothing is lost: every planned operation is somewhere in the account, whatever happens to it.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use plimsoll_load::{Context, Load, Outcome, op};
use plimsoll_model::{Counts, DropCause, Overload, Profile, Run, Status, StopCause};

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A load in virtual time at 100/s for 10 s, of one operation.
fn load<F, Fut>(operation: F) -> Load
where
    F: Fn(Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Outcome> + Send + 'static,
{
    Load::new("account")
        .operation(op("op", operation))
        .measure(Profile::hold(100, 10 * SECOND))
        .virtual_time()
}

/// An operation that takes a time and ends well.
fn takes(duration: Duration) -> impl Fn(Context) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send>> {
    move |cx| {
        Box::pin(async move {
            cx.sleep(duration).await;
            Outcome::ok()
        })
    }
}

/// Runs, and checks what must hold for every run.
async fn run(load: Load) -> Run {
    let run = load.run().await.unwrap();
    for scenario in &run.scenarios {
        assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
        assert_eq!(scenario.latency.response.count, scenario.counts.started);
        assert_eq!(scenario.latency.service.count, scenario.counts.started);
        assert_eq!(scenario.latency.queue.count, scenario.counts.started);
        let of_scenario = |of: fn(&plimsoll_model::Window) -> u64| -> u64 {
            run.windows.iter().filter(|window| window.scenario == scenario.name).map(of).sum()
        };
        assert_eq!(of_scenario(|window| window.started), scenario.counts.started);
        assert_eq!(of_scenario(|window| window.completed), scenario.counts.started);
        assert_eq!(of_scenario(|window| window.ok), scenario.counts.ok);
        let errors: u64 = scenario.errors.iter().map(|error| error.count).sum();
        assert_eq!(errors, scenario.counts.errors());
    }
    run
}

async fn counts(load: Load) -> Counts {
    run(load).await.scenarios.remove(0).counts
}

#[tokio::test]
async fn all_go_well() {
    let counts = counts(load(takes(ms(3)))).await;
    assert_eq!(counts, Counts { planned: 1_000, started: 1_000, ok: 1_000, ..Counts::default() });
}

#[tokio::test]
async fn a_run_ends_when_its_last_operation_does() {
    let run = run(load(takes(ms(250)))).await;
    assert_eq!(run.duration_ns, 10_000_000_000 - 5_000_000 + 250_000_000);
}

#[tokio::test]
async fn errors_and_panics_are_counted_and_stop_nothing() {
    let counts = counts(load(|cx| async move {
        match cx.iteration() % 10 {
            0 => panic!("every tenth"),
            1 => Outcome::fail("refused", "not today"),
            _ => Outcome::ok(),
        }
    }))
    .await;
    assert_eq!((counts.ok, counts.failed, counts.panicked), (800, 100, 100));
}

#[tokio::test]
async fn a_panic_before_the_first_await_is_one_too() {
    let load = Load::new("account")
        .operation(op("op", |cx: Context| {
            assert!(cx.iteration() != 7, "made no future");
            async {}
        }))
        .measure(Profile::hold(100, 10 * SECOND))
        .virtual_time();
    let counts = counts(load).await;
    assert_eq!((counts.ok, counts.panicked), (999, 1));
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_kept_as_a_lower_bound() {
    let slow_sometimes = |cx: Context| async move {
        cx.sleep(if cx.iteration().is_multiple_of(100) { ms(5_000) } else { ms(1) }).await;
        Outcome::ok()
    };
    let run = run(load(slow_sometimes).timeout(ms(200))).await;
    let scenario = &run.scenarios[0];
    assert_eq!((scenario.counts.ok, scenario.counts.timed_out), (990, 10));
    assert_eq!(scenario.latency.response.max_ns / 1_000_000, 200);
    let last = scenario.latency.response.quantiles.last().unwrap();
    assert!(last.censored, "p99.9 is at least 200 ms");
    assert_eq!(scenario.errors[0].kind, "timeout");
}

#[tokio::test]
async fn a_queue_keeps_everybody_and_counts_their_wait() {
    // 100/s into 2 places of 50 ms each: 40/s, so that 600 of 1,000 wait for the end of the schedule.
    let run = run(load(takes(ms(50))).in_flight(2)).await;
    let scenario = &run.scenarios[0];
    assert_eq!(scenario.counts.ok, 1_000);
    assert!(scenario.latency.queue.max_ns > 14_000_000_000, "{}", scenario.latency.queue.max_ns);
    assert_eq!(scenario.latency.service.max_ns / 1_000_000, 50);
    assert!((39.0..=41.0).contains(&scenario.throughput.achieved_per_s), "what came in time");
}

#[tokio::test]
async fn an_operation_knows_when_it_should_have_started_and_when_it_did() {
    let tells = |cx: Context| {
        Box::pin(async move {
            let (start, late) = (cx.start(), cx.start().saturating_sub(cx.intended_start()));
            cx.sleep(ms(50)).await;
            Outcome::ok().step("late", late).step("since start", cx.now().saturating_sub(start))
        })
    };
    let run = run(load(tells).in_flight(2)).await;
    let scenario = &run.scenarios[0];
    let [late, since] = ["late", "since start"]
        .map(|name| scenario.steps.iter().find(|step| step.name == name).unwrap().latency.max_ns);
    assert_eq!((late, since), (scenario.latency.queue.max_ns, scenario.latency.service.max_ns));
}

#[tokio::test]
async fn a_full_queue_drops_the_newest() {
    let counts = counts(load(takes(ms(50))).in_flight(2).overload(Overload::Queue { limit: 10 })).await;
    assert_eq!(counts.dropped.keys().collect::<Vec<_>>(), [&DropCause::QueueFull]);
    assert!((400..420).contains(&counts.ok), "{counts:?}");
}

#[tokio::test]
async fn without_a_queue_arrivals_are_dropped_at_once() {
    let run = run(load(takes(ms(50))).in_flight(2).overload(Overload::Drop)).await;
    let scenario = &run.scenarios[0];
    assert!(scenario.counts.dropped[&DropCause::InFlightCap] > 550, "{:?}", scenario.counts);
    assert_eq!(scenario.latency.queue.max_ns, 0);
}

#[tokio::test]
async fn skipping_keeps_only_the_newest_waiting() {
    let run = run(load(takes(ms(50))).in_flight(1).overload(Overload::Skip)).await;
    let scenario = &run.scenarios[0];
    assert!(scenario.counts.dropped[&DropCause::Skipped] > 700, "{:?}", scenario.counts);
    assert!(
        scenario.latency.queue.max_ns <= 10_010_000,
        "{}: nobody waits longer than to the next arrival",
        scenario.latency.queue.max_ns
    );
}

#[tokio::test]
async fn what_outlasts_the_drain_is_unfinished() {
    let run = run(load(takes(Duration::from_secs(3_600))).no_timeout().drain(2 * SECOND)).await;
    let scenario = &run.scenarios[0];
    assert_eq!(scenario.counts.unfinished, 1_000);
    assert_eq!(run.duration_ns, 12_000_000_000);
    assert!(scenario.latency.response.quantiles.iter().all(|value| value.censored));
    assert!(run.caveats.iter().any(|caveat| caveat.code == "unfinished"));
}

#[tokio::test]
async fn waiting_arrivals_that_never_found_a_place_are_not_started() {
    let counts =
        counts(load(takes(Duration::from_secs(3_600))).no_timeout().in_flight(5).drain(SECOND)).await;
    assert_eq!((counts.unfinished, counts.not_started), (5, 995));
}

#[tokio::test]
async fn an_interrupt_drains_and_the_rest_is_not_started() {
    let load = load(takes(ms(20)));
    let stop = load.stop_handle();
    let load = load.operation(op("stopper", move |cx: Context| {
        let stop = stop.clone();
        async move {
            if cx.intended_start() > 4 * SECOND {
                stop.interrupt();
            }
        }
    }));
    let run = run(load).await;
    let counts = &run.scenarios[0].counts;
    assert!(counts.ok > 190 && counts.not_started > 290, "{counts:?}");
    assert_eq!((counts.planned, counts.cancelled), (500, 0));
    assert_eq!((run.stop.cause, run.verdict.status), (StopCause::Interrupt, Status::Interrupted));
    assert_eq!(run.phases[0].length_ns, run.stop.at_ns);
}

#[tokio::test]
async fn cancelling_gives_up_what_is_in_flight() {
    let load = load(takes(ms(500)));
    let stop = load.stop_handle();
    let load = load.operation(op("stopper", move |cx: Context| {
        let stop = stop.clone();
        async move {
            if cx.intended_start() > 4 * SECOND {
                stop.cancel();
            }
        }
    }));
    let run = run(load).await;
    let counts = &run.scenarios[0].counts;
    assert_eq!(counts.cancelled, 25, "half a second at 50/s");
    assert_eq!(run.stop.cause, StopCause::Cancelled);
}

#[tokio::test]
async fn a_run_without_arrivals_is_invalid_and_still_a_result() {
    let load = Load::new("empty")
        .operation(op("op", |_| async {}))
        .measure(Profile::hold(0.1, SECOND))
        .threshold("p99 < 1s".parse().unwrap())
        .virtual_time();
    let run = run(load).await;
    assert_eq!(run.scenarios[0].counts, Counts::default());
    assert_eq!(run.verdict.status, Status::Invalid);
    assert!(!run.thresholds[0].passed, "an empty metric never passes");
}

#[tokio::test]
async fn users_start_again_when_they_are_done() {
    let load = Load::new("closed")
        .operation(op("op", takes(ms(100))))
        .measure(Profile::users(7, 10 * SECOND))
        .virtual_time();
    let run = run(load).await;
    let counts = &run.scenarios[0].counts;
    assert_eq!((counts.planned, counts.ok), (700, 700));
    assert_eq!(run.scenarios[0].latency.queue.max_ns, 0);
    assert_eq!(run.scenarios[0].throughput.achieved_per_s, 70.0);
}

#[tokio::test]
async fn shared_iterations_are_done_exactly() {
    let load = Load::new("shared")
        .operation(op("op", takes(ms(100))))
        .measure(Profile::iterations(8, 1_001))
        .virtual_time();
    let run = run(load).await;
    assert_eq!(run.scenarios[0].counts.ok, 1_001);
    assert_eq!(run.phases[0].length_ns, 12_600_000_000, "126 rounds of 100 ms");
}

#[tokio::test]
async fn warm_up_does_not_count() {
    let load = Load::new("phases")
        .operation(op("op", |cx: Context| async move {
            let early = cx.intended_start() < 5 * SECOND;
            cx.sleep(if early { ms(900) } else { ms(1) }).await;
        }))
        .warm_up(Profile::hold(50, 5 * SECOND))
        .measure(Profile::hold(100, 10 * SECOND))
        .cool_down(Profile::ramp(100, 0, 2 * SECOND))
        .virtual_time();
    let run = run(load).await;
    assert_eq!(run.scenarios[0].counts.started, 1_000);
    assert!(run.scenarios[0].latency.response.max_ns < 2_000_000);
    assert_eq!(run.windows[0].start_ns, 5_000_000_000);
}

#[tokio::test]
async fn a_mix_is_shared_out_exactly() {
    let load = Load::new("mix")
        .mix([(7, op("read", takes(ms(1)))), (2, op("write", takes(ms(2)))), (1, op("scan", takes(ms(3))))])
        .measure(Profile::hold(100, 10 * SECOND))
        .virtual_time();
    let run = run(load).await;
    let counts: Vec<_> = run.scenarios.iter().map(|scenario| scenario.counts.ok).collect();
    assert_eq!(counts, [700, 200, 100]);
}

#[tokio::test]
async fn an_operation_that_takes_no_virtual_time_is_refused_and_does_not_hang() {
    let load = Load::new("standstill")
        .operation(op("op", |_| async {}))
        .measure(Profile::users(3, SECOND))
        .virtual_time();
    let error = load.run().await.unwrap_err();
    assert!(error.to_string().contains("took no virtual time"), "{error}");
}

#[tokio::test]
async fn mistakes_are_found_before_anything_starts() {
    let base = || Load::new("bad").operation(op("op", |_| async {}));
    let ok = || Profile::hold(10, SECOND);
    let mistakes = [
        Load::new("bad").measure(ok()),
        base(),
        base().measure(Profile::hold(f64::NAN, SECOND)),
        base().measure(Profile::hold(-1, SECOND)),
        base().measure(Profile::hold(0, SECOND)),
        base().measure(Profile::hold(10, Duration::ZERO)),
        base().measure(Profile::users(0, SECOND)),
        base().measure(Profile::iterations(1, 0)),
        base().measure(ok()).in_flight(0),
        base().measure(ok()).timeout(Duration::ZERO),
        base().measure(ok()).window(Duration::ZERO),
        base().measure(ok()).dedicated_threads(0),
        base().mix([(0, op("zero", |_| async {}))]).measure(ok()),
        base().operation(op("op", |_| async {})).measure(ok()),
        base().measure(ok()).measure(Profile::users(1, SECOND)),
        base().measure(Profile::iterations(1, 5)).cool_down(ok()),
    ];
    let mut messages = Vec::new();
    for load in mistakes {
        messages.push(load.run().await.unwrap_err().to_string());
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[tokio::test]
async fn what_is_refused_before_it_began_is_dropped_and_in_no_latency() {
    let guarded = |cx: Context| async move {
        let is_open = cx.iteration() % 10 >= 6;
        cx.sleep(ms(if is_open { 4 } else { 3 })).await;
        if is_open { Outcome::refused().step("parse", ms(1)) } else { Outcome::ok() }
    };
    let scenario = run(load(guarded)).await.scenarios.remove(0);
    assert_eq!((scenario.counts.started, scenario.counts.ok, scenario.counts.failed), (600, 600, 0));
    assert_eq!(scenario.counts.dropped[&DropCause::CircuitOpen], 400);
    assert_eq!((scenario.latency.response.count, scenario.latency.response.max_ns / 1_000_000), (600, 3));
    assert!(scenario.steps.is_empty(), "what was not done has no parts");
}

#[tokio::test]
async fn of_users_and_of_tenants_it_is_the_same() {
    let guarded = op("op", |cx: Context| async move {
        cx.sleep(ms(10)).await;
        if cx.iteration().is_multiple_of(4) { Outcome::refused() } else { Outcome::ok() }
    });
    let load = Load::new("account").operation(guarded).measure(Profile::iterations(5, 100)).virtual_time();
    let scenario = run(load.tenants([(1, "a"), (1, "b")])).await.scenarios.remove(0);
    assert_eq!((scenario.counts.planned, scenario.counts.ok), (100, 75));
    assert_eq!(scenario.counts.dropped[&DropCause::CircuitOpen], 25);
    assert!(scenario.breakdowns.iter().all(|tenant| tenant.counts.is_conserved()));
    assert_eq!(scenario.breakdowns.iter().map(|tenant| tenant.counts.started).sum::<u64>(), 75);
}

#[tokio::test]
async fn a_user_goes_on_at_once_after_a_panic() {
    let fragile = op("fragile", |cx: Context| async move {
        cx.sleep(Duration::from_millis(10)).await;
        assert!(!cx.iteration().is_multiple_of(10), "number {}", cx.iteration());
    });
    let load = Load::new("fragile").operation(fragile).measure(Profile::iterations(1, 100)).virtual_time();
    let run = load.run().await.unwrap();
    assert_eq!((run.scenarios[0].counts.panicked, run.scenarios[0].counts.ok), (10, 90));
    assert_eq!(run.measured_ns(), 1_000_000_000);
}

#[tokio::test]
async fn what_an_outcome_inside_of_ok_says_is_kept() {
    let call = |cx: Context| async move {
        let outcome = if cx.iteration().is_multiple_of(10) {
            Outcome::fail("refused", "not now")
        } else {
            Outcome::ok().items(3).step("parse", ms(2))
        };
        std::io::Result::Ok(outcome)
    };
    let load = Load::new("account")
        .operation(op("op", call))
        .measure(Profile::hold(100, 10 * SECOND))
        .virtual_time();
    let scenario = run(load).await.scenarios.remove(0);
    assert_eq!((scenario.counts.ok, scenario.counts.failed), (900, 100));
    assert_eq!(scenario.throughput.items_per_s, 270.0);
    assert_eq!((scenario.steps[0].latency.count, scenario.steps[0].per_s), (900, Some(90.0)));
}

#[tokio::test]
async fn a_step_may_come_several_times_in_an_operation_and_has_a_rate_of_its_own() {
    let ask = |cx: Context| async move {
        let read = (0..4).fold(Outcome::ok(), |outcome, _| outcome.step("read", ms(1)));
        // The last ones end in the drain: they count, but are no throughput.
        cx.sleep(SECOND).await;
        read
    };
    let load = Load::new("steps").operation(op("ask", ask).steps(["read"]));
    let load = load.measure(Profile::hold(10, 10 * SECOND)).virtual_time();
    let load = load.threshold("throughput(read) >= 36/s".parse().unwrap());
    let run = load.threshold("throughput(ask) <= 9/s".parse().unwrap()).run().await.unwrap();
    let step = &run.scenarios[0].steps[0];
    assert_eq!((step.ok, step.per_s), (400, Some(36.0)));
    assert!(run.thresholds.iter().all(|threshold| threshold.passed), "{:?}", run.thresholds);
}
