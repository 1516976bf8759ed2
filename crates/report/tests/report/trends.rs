//! Figures through many results.

use std::time::Duration;

use plimsoll_model::{Better, Unit};
use plimsoll_report::{Trend, TrendPoint, TrendTurn, Trends};

use crate::pages::folder;
use crate::support::chromium::{is_here, open};
use crate::support::sets;

fn trend(machine: &str, metric: &str, results: u64, turn: Option<u64>) -> Trend {
    let at = |result: u64| {
        sets::started_at().after(Duration::from_secs(result * 6 * 3_600 + result * result % 977))
    };
    let value = |result: u64| {
        let level = if turn.is_some_and(|turn| result >= turn) { 31.0e6 } else { 24.0e6 };
        // Some results do not have it.
        (result % 41 != 40).then(|| level * (1.0 + (result * 7_919 % 101) as f64 / 1_400.0))
    };
    Trend {
        machine: machine.to_owned(),
        workload: "job-queue/small".to_owned(),
        metric: metric.to_owned(),
        unit: Unit::Nanoseconds,
        better: Better::Lower,
        points: (0..results)
            .map(|result| TrendPoint { at: at(result), revision: None, value: value(result) })
            .collect(),
        turns: turn
            .map(|turn| TrendTurn {
                at: at(turn),
                before: 24.0e6,
                after: 31.0e6,
                is_worse: true,
                is_provisional: false,
            })
            .into_iter()
            .collect(),
        remarks: vec!["it rises steadily, by 12 % from end to end".to_owned()],
    }
}

fn print(trends: &Trends, name: &str) -> String {
    let mut page = Vec::new();
    trends.render(&mut page).expect("a buffer takes it");
    std::fs::write(folder().join(name), &page).expect("the folder is ours");
    String::from_utf8(page).expect("it is text")
}

fn many() -> Trends {
    let machines = ["AMD EPYC 7B13, 8 cores", "laptop, 4 cores"];
    let metrics = [
        "p50",
        "p95",
        "p99",
        "throughput",
        "error_rate",
        "cpu.mean(process)",
        "memory.peak(process)",
        "duration",
    ];
    let trends = machines.iter().flat_map(|machine| {
        metrics
            .iter()
            .enumerate()
            .map(move |(index, metric)| trend(machine, metric, 250, (index == 1).then_some(170)))
    });
    Trends {
        name: "results".to_owned(),
        results: 500,
        left_out: vec!["old.json: cut".to_owned()],
        trends: trends.collect(),
    }
}

#[test]
fn five_hundred_results_fit() {
    let page = print(&many(), "trends.html");
    assert!(page.len() <= 600_000, "{}", page.len());
    assert!(page.contains("+29 %") && page.contains("old.json: cut"), "turns and what was left out are said");
    let one = print(
        &Trends { trends: (0..16).map(|_| trend("one", "p95", 500, Some(300))).collect(), ..many() },
        "trends-500.html",
    );
    assert!(one.len() <= 600_000 && one.contains("had no room"), "{}", one.len());
}

#[test]
fn gaps_are_gaps_and_machines_are_apart() {
    let page = print(&many(), "trends.html");
    assert!(
        page.matches("data-group=\"AMD EPYC 7B13, 8 cores\"").count() == 8,
        "a chart for each figure of a machine"
    );
    assert!(page.contains("results do not have it") && page.contains("<td>–"), "a gap has no value");
}

#[test]
fn a_folder_with_one_result_or_hostile_names_has_a_page() {
    let hostile = "</script><img src=x onerror=alert(1)>";
    let trends = Trends {
        name: hostile.to_owned(),
        results: 1,
        left_out: vec![hostile.to_owned()],
        trends: vec![trend(hostile, hostile, 1, None), trend("m", "p50", 0, None)],
    };
    let page = print(&trends, "trends-hostile.html");
    assert!(!page.contains("<img") && page.matches("<script").count() == 1);
    let empty = print(&Trends::default(), "trends-empty.html");
    assert!(empty.contains("none has figures that could be followed"));
}

#[test]
fn a_page_of_trends_needs_no_network() {
    if !is_here() {
        return;
    }
    print(&many(), "trends-open.html");
    let opened = open(&folder().join("trends-open.html"));
    assert_eq!((opened.console, opened.requests), (Vec::new(), Vec::<String>::new()));
    assert!(opened.dom.contains("class=\"filter\""), "machines can be chosen");
}
