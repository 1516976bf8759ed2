//! Sets in which there is little or nothing to show.

use plimsoll_model::{Counts, Set};
use plimsoll_report::format::parse;
use plimsoll_report::{Console, ConsoleOptions, Markdown, analyze};

use crate::support;

fn sets() -> Vec<(&'static str, Set)> {
    vec![
        ("empty", support::empty()),
        ("nothing started", support::nothing_started()),
        ("all failed", support::all_failed()),
        ("interrupted", support::interrupted()),
        ("not finite", not_finite()),
        ("one request", one_request()),
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
    // JSON says null for what is not there.
    let renderers: Vec<_> =
        support::renderers().into_iter().filter(|renderer| renderer.name() != "json").collect();
    for (name, set) in sets() {
        for renderer in &renderers {
            let text = support::render(renderer.as_ref(), &set);
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
fn printed_shares_are_a_hundred_percent() {
    let text = support::render(&Markdown, &support::checkout());
    let section = text.split("## Errors").nth(1).expect("it has errors");
    let share = |row: &str, column: usize| {
        let cell = row.split('|').nth(column).expect("a cell").trim();
        parse(cell).unwrap_or_else(|| panic!("no share: {cell}"))
    };
    let rows = |title: &str| {
        let (_, rows) = section.split_once(title).expect("the table is there");
        let rows = rows.lines().skip(2).map(str::to_owned);
        rows.take_while(|row| row.starts_with('|')).collect::<Vec<_>>()
    };
    for row in rows("| started | successful | failed | errors | timed out | dropped |") {
        let (successful, failed) = (share(&row, 3), share(&row, 4));
        assert!((successful.value + failed.value - 1.0).abs() < 1e-4, "{row}");
    }
    let kinds = rows("| error | count | share | first | last | for example |");
    let sum: f64 = kinds.iter().map(|row| share(row, 4).value).sum();
    assert!(kinds.len() == 2 && (sum - 1.0).abs() < 1e-3, "{sum}: {kinds:?}");
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

#[test]
fn a_plan_of_users_lists_no_limit_of_arrivals() {
    let mut set = support::checkout();
    let plan = &mut set.runs[0].run.plan;
    for (phase, users) in plan.phases.iter_mut().zip([1, 5]) {
        phase.profile = plimsoll_model::Profile::Users { users, length_ns: 1_000_000_000 };
    }
    let text = support::render(&Console::default(), &set);
    assert!(text.contains("warm-up 1 user for 1 s, then hold 5 users for 1 s"), "{text}");
    assert!(!text.contains("in flight at most, beyond"), "{text}");
}

/// A run of one operation in a tenth of a second.
fn one_request() -> Set {
    let mut set = support::checkout();
    let run = &mut set.runs[0].run;
    run.duration_ns = 100_000_000;
    run.windows.truncate(1);
    run.scenarios.truncate(1);
    let scenario = &mut run.scenarios[0];
    scenario.counts = Counts { planned: 1, started: 1, ok: 1, ..Counts::default() };
    scenario.latency.response = support::latency(&[(3_000_000, 1)]);
    scenario.checks.clear();
    set.analysis = Some(analyze(&set));
    set
}

#[test]
fn one_request_does_not_bound_its_p99() {
    let wide = ConsoleOptions { width: 120, ..ConsoleOptions::default() };
    let text = support::render(&Console { options: wide }, &one_request());
    assert!(text.contains("3 ms to unbounded") && text.contains("took 100 ms"), "{text}");
}
