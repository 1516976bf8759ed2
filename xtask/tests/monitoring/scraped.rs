//! A real Prometheus scrapes a live run, and its result through a real text file collector.

use std::net::SocketAddr;
use std::path::Path;

use plimsoll::metrics::Clock;
use plimsoll::model::{Isolation, Quantile, Run};
use plimsoll::{Endpoint, Load, Profile, Sitting, millis, op, secs};
use plimsoll_cli::{Results, publish_whole};
use serde_json::Value;

use crate::support::{Server, eventually, free_address, get, has};

/// The one value that a query gives, as soon as there is one.
async fn query(prometheus: SocketAddr, query: &str) -> f64 {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    eventually(query, async || {
        let answer: Value = get(prometheus, &format!("/api/v1/query?query={encoded}")).await?.json().ok()?;
        answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
    })
    .await
}

fn agree(what: &str, scraped: f64, stored: f64) {
    assert!((scraped / stored - 1.0).abs() < 0.02, "{what}: {scraped} was scraped, {stored} is stored");
}

fn configuration(folder: &Path, endpoint: SocketAddr, node: SocketAddr) -> String {
    let path = folder.join("prometheus.yml");
    let text = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs:\n\
         - {{job_name: live, static_configs: [{{targets: ['{endpoint}']}}]}}\n\
         - {{job_name: node, static_configs: [{{targets: ['{node}']}}]}}\n"
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn p95(run: &Run) -> f64 {
    run.scenarios[0].latency.response.quantile(Quantile::P95).unwrap().value_ns as f64 / 1e9
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_prometheus_has_is_what_the_result_says() {
    if !has("prometheus", "prometheus") || !has("node_exporter", "prometheus-node-exporter") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let collected = folder.path().join("collected");
    std::fs::create_dir(&collected).unwrap();
    let endpoint = Endpoint::open("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (prometheus, node) = (free_address(), free_address());
    let _node = Server::start(
        "prometheus-node-exporter",
        &[
            "--collector.disable-defaults".to_owned(),
            "--collector.textfile".to_owned(),
            format!("--collector.textfile.directory={}", collected.display()),
            format!("--web.listen-address={node}"),
        ],
    );
    let _prometheus = Server::start(
        "prometheus",
        &[
            format!("--config.file={}", configuration(folder.path(), endpoint.address(), node)),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            format!("--web.listen-address={prometheus}"),
        ],
    );
    eventually("prometheus", async || get(prometheus, "/-/ready").await.filter(|it| it.status() == 200))
        .await;
    let load = Load::new("shop")
        .operation(op("read", |cx| async move { cx.sleep(millis(40)).await }))
        .measure(Profile::hold(100, secs(20)));
    let running = tokio::spawn(endpoint.follow(load).run());
    // Both figures of a scrape are of one moment, and late enough that what is in flight is little of it.
    let late = "plimsoll_live_completed_total / (plimsoll_live_elapsed_seconds > 10)";
    let live = query(prometheus, late).await;
    assert!(!running.is_finished(), "it was seen while it went on");
    let run = running.await.unwrap().unwrap();
    let stored = run.scenarios[0].throughput.achieved_per_s;
    agree("throughput of the live run", live, stored);
    let throughput = query(prometheus, "plimsoll_throughput_per_second{job=\"live\"}").await;
    agree("throughput at the endpoint", throughput, stored);
    let quantile = query(prometheus, "plimsoll_latency_quantile_seconds{job=\"live\",q=\"0.95\"}").await;
    agree("p95 at the endpoint", quantile, p95(&run));
    let total = query(prometheus, "plimsoll_live_completed_total == 2000").await;
    assert_eq!(total, run.scenarios[0].counts.started as f64);

    let p95 = p95(&run);
    let mut sitting = Sitting::begin("scraped", xtask::tool(), "dev");
    sitting.add("shop", Isolation::Process, run);
    let results = Results::create(folder.path().join("results")).unwrap();
    results.write_set(&sitting.finish()).unwrap();
    let text = xtask::export_metrics::export(results.folder(), Clock::System.wall()).unwrap();
    publish_whole(&collected.join("metrics.prom"), |out| out.write_all(&text)).unwrap();
    let throughput = query(prometheus, "plimsoll_throughput_per_second{job=\"node\"}").await;
    agree("throughput in the text file", throughput, stored);
    let quantile = query(prometheus, "plimsoll_latency_quantile_seconds{job=\"node\",q=\"0.95\"}").await;
    agree("p95 in the text file", quantile, p95);
    assert_eq!(query(prometheus, "node_textfile_scrape_error").await, 0.0);
    let page = get(node, "/metrics").await.unwrap();
    let body = String::from_utf8_lossy(page.body());
    for line in ["# TYPE plimsoll_latency_seconds histogram", "# TYPE plimsoll_operations_total counter"] {
        assert!(body.contains(line), "{line} is not in {body}");
    }
}
