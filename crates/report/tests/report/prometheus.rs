//! What a text file collector reads.

use std::collections::BTreeMap;
use std::io;

use plimsoll_model::{EncodedHistogram, Quantile, Set};
use plimsoll_report::{Prometheus, Renderer};

use crate::support::{self, exposition};

fn text(set: &Set) -> String {
    support::render(&Prometheus, set)
}

fn sample(set: &Set, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let labels: BTreeMap<String, String> =
        labels.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    exposition::read(&text(set))
        .expect("what a renderer prints can be read")
        .get(&(name.to_owned(), labels))
        .copied()
}

const WRITE: [(&str, &str); 2] = [("workload", "checkout"), ("scenario", "write")];

#[test]
fn a_set_as_prometheus_text() {
    insta::assert_snapshot!(text(&support::checkout()));
}

#[test]
fn every_set_is_read_by_the_strict_reader() {
    let sets = [
        support::checkout(),
        support::repeated(),
        support::rare(),
        support::empty(),
        support::nothing_started(),
        support::named("a\"b\\n\n\u{1b}\u{202e}"),
        support::named(&"x".repeat(10_000)),
    ];
    for set in sets {
        exposition::read(&text(&set)).unwrap();
    }
}

#[test]
fn each_mutant_is_refused() {
    let good = text(&support::checkout());
    exposition::read(&good).unwrap();
    let line = good.lines().find(|line| line.contains("le=\"0.005\"")).unwrap();
    let last = good.lines().find(|line| line.contains("le=\"+Inf\"")).unwrap();
    let count = good.lines().find(|line| line.contains("_count{")).unwrap();
    let mutants = [
        good.replace(line, &format!("{line}\n{line}")),
        good.replace(line, &format!("{}9999999", line.trim_end_matches(|c: char| c.is_ascii_digit()))),
        good.replace(&format!("{last}\n"), ""),
        good.replace(count, &format!("{count}1")),
        good.replace(line, &format!("{line} 1795000000000")),
        good.trim_end().to_owned(),
    ];
    for (index, mutant) in mutants.iter().enumerate() {
        assert!(exposition::read(mutant).is_err(), "mutant {index}");
    }
}

#[test]
fn a_limit_of_the_plan_is_an_edge() {
    let labels = [WRITE[0], WRITE[1], ("le", "0.02")];
    // 90,000 at 9.1 ms and 20,000 at 18.31 ms are within 20 ms; the plan's limit is p99 < 20ms.
    assert_eq!(sample(&support::checkout(), "plimsoll_latency_seconds_bucket", &labels), Some(110_000.0));
}

#[test]
fn a_quantile_is_the_stored_one_and_not_the_edge_of_a_bucket() {
    let set = support::checkout();
    let stored = set.runs[0].run.scenario("write").unwrap().latency.response.quantile(Quantile::P95).unwrap();
    let labels = [WRITE[0], WRITE[1], ("q", "0.95")];
    let scraped = sample(&set, "plimsoll_latency_quantile_seconds", &labels).unwrap();
    assert_eq!((scraped * 1e9).round(), stored.value_ns as f64);
}

#[test]
fn jobs_are_counted_for_each_tenant() {
    let set = support::rare();
    let of = |name: &str, more: &[(&str, &str)]| {
        let labels = [&[WRITE[0], WRITE[1], ("tenant", "umbrella")], more].concat();
        sample(&set, name, &labels)
    };
    assert_eq!(of("job_throughput_total", &[]), Some(58_880.0));
    assert_eq!(of("job_errors_total", &[]), Some(312.0));
    assert_eq!(of("job_error_rate", &[]), Some(312.0 / 59_192.0));
    let depth =
        ["queued", "running", "done", "failed"].map(|status| of("job_queue_depth", &[("status", status)]));
    assert_eq!(depth, [Some(0.0), Some(0.0), Some(58_880.0), Some(312.0)]);
    let service = &set.runs[0].run.scenario("write").unwrap().latency.service;
    assert_eq!(of("job_processing_time_seconds_count", &[]), Some(service.count as f64));
    assert_eq!(of("job_semaphore_utilization", &[]), None, "nobody told it");
}

#[test]
fn tenants_without_end_do_not_make_series_without_end() {
    let mut set = support::rare();
    let write = set.runs[0].run.scenarios.iter_mut().find(|scenario| scenario.name == "write").unwrap();
    let one = write.breakdowns[0].clone();
    write.breakdowns = (0..1_000)
        .map(|number| {
            let mut part = one.clone();
            part.tags.insert("tenant".to_owned(), format!("t{number:04}"));
            part
        })
        .collect();
    let of = |name: &str, more: &[(&str, &str)]| sample(&set, name, &[&WRITE, more].concat());
    assert_eq!(of("job_tenants_summed_up", &[]), Some(900.0));
    assert_eq!(of("job_throughput_total", &[("tenant", "t0099")]), Some(59_192.0));
    assert_eq!(of("job_throughput_total", &[("tenant", "t0100")]), None);
    assert_eq!(of("job_throughput_total", &[("tenant", "other")]), Some(900.0 * 59_192.0));
}

#[test]
fn a_single_run_has_the_figures_of_a_set_of_it() {
    let set = support::checkout();
    let run = &set.runs[0].run;
    let mut text = Vec::new();
    Prometheus::write_run(run, &mut text).unwrap();
    let of_run = exposition::read(&String::from_utf8(text).unwrap()).unwrap();
    let of_set = exposition::read(&self::text(&set)).unwrap();
    assert!(!of_run.is_empty());
    for ((name, mut labels), value) in of_run {
        labels.insert("workload".to_owned(), "checkout".to_owned());
        assert_eq!(of_set.get(&(name.clone(), labels)), Some(&value), "{name}");
    }
}

#[test]
fn errors_are_counted_by_kind() {
    let labels = [WRITE[0], WRITE[1], ("kind", "deadlock")];
    assert_eq!(sample(&support::checkout(), "plimsoll_errors_total", &labels), Some(216.0));
}

#[test]
fn iterations_of_a_workload_are_told_apart() {
    let labels = [WRITE[0], WRITE[1], ("iteration", "2")];
    assert!(sample(&support::repeated(), "plimsoll_throughput_per_second", &labels).is_some());
}

#[test]
fn a_label_comes_back_as_it_was() {
    let name = "a\"b\\c\nd";
    let labels = [("workload", name), ("scenario", name), ("step", name)];
    assert_eq!(sample(&support::named(name), "plimsoll_throughput_per_second", &labels), Some(4_000.0));
}

#[test]
fn names_that_look_the_same_do_not_make_a_series_twice() {
    let mut set = support::checkout();
    let scenarios = &mut set.runs[0].run.scenarios;
    scenarios[0].name = "a\tb".to_owned();
    scenarios[1].name = "a b".to_owned();
    exposition::read(&text(&set)).unwrap();
}

#[test]
fn a_broken_histogram_is_an_error() {
    let mut set = support::checkout();
    set.runs[0].run.scenarios[0].latency.response.histogram = EncodedHistogram("!".to_owned());
    let error = Prometheus.render(&set, &mut io::sink()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(error.to_string().starts_with("response histogram of scenario \"read\": "), "{error}");
}
