//! A planted regression is told once, by whatever way, and once that it is over.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use plimsoll::metrics::Clock;
use plimsoll_cli::Log;
use serde_json::Value;
use xtask::alerts::{Alert, Courier, Destination, from_environment};

use crate::support::{Hook, Pretended, Program, Server, eventually, files, free_address, get, has};

const LASTS: Duration = Duration::from_secs(3_600);

fn destinations(variables: &[(&str, String)]) -> Vec<Destination> {
    from_environment(|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    })
    .unwrap()
}

/// What is told of each alert, in order.
fn told(bodies: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for body in bodies {
        let key = body["labels"].to_string();
        told.entry(key).or_default().push(body["status"].as_str().unwrap().to_owned());
    }
    told
}

/// The alerts in what an Alertmanager tells its receivers.
fn relayed(bodies: &[Value]) -> Vec<Value> {
    bodies.iter().flat_map(|body| body["alerts"].as_array().unwrap().clone()).collect()
}

fn is_about_p95(body: &Value) -> bool {
    body["labels"]["metric"] == "p95" && body["labels"]["workload"] == "job-queue/small"
}

/// An Alertmanager that tells a hook of each alert by itself.
fn alertmanager(folder: &std::path::Path, hook: SocketAddr) -> (Server, SocketAddr) {
    let file = folder.join("alertmanager.yml");
    let text = format!(
        "route: {{receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}\n\
         receivers:\n- name: hook\n  webhook_configs: [{{url: 'http://{hook}/relayed', send_resolved: true}}]\n"
    );
    std::fs::write(&file, text).unwrap();
    let address = free_address();
    let arguments = [
        format!("--config.file={}", file.display()),
        format!("--storage.path={}", folder.join("data").display()),
        format!("--web.listen-address={address}"),
        "--cluster.listen-address=".to_owned(),
    ];
    (Server::start("prometheus-alertmanager", &arguments), address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_regression_is_told_once_and_once_that_it_is_gone() {
    if !has("alertmanager", "prometheus-alertmanager") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::open(&[]).await;
    let (_alertmanager, address) = alertmanager(folder.path(), hook.address);
    eventually("alertmanager", async || get(address, "/-/ready").await.filter(|it| it.status() == 200)).await;
    let pretended = Pretended::new().await;
    let mut command = pretended.every("1s");
    command.env("PLIMSOLL_ALERTMANAGER_URL", format!("http://user:s3cret@{address}"));
    command.env("PLIMSOLL_WEBHOOK_URL", format!("http://{}/s3cret", hook.address));
    command.env("PLIMSOLL_WEBHOOK_TOKEN", "s3cret");
    let program = Program::start(command);
    let further = async |turns: usize| {
        let until = pretended.turns() + turns;
        eventually("further turns", async || (pretended.turns() >= until).then_some(())).await;
    };
    let statuses = |bodies: Vec<Value>| -> Vec<String> {
        let about = bodies.iter().filter(|body| is_about_p95(body));
        about.map(|body| body["status"].as_str().unwrap().to_owned()).collect()
    };
    further(3).await;
    assert!(hook.seen("/s3cret").is_empty() && hook.seen("/relayed").is_empty(), "nothing is wrong yet");

    pretended.set("speed", "slow");
    let is_told = async || {
        let both = [hook.seen("/s3cret"), relayed(&hook.seen("/relayed"))];
        both.into_iter().all(|bodies| !statuses(bodies).is_empty()).then_some(())
    };
    eventually("both are told", is_told).await;
    further(5).await;
    let active: Value = get(address, "/api/v2/alerts").await.unwrap().json().unwrap();
    let active: Vec<&Value> = active.as_array().unwrap().iter().filter(|alert| is_about_p95(alert)).collect();
    assert_eq!(active.len(), 1, "{active:?}");
    assert_eq!(active[0]["labels"]["alertname"], "Regression");
    assert_eq!(statuses(hook.seen("/s3cret")), ["firing"], "once, not once a turn");
    assert_eq!(statuses(relayed(&hook.seen("/relayed"))), ["firing"], "once, not once a turn");

    pretended.set("speed", "fast");
    let is_over = async || {
        let both = [hook.seen("/s3cret"), relayed(&hook.seen("/relayed"))];
        both.into_iter().all(|bodies| statuses(bodies).len() == 2).then_some(())
    };
    eventually("both are told that it is over", is_over).await;
    further(3).await;
    for (key, statuses) in told(&hook.seen("/s3cret")) {
        assert_eq!(statuses, ["firing", "resolved"], "{key}");
    }
    for (key, statuses) in told(&relayed(&hook.seen("/relayed"))) {
        assert_eq!(statuses, ["firing", "resolved"], "{key}");
    }
    let (code, said) = program.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert!(!pretended.environment().contains("s3cret"), "who is measured knows nobody's address");
    for (path, _) in files(&pretended.results()) {
        let text = std::fs::read(&path).unwrap();
        assert!(!text.windows(6).any(|part| part == b"s3cret"), "{} has a secret", path.display());
    }
}

#[tokio::test]
async fn what_does_not_arrive_is_tried_again_until_it_does_and_then_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("alerts.ledger");
    let hook = Hook::open(&[500, 404]).await;
    let slack = [("PLIMSOLL_SLACK_URL", format!("http://{}/slack", hook.address))];
    let log = Log::new(std::io::sink());
    let courier = Courier::start(file.clone(), destinations(&slack), log.clone()).unwrap();
    let bad = [Alert::failed("no disk")];
    courier.observe(&bad, Clock::System.wall(), LASTS);
    courier.observe(&bad, Clock::System.wall(), LASTS);
    eventually("three attempts", async || (hook.seen("/slack").len() >= 3).then_some(())).await;
    eventually("a note of it", async || std::fs::read_to_string(&file).ok()?.contains("slack").then_some(()))
        .await;
    courier.observe(&bad, Clock::System.wall(), LASTS);
    courier.close().await;
    assert_eq!(hook.seen("/slack").len(), 3);
    assert!(
        log.text().contains("warning: slack cannot be told") && log.text().contains("told again"),
        "{}",
        log.text()
    );
    assert!(!log.text().contains("http"), "no address is said: {}", log.text());
    // After a restart nobody is told what he knows, but what is new.
    let courier = Courier::start(file, destinations(&slack), log).unwrap();
    courier.observe(&bad, Clock::System.wall(), LASTS);
    courier.observe(&[], Clock::System.wall(), LASTS);
    courier.close().await;
    let seen = hook.seen("/slack");
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(seen[3]["text"].as_str().unwrap().starts_with("over: "), "{seen:?}");
}

#[tokio::test]
async fn who_never_answers_holds_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    // Connections wait in its queue for ever.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hook = Hook::open(&[]).await;
    let both = [
        ("PLIMSOLL_WEBHOOK_URL", format!("http://{}/", silent.local_addr().unwrap())),
        ("PLIMSOLL_PAGERDUTY_URL", format!("http://{}/page", hook.address)),
        ("PLIMSOLL_PAGERDUTY_KEY", "key".to_owned()),
    ];
    let log = Log::new(std::io::sink());
    let courier = Courier::start(folder.path().join("alerts.ledger"), destinations(&both), log).unwrap();
    let bad = [Alert::failed("no disk")];
    courier.observe(&bad, Clock::System.wall(), LASTS);
    courier.observe(&bad, Clock::System.wall(), LASTS);
    eventually("the page", async || (!hook.seen("/page").is_empty()).then_some(())).await;
    courier.observe(&[], Clock::System.wall(), LASTS);
    eventually("its end", async || (hook.seen("/page").len() == 2).then_some(())).await;
    let actions: Vec<_> = hook.seen("/page").iter().map(|body| body["event_action"].clone()).collect();
    assert_eq!(actions, ["trigger", "resolve"]);
    courier.close().await;
}
