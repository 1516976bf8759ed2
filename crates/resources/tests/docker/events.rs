//! What the engine says happens to a container.

use plimsoll_model::EventKind;
use plimsoll_resources::Noticed;

use crate::container;
use crate::engine::shared;
use crate::probe::Probe;

fn of_kind(noticed: &[Noticed], kind: EventKind) -> Vec<&str> {
    noticed.iter().filter(|one| one.kind == kind).map(|one| one.detail.as_str()).collect()
}

#[tokio::test]
async fn every_kill_of_a_restart_loop_is_heard_though_none_can_be_measured() {
    let Some(engine) = shared() else { return };
    let mut probe = Probe::new(container(&engine, "hog"));
    probe.next().await.expect_err("it is not there yet");
    let options = ["--memory", "32m", "--memory-swap", "32m", "--restart", "on-failure:3"];
    engine.run("hog", &options, "exec tail /dev/zero");
    let over = |_: &_, noticed: &[Noticed]| of_kind(noticed, EventKind::Die).len() == 4;
    probe.until("four deaths", over).await.expect_err("it is dead");
    let _ = probe.next().await;
    assert_eq!(engine.inspect("hog", ".RestartCount"), "3");
    assert_eq!(of_kind(&probe.noticed, EventKind::Oom).len(), 4, "{:?}", probe.noticed);
    let killed = "ended with exit code 137 after a kill for lack of memory";
    assert_eq!(of_kind(&probe.noticed, EventKind::Die), [killed; 4]);
    let starts = of_kind(&probe.noticed, EventKind::Start);
    assert_eq!(starts.len(), 4);
    assert_eq!(
        starts.iter().filter(|start| start.contains("by its restart policy")).count(),
        3,
        "{starts:?}"
    );
}

#[tokio::test]
async fn a_child_that_is_killed_is_heard_though_the_container_goes_on() {
    let Some(engine) = shared() else { return };
    let options = ["--memory", "32m", "--memory-swap", "32m"];
    engine.run("parent", &options, "sleep 3; tail /dev/zero; sleep 1000");
    let mut probe = Probe::new(container(&engine, "parent"));
    let heard = |_: &_, noticed: &[Noticed]| !of_kind(noticed, EventKind::Oom).is_empty();
    probe.until("a kill", heard).await.expect("it goes on");
    probe.next().await.expect("it goes on");
    assert_eq!(of_kind(&probe.noticed, EventKind::Oom).len(), 1, "{:?}", probe.noticed);
    assert_eq!(of_kind(&probe.noticed, EventKind::Die), [""; 0]);
}

#[tokio::test]
async fn a_kill_by_hand_is_no_lack_of_memory() {
    let Some(engine) = shared() else { return };
    engine.run("killed", &["--memory", "32m"], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "killed"));
    probe.next().await.expect("it runs");
    engine.docker(&["kill", "killed"]);
    let died = |_: &_, noticed: &[Noticed]| !of_kind(noticed, EventKind::Die).is_empty();
    probe.until("a death", died).await.expect_err("it is dead");
    assert_eq!(of_kind(&probe.noticed, EventKind::Die), ["ended with exit code 137"]);
    assert_eq!(of_kind(&probe.noticed, EventKind::Oom), [""; 0]);
}

#[tokio::test]
async fn a_restart_by_hand_is_one_though_the_count_of_the_policy_falls() {
    let Some(engine) = shared() else { return };
    engine.run("again", &["--restart", "always"], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "again"));
    probe.next().await.expect("it runs");
    // A first process that ends by itself is started again by the policy.
    let by_itself =
        std::process::Command::new("kill").args(["-9", &engine.pid("again").to_string()]).status();
    assert!(by_itself.expect("there is a kill").success());
    let begun = |count| {
        move |values: &crate::probe::Values, noticed: &[Noticed]| {
            values.is_ok() && of_kind(noticed, EventKind::Start).len() == count
        }
    };
    probe.until("a start by the policy", begun(1)).await.expect("it runs again");
    assert_eq!(engine.inspect("again", ".RestartCount"), "1");
    engine.docker(&["restart", "--time", "0", "again"]);
    probe.until("a start by hand", begun(2)).await.expect("it runs again");
    assert_eq!(engine.inspect("again", ".RestartCount"), "0");
    let starts = of_kind(&probe.noticed, EventKind::Start);
    assert_eq!(starts, ["started by its restart policy", "started by a command or with its engine"]);
}

#[tokio::test]
async fn health_is_heard_when_it_changes() {
    let Some(engine) = shared() else { return };
    let options = ["--health-cmd", "cat /tmp-healthy", "--health-interval", "1s", "--health-retries", "1"];
    engine.run("healthy", &options, "sleep 3; echo yes >/tmp-healthy; sleep 1000");
    let mut probe = Probe::new(container(&engine, "healthy"));
    let well = |_: &_, noticed: &[Noticed]| of_kind(noticed, EventKind::Health).contains(&"healthy");
    probe.until("health", well).await.expect("it runs");
}
