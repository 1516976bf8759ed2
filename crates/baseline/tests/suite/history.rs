//! A file that only ever grows, and what it tells.

use std::time::Duration;

use plimsoll_baseline::history::{Entry, Figure, History, Screen, Series};
use plimsoll_metrics::simulation::{Machine, Noise};
use plimsoll_model::{Aggregate, Better, SCHEMA_VERSION, SchemaVersion, Status, Timestamp, Unit};

use crate::support::set;

const DAY: Duration = Duration::from_secs(86_400);

/// An entry of the n-th day with one figure.
fn entry(day: u32, value: f64) -> Entry {
    Entry {
        schema_version: SCHEMA_VERSION,
        at: Timestamp::EPOCH.after(DAY * day),
        set: format!("set-{day}"),
        name: "nightly".into(),
        environment: "Model A, 4 cores".into(),
        revision: Some(format!("{day:040x}")),
        status: Status::Pass,
        figures: vec![Figure {
            workload: "checkout".into(),
            scenario: None,
            metric: "p95".into(),
            unit: Unit::Nanoseconds,
            better: Better::Lower,
            runs: 5,
            value,
        }],
    }
}

fn file(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|entry| format!("{}\n", entry.line()).into_bytes()).collect()
}

fn only_series(history: &History) -> Series {
    let keys = history.keys();
    assert_eq!(keys.len(), 1, "{keys:?}");
    history.series(&keys[0])
}

/// One value a day around 100 ms with a spread of 2 %, times a factor that depends on the day.
fn daily(days: u32, factor: impl Fn(u32) -> f64) -> History {
    let mut noise = Noise::new(5);
    let mut machine = Machine { spread: 0.02, ..Machine::default() };
    let entries: Vec<Entry> =
        (0..days).map(|day| entry(day, 1e8 * factor(day) * machine.run(&mut noise))).collect();
    History::read(&file(&entries))
}

#[test]
fn what_is_appended_is_read_back() {
    let entries: Vec<Entry> = (0..3).map(|day| entry(day, 1.0 + 0.1 * f64::from(day))).collect();
    let history = History::read(&file(&entries));
    assert_eq!((history.entries, history.left_out), (entries, 0));
}

#[test]
fn a_line_is_one_line_whatever_the_names() {
    let mut odd = entry(1, 1.0);
    odd.name = "two\nlines\r\u{2028}".into();
    assert_eq!(odd.line().lines().count(), 1);
    assert_eq!(History::read(&file(&[odd.clone()])).entries, [odd]);
}

#[test]
fn a_file_cut_at_any_byte_loses_at_most_its_last_line() {
    let whole = file(&[entry(1, 1.0), entry(2, 2.0)]);
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for cut in second..whole.len() {
        let history = History::read(&whole[..cut]);
        assert!(!history.entries.is_empty() && history.left_out <= 1, "cut at {cut}");
    }
}

#[test]
fn lines_of_others_and_of_another_version_are_left_out_and_counted() {
    let newer = Entry { schema_version: SchemaVersion { major: 9, minor: 0 }, ..entry(3, 1.0) };
    let mut bytes = file(&[entry(1, 1.0), newer]);
    bytes.extend(b"{}\n[1,2]\n\xff\xfe\n# by hand\nnull\n");
    bytes.extend(vec![b'['; 1 << 21]);
    bytes.extend(b"\n\n\r\n");
    bytes.extend(file(&[entry(2, 2.0)]));
    let history = History::read(&bytes);
    assert_eq!((history.entries.len(), history.left_out, history.first_left_out), (2, 7, Some(2)));
}

#[test]
fn an_entry_keeps_the_medians_of_a_set() {
    let mut set = set("s");
    set.aggregates.push(Aggregate {
        workload: "checkout".into(),
        scenario: None,
        metric: "p95".into(),
        unit: Unit::Nanoseconds,
        better: Better::Lower,
        n: 3,
        mean: 40.0,
        stddev: None,
        lower: None,
        upper: None,
        per_run: vec![10.0, 100.0, 11.0],
    });
    let entry = Entry::of(&set);
    assert_eq!((entry.figures[0].value, entry.figures[0].runs), (11.0, 3));
    assert_eq!(entry.environment, "Model A, 4 cores, 7 GiB, Linux 1");
}

#[test]
fn ten_thousand_entries_are_read_and_a_step_in_them_is_dated() {
    let history = daily(10_000, |day| if day < 9_000 { 1.0 } else { 1.3 });
    assert_eq!((history.entries.len(), history.left_out), (10_000, 0));
    let turns = only_series(&history).development().turns.unwrap();
    assert_eq!(turns.len(), 1, "{turns:?}");
    assert!(turns[0].is_worse && !turns[0].is_provisional);
    assert_eq!((turns[0].set.as_str(), turns[0].at), ("set-9000", Timestamp::EPOCH.after(DAY * 9_000)));
}

#[test]
fn a_quiet_history_has_no_turn_and_no_trend() {
    let development = only_series(&daily(100, |_| 1.0)).development();
    assert_eq!(development.turns, Some(Vec::new()));
    assert!(!development.trend.unwrap().sustained);
}

#[test]
fn a_few_values_tell_nothing() {
    let development = only_series(&daily(4, |_| 1.0)).development();
    assert_eq!((development.turns, development.trend), (None, None));
}

#[test]
fn a_drift_is_a_trend_with_a_range_until_its_limit() {
    let series = only_series(&daily(60, |day| 1.0 + 0.01 * f64::from(day)));
    assert!(series.development().trend.unwrap().sustained);
    // At 1 ms a day from 159 ms, 200 ms are 41 days away.
    let until = series.time_until(2e8).unwrap();
    let latest = until.latest.unwrap();
    assert!(until.earliest < latest, "{until:?}");
    assert!(DAY * 38 < until.earliest && latest < DAY * 45, "{until:?}");
    assert_eq!(series.time_until(1e8), None, "it moves away from there");
    assert_eq!(only_series(&daily(60, |_| 1.0)).time_until(2e8), None);
}

#[test]
fn machines_and_invalid_sets_are_not_mixed_in() {
    let elsewhere = Entry { environment: "Model B, 64 cores".into(), ..entry(2, 1e7) };
    let invalid = Entry { status: Status::Invalid, ..entry(3, 9e9) };
    let history = History::read(&file(&[entry(1, 1e8), elsewhere, invalid, entry(4, 1.1e8)]));
    let keys = history.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(history.series(&keys[0]).values(), [1e8, 1.1e8]);
}

#[test]
fn a_new_value_is_suspect_only_beyond_what_sittings_do() {
    let series = only_series(&daily(30, |_| 1.0));
    assert_eq!(
        [1.0e8, 1.04e8, 1.12e8, 0.8e8].map(|value| series.screen(value).unwrap()),
        [Screen::Clear, Screen::Clear, Screen::Suspect, Screen::Clear]
    );
    assert_eq!(only_series(&daily(19, |_| 1.0)).screen(2e8), Some(Screen::TooFewSittings));
    assert_eq!(series.screen(0.0), None);
}
