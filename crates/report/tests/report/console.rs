//! What a person reads at a terminal.

use plimsoll_model::{Gap, GapCause, ResourceSeries, Set};
use plimsoll_report::{Console, ConsoleOptions};
use unicode_width::UnicodeWidthStr;

use crate::support;

fn text(set: &Set, options: ConsoleOptions) -> String {
    support::render(&Console { options }, set)
}

fn at(width: usize) -> ConsoleOptions {
    ConsoleOptions { width, ..ConsoleOptions::default() }
}

#[test]
fn a_report_at_80_columns() {
    insta::assert_snapshot!(text(&support::checkout(), at(80)));
}

#[test]
fn a_report_at_40_columns() {
    insta::assert_snapshot!(text(&support::checkout(), at(40)));
}

#[test]
fn a_report_of_three_iterations_at_120_columns() {
    insta::assert_snapshot!(text(&support::repeated(), at(120)));
}

#[test]
fn a_report_in_ascii() {
    let text = text(&support::checkout(), ConsoleOptions { unicode: false, ..at(80) });
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn a_report_of_nothing() {
    insta::assert_snapshot!(text(&support::nothing_started(), at(80)));
}

#[test]
fn a_report_with_the_parts_that_few_have() {
    insta::assert_snapshot!(text(&support::rare(), at(80)));
}

#[test]
fn of_dozens_of_runs_the_generator_tells_of_the_first() {
    let mut set = support::repeated();
    let runs: Vec<_> = set.runs.iter().cycle().take(72).cloned().collect();
    set.runs = runs;
    let text = text(&set, at(120));
    let (_, generator) = text.split_once("GENERATOR").unwrap();
    assert_eq!(generator.matches("schedule").count(), 10, "{generator}");
    assert!(generator.contains("… and 62 more runs; the JSON document has them all"), "{generator}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let sets = [support::rare(), support::repeated(), support::named(&"漢👩\u{200d}👧x ".repeat(40))];
    for width in [0, 40, 41, 57, 80, 99, 120, 500] {
        let limit = width.clamp(ConsoleOptions::MIN_WIDTH, ConsoleOptions::MAX_WIDTH);
        for (set, unicode) in sets.iter().zip([true, false, true]) {
            let text = text(set, ConsoleOptions { unicode, ..at(width) });
            let widest = text.lines().max_by_key(|line| line.width()).unwrap();
            assert!(widest.width() <= limit, "{limit}: {widest}");
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let set = support::checkout();
    let coloured = text(&set, ConsoleOptions { color: true, ..at(80) });
    assert!(coloured.contains("\u{1b}[31m✗ FAIL\u{1b}[0m"));
    let mut plain = coloured;
    for code in ["0", "1", "2", "31", "32", "33"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, text(&set, at(80)));
}

#[test]
fn a_line_never_ends_in_a_space() {
    let text = text(&support::checkout(), at(80));
    assert_eq!(text.lines().find(|line| line.ends_with(' ')), None);
}

#[test]
fn a_reason_without_room_in_its_row_stands_below_in_full() {
    let mut set = support::checkout();
    let gpu = set.runs[0].run.resources.last_mut().expect("it was sampled");
    gpu.gaps[0].detail = "gpu:0 cannot be read: there is no libnvidia-ml.so.1 on this machine".to_owned();
    let text = text(&set, at(120));
    let line = "gpu:0 has no figures: cannot be read: there is no libnvidia-ml.so.1 on this machine";
    assert!(text.contains(line), "{text}");
}

#[test]
fn an_outage_that_averages_leave_out_is_told_once() {
    let mut set = support::checkout();
    let detail =
        "container:postgres cannot be read: nobody answers; is the Docker engine running?".to_owned();
    let gap = Gap { start_ns: 60_000_000_000, end_ns: 72_500_000_000, cause: GapCause::Unavailable, detail };
    let of_it = |series: &&mut ResourceSeries| series.target == "container:postgres";
    for series in set.runs[0].run.resources.iter_mut().filter(of_it) {
        series.gaps = vec![gap.clone()];
    }
    let text = text(&set, at(160));
    let line = "container:postgres has no values from 60 s to 72.5 s: cannot be read: nobody answers; \
                is the Docker engine running?";
    assert_eq!(text.matches(line).count(), 1, "{text}");
}

#[test]
fn a_host_a_process_and_a_container_are_shown_whole() {
    let mut set = support::checkout();
    let series = set.runs[0].run.resources[0].clone();
    let metric = |number| ResourceSeries { metric: format!("metric_{number}"), ..series.clone() };
    set.runs[0].run.resources = (0..45).map(metric).collect();
    let text = text(&set, at(120));
    assert!((0..45).all(|number| text.contains(&format!("metric_{number} "))), "{text}");
}
