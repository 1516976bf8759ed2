//! How containers are, asked once.

use plimsoll_resources::{Container, Health};
use tokio::time::{Duration, MissedTickBehavior, interval};

use crate::container;
use crate::engine::{Engine, shared};

/// The first health, of sixty asked for at most, that is another than this.
async fn after(starting: Health, engine: &Engine, name: &str) -> Health {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..60 {
        ticks.tick().await;
        let health = container(engine, name).health().await.expect("the engine answers");
        if health != starting {
            return health;
        }
    }
    starting
}

/// A container with a check of its own, each second.
fn checked(engine: &Engine, name: &str, check: &str) {
    let options = ["--health-cmd", check, "--health-interval", "1s", "--health-retries", "1"];
    engine.run(name, &options, "sleep 1000");
}

#[tokio::test]
async fn its_own_check_says_how_a_container_is() {
    let Some(engine) = shared() else { return };
    checked(&engine, "well", "true");
    checked(&engine, "ill", "exit 1");
    assert_eq!(after(Health::Starting, &engine, "well").await, Health::Healthy);
    assert_eq!(after(Health::Starting, &engine, "ill").await, Health::Unhealthy);
}

#[tokio::test]
async fn a_check_that_has_not_decided_yet_is_starting() {
    let Some(engine) = shared() else { return };
    engine.run("undecided", &["--health-cmd", "true", "--health-interval", "1h"], "sleep 1000");
    assert_eq!(container(&engine, "undecided").health().await.expect("it answers"), Health::Starting);
}

#[tokio::test]
async fn without_a_check_nobody_knows_and_without_a_container_it_is_missing() {
    let Some(engine) = shared() else { return };
    engine.run("unchecked", &[], "sleep 1000");
    let unchecked = container(&engine, "unchecked").health().await.expect("it answers");
    let missing = container(&engine, "no-such").health().await.expect("it answers");
    assert_eq!((unchecked, missing), (Health::Unchecked, Health::Missing));
}

#[tokio::test]
async fn a_container_that_ended_says_its_code_and_one_that_never_began_says_none() {
    let Some(engine) = shared() else { return };
    engine.run("ended", &[], "exit 3");
    assert_eq!(after(Health::Unchecked, &engine, "ended").await, Health::Exited { code: Some(3) });
    engine.docker(&["create", "--name", "unborn", "plimsoll-test", "true"]);
    let unborn = container(&engine, "unborn").health().await.expect("it answers");
    assert_eq!(unborn, Health::Exited { code: None });
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_no_health() {
    let error = Container::named("db").of_engine("unix:///nowhere/docker.sock").health().await;
    assert_eq!(
        error.expect_err("there is no socket").to_string(),
        "container:db cannot be read: there is no /nowhere/docker.sock; is the Docker engine running?"
    );
}
