//! The page of the guide about a run that goes on, word for word.

use plimsoll::model::{GeneratorMode, StopCause};
use plimsoll::{Load, Operation, Profile, millis, minutes, op, secs};

/// Stands for your service.
fn search() -> Operation {
    op("search", |cx| async move { cx.sleep(millis(3)).await })
}

#[tokio::test]
async fn a_run_can_be_watched() {
    let load = Load::new("search").operation(search()).measure(Profile::users(5, secs(1)));
    let mut snapshots = load.snapshots();
    let watching = tokio::spawn(async move {
        let mut completed = 0;
        while snapshots.changed().await.is_ok() {
            let snapshot = snapshots.borrow_and_update();
            completed = snapshot.as_ref().map_or(0, |snapshot| snapshot.completed);
        }
        completed
    });
    let run = load.run().await.expect("the plan is valid");
    assert_eq!(watching.await.expect("it does not panic"), run.scenarios[0].counts.started);
}

#[tokio::test]
async fn a_run_that_is_stopped_keeps_what_it_has() {
    let load = Load::new("search").measure(Profile::hold(100, minutes(10)));
    let stop = load.stop_handle();
    let search = op("search", move |cx| {
        if cx.iteration() == 3_000 {
            stop.interrupt(); // as Ctrl-C does in a program
        }
        async move { cx.sleep(millis(3)).await }
    });
    let run = load.operation(search).virtual_time().run().await.expect("the plan is valid");
    let counts = &run.scenarios[0].counts;
    assert_eq!((run.stop.cause, counts.ok, counts.planned), (StopCause::Interrupt, 3_001, 60_000));
    assert_eq!(counts.not_started, 60_000 - 3_001);
}

#[tokio::test]
async fn the_generator_may_have_a_thread_of_its_own() {
    let load = Load::new("search").operation(search()).measure(Profile::hold(200, secs(1)));
    let run = load.dedicated_threads(1).run().await.expect("the plan is valid");
    assert_eq!((run.generator.mode, run.generator.threads), (GeneratorMode::DedicatedThreads, 1));
    assert_eq!(run.generator.schedule_lag.count, run.scenarios[0].counts.planned);
}
