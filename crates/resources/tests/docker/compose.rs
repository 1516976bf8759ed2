//! Compose projects that are ended and started anew, and those that are left alone.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use plimsoll_resources::{Compose, ComposeError, ProjectContainer};

use crate::engine::{Engine, present, shared};

/// An engine, and compose to speak to it.
fn engine() -> Option<Arc<Engine>> {
    let version = Command::new("docker-compose").arg("version").stdout(Stdio::null()).status();
    let found = version.map(drop).map_err(|error| format!("docker-compose: {error}"));
    present("compose", found)?;
    shared()
}

/// A project of an engine; its services are those of the text.
fn project(engine: &Engine, name: &str, services: &str) -> Compose {
    let path: PathBuf = engine.folder().join(format!("{name}.yaml"));
    fs::write(&path, services).expect("the folder is ours");
    let settle = Duration::from_secs(1);
    Compose::project(name, path).of_engine(&engine.address()).patience(Duration::from_secs(60), settle)
}

/// A service without a network that runs a script.
fn service(name: &str, script: &str) -> String {
    format!(
        "  {name}:\n    image: plimsoll-test\n    network_mode: none\n    command: [\"sh\", \"-c\", \"{script}\"]\n"
    )
}

fn names(containers: &[ProjectContainer]) -> Vec<&str> {
    containers.iter().map(|container| container.service.as_str()).collect()
}

#[tokio::test]
async fn every_life_of_a_project_begins_with_new_containers_and_volumes_stay_unless_they_may_go() {
    let Some(engine) = engine() else { return };
    let keeper = service("keeper", "echo life >>/data/lives; sleep 1000");
    let text = format!("services:\n{keeper}    volumes: [\"data:/data\"]\nvolumes: {{data: {{}}}}\n");
    let project = project(&engine, "lives", &text);
    let first = project.clean().await.expect("it comes up");
    assert_eq!(names(&first), ["keeper"]);
    let second = project.clean().await.expect("it comes up again");
    assert_eq!(first, second, "the name is the same in each life");
    let name = &second[0].container;
    let lives = || engine.docker(&["exec", name, "cat", "/data/lives"]);
    assert_eq!(lives(), "life\nlife");
    project.clone().remove_volumes(true).clean().await.expect("it comes up without what it had");
    assert_eq!(lives(), "life");
    project.clone().remove_volumes(true).down().await.expect("it goes");
    assert_eq!(project.containers().await.expect("the engine answers"), []);
    assert_eq!(engine.docker(&["volume", "ls", "--quiet", "--filter", "name=lives_data"]), "");
}

#[tokio::test]
async fn a_service_that_may_end_does_and_one_that_fails_tells_its_last_lines() {
    let Some(engine) = engine() else { return };
    let (web, well) = (service("web", "sleep 1000"), service("migrate", "exit 0"));
    let well = project(&engine, "one-shot", &format!("services:\n{web}{well}"));
    let one_shot = ["migrate".to_owned()];
    let up = well.clone().one_shot(one_shot.clone()).clean().await.expect("migrate may end");
    assert_eq!(names(&up), ["migrate", "web"]);
    let refused = well.clean().await.expect_err("nobody said that it may end").to_string();
    assert!(refused.contains("is not ready: it ended with 0"), "{refused}");
    well.down().await.expect("it goes");
    let ill = service("migrate", "seq 30; echo no space left; exit 1");
    let ill = project(&engine, "one-shot", &format!("services:\n{web}{ill}")).one_shot(one_shot);
    let error = ill.clean().await.expect_err("it fails");
    let ComposeError::NotReady { why, log, .. } = error else { panic!("{error}") };
    assert_eq!((why.as_str(), log.len()), ("it ended with 1", 20));
    assert_eq!(log.last().map(String::as_str), Some("no space left"));
    ill.down().await.expect("it goes");
}

#[tokio::test]
async fn a_project_of_somebody_else_is_refused_unless_it_is_adopted() {
    let Some(engine) = engine() else { return };
    // What compose itself would have written on it.
    let labels = ["project=theirs", "service=old", "oneoff=False", "container-number=1"];
    let labels = labels.map(|label| format!("--label=com.docker.compose.{label}"));
    let options: Vec<&str> = labels.iter().map(String::as_str).chain(["--network=none"]).collect();
    engine.run("theirs-1", &options, "sleep 1000");
    let project = project(&engine, "theirs", &format!("services:\n{}", service("web", "sleep 1000")));
    for refused in [project.down().await.expect_err("not ours"), project.up().await.expect_err("not ours")] {
        let ComposeError::Foreign { containers, .. } = &refused else { panic!("{refused}") };
        assert_eq!(containers, &["theirs-1"]);
    }
    assert_eq!(engine.inspect("theirs-1", ".State.Running"), "true");
    let adopted = project.clone().adopt(true).clean().await.expect("it may");
    assert_eq!(names(&adopted), ["web"]);
    project.down().await.expect("now it is ours");
}

#[tokio::test]
async fn volumes_that_were_there_before_are_not_removed() {
    let Some(engine) = engine() else { return };
    engine.docker(&["volume", "create", "--label", "com.docker.compose.project=kept", "kept_data"]);
    let project = project(&engine, "kept", &format!("services:\n{}", service("web", "sleep 1000")));
    let removing = project.clone().remove_volumes(true);
    assert!(matches!(removing.clean().await, Err(ComposeError::Volumes { .. })));
    project.clean().await.expect("volumes may stay");
    // Its containers are ours by now; the volume is not.
    assert!(matches!(removing.down().await, Err(ComposeError::Volumes { .. })));
    project.down().await.expect("volumes may stay");
    engine.docker(&["volume", "rm", "kept_data"]);
}
