//! Sets in which there is little or nothing to show.

use plimsoll_model::{Counts, Set};
use plimsoll_report::{ComparisonText, Console, Csv, Markdown, Prometheus, Renderer, analyze};

use crate::support;

fn sets() -> Vec<(&'static str, Set)> {
    vec![
        ("empty", support::empty()),
        ("nothing started", support::nothing_started()),
        ("all failed", support::all_failed()),
        ("interrupted", support::interrupted()),
        ("not finite", not_finite()),
    ]
}

/// What no program of ours writes, but a bug might.
fn not_finite() -> Set {
    let mut set = support::checkout();
    set.aggregates[0].mean = f64::NAN;
    set.comparisons[0].metrics[0].ratio = Some(f64::INFINITY);
    let run = &mut set.runs[0].run;
    run.resources[0].summary.mean = Some(f64::NAN);
    run.scenarios[0].throughput.achieved_per_s = f64::NAN;
    run.scenarios[0].latency.response.mean_ns = Some(f64::INFINITY);
    run.thresholds[0].observed = Some(f64::NAN);
    run.generator.cpu_ratio = Some(f64::NEG_INFINITY);
    set.analysis = Some(analyze(&set));
    set
}

#[test]
fn no_format_prints_nonsense_for_a_missing_figure() {
    let renderers: [&dyn Renderer; 5] =
        [&Console::default(), &ComparisonText::default(), &Markdown, &Csv, &Prometheus];
    for (name, set) in sets() {
        for renderer in renderers {
            let text = support::render(renderer, &set);
            let word = support::nonsense(&text.replace("+Inf", ""));
            assert_eq!(word, None, "{} of {name}:\n{text}", renderer.name());
        }
    }
}

#[test]
fn an_empty_figure_has_its_reason() {
    let text = support::render(&Console::default(), &support::nothing_started());
    assert!(
        text.contains("nothing was started") && text.contains("– because no operation was started"),
        "{text}"
    );
}

#[test]
fn a_run_in_which_all_failed_is_zero_percent_successful() {
    let text = support::render(&Console::default(), &support::all_failed());
    let write = text.lines().filter(|line| line.starts_with("  write ") && line.contains('%'));
    assert!(write.into_iter().any(|line| line.contains(" 0 %") && line.contains("100 %")), "{text}");
}

#[test]
fn an_interrupted_run_says_so_first() {
    let text = support::render(&Console::default(), &support::interrupted());
    assert!(text.starts_with("■ INTERRUPTED  checkout-api\n"), "{text}");
    assert!(text.contains("interrupted after 3 s"), "{text}");
}

#[test]
fn a_run_in_virtual_time_names_no_machine() {
    let mut set = support::checkout();
    set.environment = plimsoll_model::Environment::virtual_time();
    let text = support::render(&Console::default(), &set);
    assert!(text.contains("virtual time, on no machine") && !text.contains("machine   "), "{text}");
}

#[test]
fn the_fixture_is_conserved() {
    let sum = |set: &Set| {
        set.runs[0].run.scenarios.iter().map(|scenario| scenario.counts.clone()).collect::<Vec<Counts>>()
    };
    assert!(
        sets()
            .iter()
            .filter(|(name, _)| *name != "empty")
            .all(|(_, set)| sum(set).iter().all(Counts::is_conserved))
    );
}
