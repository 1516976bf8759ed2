//! The same on any number of threads, on the caller's runtime and on threads of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, op};
use plimsoll_model::{Activity, GeneratorMode, Profile, Run};

const SHORT: Duration = Duration::from_millis(300);

fn no_op() -> plimsoll_load::Operation {
    op("no-op", |_| async {})
}

fn assert_conserved(run: &Run) {
    for scenario in &run.scenarios {
        assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
        assert_eq!(scenario.latency.response.count, scenario.counts.started);
    }
}

#[tokio::test]
async fn an_iteration_that_never_yields_ends_on_one_thread() {
    let run = Load::new("closed").operation(no_op()).measure(Profile::users(8, SHORT)).run().await.unwrap();
    assert_conserved(&run);
    assert!(run.scenarios[0].counts.ok > 1_000);
    let run = Load::new("open").operation(no_op()).measure(Profile::hold(2_000, SHORT)).run().await.unwrap();
    assert_conserved(&run);
    assert_eq!(run.scenarios[0].counts.ok, 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_iteration_that_never_yields_ends_on_two_threads() {
    let run = Load::new("closed").operation(no_op()).measure(Profile::users(64, SHORT)).run().await.unwrap();
    assert_conserved(&run);
    assert_eq!((run.generator.threads, run.generator.mode), (2, GeneratorMode::CallerRuntime));
    let run = Load::new("open").operation(no_op()).measure(Profile::hold(2_000, SHORT)).run().await.unwrap();
    assert_conserved(&run);
    assert_eq!(run.scenarios[0].counts.ok, 600);
}

#[tokio::test]
async fn a_rate_beyond_reach_ends_with_its_drain_and_is_invalid() {
    for threads in [1, 2] {
        let load = Load::new("too much")
            .operation(no_op())
            .measure(Profile::hold(1e9, Duration::from_millis(50)))
            .drain(Duration::from_millis(50))
            .dedicated_threads(threads);
        let run = load.run().await.unwrap();
        assert_conserved(&run);
        let counts = &run.scenarios[0].counts;
        assert!(counts.planned == 50_000_000 && counts.not_started > 0, "{counts:?}");
        assert_eq!(run.verdict.status, plimsoll_model::Status::Invalid);
    }
}

#[tokio::test]
async fn a_rate_beyond_reach_can_be_interrupted() {
    let load = Load::new("too much").measure(Profile::hold(1e9, Duration::from_secs(3_600)));
    let stop = load.stop_handle();
    let load = load.operation(op("stops", move |cx: Context| {
        let stop = stop.clone();
        async move {
            if cx.iteration() == 1_000 {
                stop.interrupt();
            }
        }
    }));
    let run = load.dedicated_threads(1).run().await.unwrap();
    assert_conserved(&run);
    assert_eq!(run.stop.cause, plimsoll_model::StopCause::Interrupt);
}

#[tokio::test]
async fn arrivals_are_the_same_on_any_number_of_threads() {
    let mut arrivals = Vec::new();
    for threads in [1, 2, 5] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let note = move |name: &'static str| {
            let log = Arc::clone(&log);
            op(name, move |cx: Context| {
                log.lock().unwrap().push((cx.iteration(), cx.intended_start(), cx.seed(), name));
                async {}
            })
        };
        let run = Load::new("threads")
            .mix([(3, note("a")), (1, note("b"))])
            .measure(Profile::ramp(0, 4_000, SHORT))
            .dedicated_threads(threads)
            .seed(5)
            .run()
            .await
            .unwrap();
        assert_conserved(&run);
        assert_eq!(run.generator.threads, threads as u64);
        assert!(run.generator.cpu_ratio.is_some());
        let mut seen = seen.lock().unwrap().clone();
        seen.sort_unstable();
        arrivals.push(seen);
    }
    assert_eq!(arrivals[0].len(), 600);
    assert_eq!(arrivals[0], arrivals[1]);
    assert_eq!(arrivals[0], arrivals[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn fewer_operations_than_threads_are_done_and_the_run_ends() {
    for (users, iterations) in [(1, 10), (5, 2), (2, 3)] {
        let load = Load::new("few").operation(no_op()).measure(Profile::iterations(users, iterations));
        let run = load.run().await.unwrap();
        assert_eq!(run.scenarios[0].counts.ok, iterations, "{users} users");
    }
}

#[tokio::test]
async fn a_run_leaves_its_last_snapshot() {
    let snapshots = {
        let load =
            Load::new("seen").operation(no_op()).measure(Profile::hold(100, SHORT)).dedicated_threads(1);
        let snapshots = load.snapshots();
        load.run().await.unwrap();
        snapshots
    };
    let last = snapshots.borrow().clone().expect("a run leaves its last snapshot");
    assert_eq!((last.activity, last.completed, last.in_flight), (Activity::Done, 30, 0));
}

#[tokio::test]
async fn dropping_the_run_cancels_it() {
    let started = Arc::new(tokio::sync::Notify::new());
    let ended = Arc::new(tokio::sync::Notify::new());
    struct OnDrop(Arc<tokio::sync::Notify>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let (began, over) = (Arc::clone(&started), Arc::clone(&ended));
    let load = Load::new("dropped")
        .operation(op("for ever", move |_| {
            let guard = OnDrop(Arc::clone(&over));
            began.notify_one();
            async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            }
        }))
        .measure(Profile::users(1, Duration::from_secs(3_600)));
    let mut run = Box::pin(load.run());
    tokio::select! {
        _ = &mut run => panic!("it does not end by itself"),
        () = started.notified() => {}
    }
    drop(run);
    ended.notified().await;
}

#[tokio::test]
async fn the_same_plan_and_seed_give_the_same_virtual_run() {
    let run = || async {
        let jitter = |cx: Context| async move { cx.sleep(Duration::from_micros(cx.seed() % 5_000)).await };
        let load = Load::new("twice")
            .mix([(2, op("a", jitter)), (1, op("b", jitter))])
            .random_mix()
            .measure(Profile::ramp(10, 500, Duration::from_secs(20)))
            .in_flight(3)
            .seed(11)
            .virtual_time();
        load.run().await.unwrap()
    };
    assert_eq!(run().await, run().await);
}
