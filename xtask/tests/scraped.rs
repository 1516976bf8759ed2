//! A real Prometheus scrapes a live run, and its result through a real text file collector.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use plimsoll::model::{Isolation, Quantile};
use plimsoll::{Endpoint, Load, Profile, Sitting, millis, op, secs};
use plimsoll_cli::Results;
use serde_json::Value;

/// A program that ends with the test.
struct Server(Child);

impl Server {
    fn start(program: &str, arguments: &[String]) -> Server {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Server(command.spawn().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_here(program: &str) -> bool {
    let is_here = Command::new(program).arg("--version").output().is_ok();
    let required =
        std::env::var("PLIMSOLL_REQUIRE").is_ok_and(|parts| parts.split(',').any(|one| one == "prometheus"));
    assert!(is_here || !required, "PLIMSOLL_REQUIRE names prometheus, and {program} is missing");
    is_here
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: here\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

/// The one value that a query gives, as soon as there is one.
fn query(prometheus: SocketAddr, query: &str) -> f64 {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let begin = Instant::now();
    loop {
        let body = get(prometheus, &format!("/api/v1/query?query={encoded}"));
        let answer: Option<Value> = body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        if let Some(value) =
            answer.as_ref().and_then(|answer| answer["data"]["result"][0]["value"][1].as_str())
        {
            return value.parse().unwrap();
        }
        assert!(begin.elapsed() < secs(60), "{query} has no value after a minute: {answer:?}");
        std::thread::sleep(millis(200));
    }
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stderr, reason = "says that a part is missing")]
async fn what_prometheus_has_is_what_the_result_says() {
    if !["prometheus", "prometheus-node-exporter"].iter().all(|program| is_here(program)) {
        return eprintln!("skipped: no prometheus");
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
    let load = Load::new("shop")
        .operation(op("read", |cx| async move { cx.sleep(millis(40)).await }))
        .measure(Profile::hold(100, secs(30)));
    let running = tokio::spawn(endpoint.follow(load).run());
    tokio::time::sleep(Duration::from_secs(28)).await;
    let ask = |text: &'static str| tokio::task::spawn_blocking(move || query(prometheus, text));
    let live = ask("rate(plimsoll_live_completed_total[25s])").await.unwrap();
    let run = running.await.unwrap().unwrap();
    let stored = run.scenarios[0].throughput.achieved_per_s;
    let p95 = run.scenarios[0].latency.response.quantile(Quantile::P95).unwrap().value_ns as f64 / 1e9;
    agree("throughput of the live run", live, stored);
    let live_p95 = ask("plimsoll_latency_quantile_seconds{job=\"live\",q=\"0.95\"}").await.unwrap();
    agree("p95 at the endpoint", live_p95, p95);

    let mut sitting = Sitting::begin("scraped", xtask::tool(), "dev");
    sitting.add("shop", Isolation::Process, run);
    let results = Results::create(folder.path().join("results")).unwrap();
    results.write_set(&sitting.finish()).unwrap();
    let text = xtask::export_metrics::export(results.folder(), SystemTime::now().into()).unwrap();
    plimsoll_cli::write_whole(&collected.join("metrics.prom"), |out| out.write_all(&text)).unwrap();
    let throughput = ask("plimsoll_throughput_per_second{job=\"node\"}").await.unwrap();
    agree("throughput in the text file", throughput, stored);
    let collected_p95 = ask("plimsoll_latency_quantile_seconds{job=\"node\",q=\"0.95\"}").await.unwrap();
    agree("p95 in the text file", collected_p95, p95);
    assert_eq!(ask("node_textfile_scrape_error").await.unwrap(), 0.0);
    let body = get(node, "/metrics").unwrap();
    for line in ["# TYPE plimsoll_latency_seconds histogram", "# TYPE plimsoll_operations_total counter"] {
        assert!(body.contains(line), "{line} is not in {body}");
    }
}
