//! Containers that are not there, end, start again and are removed.

use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::GapCause;
use plimsoll_resources::{Container, Sampler, Source, SourceError};

use crate::container;
use crate::engine::shared;
use crate::probe::{Probe, of};
use crate::sampled::{rounds, series};

#[tokio::test]
async fn a_container_that_was_never_there_is_one_clear_line() {
    let Some(engine) = shared() else { return };
    let error = container(&engine, "nobody").read().await.expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "container:nobody is not running: the engine has no container with the name or id \"nobody\""
    );
}

#[tokio::test]
async fn a_container_that_was_made_but_not_started_is_not_running() {
    let Some(engine) = shared() else { return };
    engine.docker(&["create", "--name", "made", "plimsoll-test", "sleep", "1000"]);
    let mut probe = Probe::new(container(&engine, "made"));
    let error = probe.next().await.expect_err("it was not started");
    assert_eq!(error.to_string(), "container:made is not running: the engine says that it is created");
    engine.docker(&["start", "made"]);
    let values = probe.until("it runs", |values, _| values.is_ok()).await.expect("it runs");
    assert_eq!(of(&values, "cpu"), Err(GapCause::First));
}

#[tokio::test]
async fn a_stop_and_a_start_are_gaps_and_never_zero_or_negative() {
    let Some(engine) = shared() else { return };
    engine.run("phoenix", &["--cpus", "0.2"], "while :; do :; done");
    let mut probe = Probe::new(container(&engine, "phoenix"));
    probe
        .until("a value", |values, _| values.as_ref().is_ok_and(|values| of(values, "cpu").is_ok()))
        .await
        .expect("it runs");
    engine.docker(&["kill", "phoenix"]);
    let error = probe.next().await.expect_err("it is dead");
    assert!(
        matches!(&error, SourceError::NotRunning { detail, .. } if detail == "the engine says that it is exited"),
        "{error}"
    );
    engine.docker(&["start", "phoenix"]);
    let values = probe.until("it runs", |values, _| values.is_ok()).await.expect("it runs");
    assert_eq!(of(&values, "cpu"), Err(GapCause::First));
    assert!(probe.value("cpu").await.is_ok_and(|cpu| cpu > 0.0));
}

#[tokio::test]
async fn a_restart_between_two_readings_is_a_reset() {
    let Some(engine) = shared() else { return };
    engine.run("blink", &[], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "blink"));
    probe.next().await.expect("it runs");
    engine.docker(&["restart", "--time", "0", "blink"]);
    assert_eq!(probe.value("cpu").await, Err(GapCause::CounterReset));
}

#[tokio::test]
async fn a_paused_container_is_not_running() {
    let Some(engine) = shared() else { return };
    engine.run("paused", &[], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "paused"));
    probe.next().await.expect("it runs");
    engine.docker(&["pause", "paused"]);
    let error = probe.next().await.expect_err("it is paused");
    assert!(error.to_string().ends_with("the engine says that it is paused"), "{error}");
    engine.docker(&["unpause", "paused"]);
    probe.until("it runs", |values, _| values.is_ok()).await.expect("it runs");
}

#[tokio::test]
async fn a_container_that_is_removed_ends_and_the_others_go_on() {
    let Some(engine) = shared() else { return };
    engine.run("gone", &[], "sleep 1000");
    engine.run("stays", &[], "sleep 1000");
    let sources: Vec<Box<dyn Source>> =
        vec![Box::new(container(&engine, "gone")), Box::new(container(&engine, "stays"))];
    let sampler =
        Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System)).expect("a thread");
    rounds(2).await;
    engine.docker(&["rm", "--force", "gone"]);
    rounds(2).await;
    let sampled = sampler.stop();
    let memory = |target| series(&sampled, target, "memory");
    let (gone, stays) = (memory("container:gone"), memory("container:stays"));
    assert_eq!(gone.gaps.last().map(|gap| gap.cause), Some(GapCause::NotRunning), "{:?}", gone.gaps);
    assert!(gone.points.iter().all(|(_, value)| *value != Some(0.0)), "{:?}", gone.points);
    assert_eq!(stays.gaps, []);
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_one_clear_line() {
    let nowhere = Container::named("db").of_engine("unix:///nowhere/docker.sock").read().await;
    assert_eq!(
        nowhere.expect_err("there is no socket").to_string(),
        "container:db cannot be read: there is no /nowhere/docker.sock; is the Docker engine running?"
    );
    let refused = Container::named("db").of_engine("tcp://127.0.0.1:1").read().await;
    assert_eq!(
        refused.expect_err("nobody listens").to_string(),
        "container:db cannot be read: nobody answers at tcp://127.0.0.1:1; is the Docker engine running?"
    );
}
