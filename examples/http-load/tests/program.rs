//! The program as a process: what it leaves, how it ends, and what it does not say.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::thread;

use http_load::inject::Inject;
use http_load::service::Service;
use plimsoll::model::Status;
use plimsoll_cli::read_set;

const TOKEN: &str = "tok3n-that-nobody-may-see";

fn run(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_http-load"));
    command.arg("--out").arg(folder.path()).args(["--progress", "none"]).args(arguments);
    (command.env("MY_TOKEN", TOKEN).stdin(Stdio::null()).output().unwrap(), folder)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn three_roles_log_in_list_and_ask_at_the_built_in_service() {
    let (output, folder) = run(&["--requests", "300", "--users", "6"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let set = read_set(folder.path()).unwrap();
    let scenarios = &set.runs[0].run.scenarios;
    let done: Vec<_> = scenarios.iter().map(|one| (one.name.as_str(), one.counts.ok)).collect();
    assert_eq!(done, [("login", 30), ("list", 90), ("query", 180)]);
    assert!(scenarios[1].steps.iter().any(|step| step.name == "total" && step.bytes > 10_000));
}

#[test]
fn a_rate_has_nobody_who_logs_in_and_shares_sessions() {
    let (output, folder) = run(&["--rate", "100", "--duration", "1s"]);
    // A machine that is busy with other things may hand arrivals out late.
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", said(&output));
    let set = read_set(folder.path()).unwrap();
    let counts: Vec<_> = set.runs[0].run.scenarios.iter().map(|one| &one.counts).collect();
    assert_eq!(counts.iter().map(|counts| counts.ok).sum::<u64>(), 100, "{counts:?}");
}

#[test]
fn rows_of_a_file_fill_the_address_and_the_body() {
    let (place, folder) = (listing(), tempfile::tempdir().unwrap());
    let (rows, body) = (folder.path().join("rows.csv"), folder.path().join("body.json"));
    std::fs::write(&rows, "id,text\n1,how are you\n2,\"say \"\"a\"\"\"\n").unwrap();
    std::fs::write(&body, "{\"text\": \"{text}\"}").unwrap();
    let url = format!("http://{}/items/{{id}}?q={{text}}", place.0);
    let arguments = ["--url", &url, "--data", rows.to_str().unwrap(), "--body-file", body.to_str().unwrap()];
    let more = ["--content-type", "application/json", "--requests", "4", "--users", "1"];
    let (output, _folder) = run(&[&arguments[..], &more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let seen: Vec<String> = place.1.iter().take(4).collect();
    let expected = [
        ("POST /items/1?q=how%20are%20you ", "{\"text\": \"how are you\"}"),
        ("POST /items/2?q=say%20%22a%22 ", "{\"text\": \"say \\\"a\\\"\"}"),
    ];
    for (request, (line, body)) in seen.iter().zip(expected.iter().cycle()) {
        assert!(request.starts_with(line) && request.ends_with(body), "{request}");
    }
}

/// Answers every request, and tells of each.
fn listing() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            // Head and body may come in two pieces.
            while !request.ends_with(b"}") {
                let length = stream.read(&mut piece).unwrap_or(0);
                if length == 0 {
                    break;
                }
                request.extend_from_slice(&piece[..length]);
            }
            drop(tell.send(String::from_utf8_lossy(&request).into_owned()));
            // The client may be gone.
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
        }
    });
    (address, told)
}

#[test]
fn a_file_of_rows_that_is_missing_or_ragged_or_unused_ends_with_2_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let ragged = write("ragged.csv", "id,name\n1,ada\n2\n");
    let rows = write("rows.jsonl", "{\"id\": \"1\"}\n");
    for (path, data, expected) in [
        ("/{id}", "/nonexistent/rows.csv", "/nonexistent/rows.csv"),
        ("/{id}", ragged.as_str(), "ragged.csv:3: has 1 column"),
        ("/{idd}", rows.as_str(), "no column \"idd\"; it has id"),
        ("/", rows.as_str(), "--data has no {column} to fill"),
    ] {
        let (output, _folder) = run(&["--url", &format!("http://127.0.0.1:1{path}"), "--data", data]);
        assert_eq!(output.status.code(), Some(2), "{data} {}", said(&output));
        assert!(said(&output).contains(expected), "{data} {}", said(&output));
    }
}

#[test]
fn injected_faults_are_found_in_the_report() {
    let (output, folder) =
        run(&["--inject", "errors=20%,delay=30ms@50%", "--requests", "400", "--users", "8"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let set = read_set(folder.path()).unwrap();
    let scenarios = &set.runs[0].run.scenarios;
    let failed: u64 = scenarios.iter().map(|one| one.counts.failed).sum();
    assert!((40..130).contains(&failed), "{failed}");
    assert!(scenarios.iter().all(|one| one.errors.iter().all(|error| error.kind == "status 5xx")));
    assert!(scenarios.iter().all(|one| one.latency.response.max_ns > 30_000_000));
    assert_eq!(set.config["inject"], "errors=20%,delay=30ms@50%");
}

#[test]
fn a_scenario_file_says_what_is_offered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.yaml");
    let text = "duration: 1s\nworkload: {type: mixed, distribution: {list: 0.5, query: 0.5}}\n\
                load_pattern: {type: constant, users: 4}\nthresholds: [\"error_rate < 1%\"]\n";
    std::fs::write(&file, text).unwrap();
    let (output, folder) = run(&["--scenario", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let run = &read_set(folder.path()).unwrap().runs[0].run;
    let names: Vec<_> = run.scenarios.iter().map(|one| one.name.as_str()).collect();
    let done: Vec<_> = run.scenarios.iter().map(|one| one.counts.ok).collect();
    assert_eq!(names, ["list", "query"]);
    assert!(done[0] > 10 && done[0].abs_diff(done[1]) <= 4, "half of each: {done:?}");
    assert_eq!((run.thresholds.len(), run.verdict.status), (1, Status::Pass));
}

#[test]
fn any_address_is_loaded_over_both_versions_and_a_pool() {
    let service = Service::start(Inject::default()).unwrap();
    let url = format!("{}/health", service.url());
    for more in [&[][..], &["--http2"], &["--connections", "2"], &["--gzip"]] {
        let mut arguments = vec!["--url", &url, "--requests", "200", "--users", "5"];
        arguments.extend(more);
        let (output, folder) = run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{more:?} {}", said(&output));
        assert_eq!(read_set(folder.path()).unwrap().runs[0].run.scenarios[0].counts.ok, 200, "{more:?}");
    }
}

#[test]
fn ten_thousand_refused_connections_are_a_clear_report() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let (output, folder) = run(&["--url", &url, "--requests", "10000", "--users", "100"]);
    let set = read_set(folder.path()).unwrap();
    let errors = &set.runs[0].run.scenarios[0].errors;
    assert_eq!((errors[0].kind.as_str(), errors[0].count), ("connection refused", 10_000));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("connection refused") && report.contains("10,000"), "{report}");
}

/// The built-in service as a process of its own; its standard input is what it lives by.
fn served() -> (std::process::Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_http-load"));
    command.args(["--serve", "--inject", "errors=50%"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut address = String::new();
    let output = process.stdout.as_mut().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut address).unwrap();
    (process, address.trim().to_owned())
}

#[test]
fn a_service_in_a_process_of_its_own_is_loaded_and_ends_with_its_standard_input() {
    let (mut process, address) = served();
    let (output, folder) = run(&["--service", &address, "--requests", "200", "--users", "5"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let scenarios = &read_set(folder.path()).unwrap().runs[0].run.scenarios;
    let failed: u64 = scenarios.iter().map(|one| one.counts.failed).sum();
    assert!((60..140).contains(&failed), "its own faults: {failed} of 200");
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
}

#[test]
fn a_load_between_two_light_ones_tells_how_soon_the_service_is_back() {
    let (output, folder) = run(&["--recovery", "300ms", "--users", "20", "--duration", "300ms"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let set = read_set(folder.path()).unwrap();
    let users = |index: usize| set.runs[index].run.plan.phases[0].profile.most_users();
    let workloads: Vec<_> = set.runs.iter().map(|place| place.workload.as_str()).collect();
    assert_eq!(workloads, ["http-load/built-in/before", "http-load/built-in", "http-load/built-in/after"]);
    assert_eq!([users(0), users(1), users(2)], [Some(5), Some(20), Some(5)]);
    let found = &set.protocol.unwrap().scenarios[0].metadata;
    let recovery = found["recovery"].as_str().unwrap();
    let is_one = |start: &str| recovery.starts_with(start);
    assert!(is_one("back within 10 % after ") || is_one("did not recover within "), "{recovery}");
    assert_eq!(found["recovered_after_ns"].is_u64(), is_one("back"), "{found:?}");
}

/// Refuses every request, and gives back what it got.
fn mirror() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut got = [0; 4096];
            let length = stream.read(&mut got).unwrap_or(0);
            let head =
                format!("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
            // The client may be gone.
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&got[..length])));
        }
    });
    address
}

#[test]
fn a_token_in_address_header_environment_and_body_is_seen_nowhere() {
    let (place, body) = (mirror(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(body.path(), TOKEN).unwrap();
    let url = format!("http://user:{TOKEN}@{place}/path?token={TOKEN}");
    let header = format!("x-token: {TOKEN}");
    let refused = format!("http://user:{TOKEN}@127.0.0.1:1/?token={TOKEN}");
    let other_scheme = format!("ftp://user:{TOKEN}@h/");
    let no_colon = format!("x-token {TOKEN}");
    let with_body = ["--body-file", body.path().to_str().unwrap(), "--content-type", "text/plain"];
    let rows = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(rows.path(), format!("t\n{TOKEN}\n")).unwrap();
    let filled = format!("http://{place}/path/{{t}}?q={{t}}");
    let without_scheme = format!("user:{TOKEN}@h/?token={TOKEN}");
    let lines: [Vec<&str>; 8] = [
        [&["--url", &url, "--header", &header, "--token-env", "MY_TOKEN"][..], &with_body].concat(),
        vec!["--url", &refused, "--token-env", "MY_TOKEN"],
        vec!["--url", &url, "--header", &no_colon],
        vec!["--url", &other_scheme],
        vec![&url],
        vec!["--url", &filled, "--data", rows.path().to_str().unwrap()],
        vec!["--url", &url, "--token-env", TOKEN],
        vec!["--url", &without_scheme],
    ];
    for line in lines {
        let (output, folder) = run(&[&line[..], &["--requests", "20", "--users", "2"]].concat());
        let mut seen = said(&output);
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            seen += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
        }
        assert!(!seen.contains(TOKEN), "{line:?}: {seen}");
    }
}

#[test]
fn wrong_usage_ends_with_2_before_anything_runs() {
    for arguments in [
        &["--url", "localhost"][..],
        &["--url", "http://127.0.0.1:1", "--inject", "errors=1%"],
        &["--inject", "errors=lots"],
        &["--connections", "0"],
        &["--timeout", "0s"],
        &["--method", "GET"],
        &["--url", "http://127.0.0.1:1", "--token-env", "THERE_IS_NO_SUCH_VARIABLE"],
        &["--url", "http://127.0.0.1:1", "--body-file", "/nonexistent/body"],
        &["--url", "http://127.0.0.1:1", "--header", "a b: c"],
        &["--url", "ws://127.0.0.1:1", "--http2"],
        &["--url", "https://127.0.0.1:1", "--ca", "/nonexistent/ca"],
        &["--data", "/nonexistent/rows.csv"],
        &["--url", "http://127.0.0.1:1", "--data-order", "random"],
        &["--url", "ws://127.0.0.1:1", "--data", "/nonexistent/rows.csv"],
        &["--serve", "--url", "http://127.0.0.1:1"],
        &["--service", "localhost"],
        &["--service", "http://127.0.0.1:1", "--inject", "errors=1%"],
        &["--recovery", "1s", "--iterations", "2"],
    ] {
        let (output, _folder) = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", said(&output));
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
}
