//! What GitHub shows of a job.

use plimsoll_model::{Set, Status, Verdict};
use plimsoll_report::{GithubAnnotations, GithubSummary, Markdown};

use crate::support;

fn annotations(set: &Set) -> String {
    support::render(&GithubAnnotations, set)
}

#[test]
fn a_summary_that_fits_is_the_whole_page() {
    let set = support::checkout();
    assert_eq!(support::render(&GithubSummary::default(), &set), support::render(&Markdown, &set));
}

#[test]
fn a_summary_leaves_out_whole_sections_from_the_end_and_says_which() {
    let set = support::checkout();
    let whole = support::render(&Markdown, &set);
    let short = support::render(&GithubSummary { budget: whole.len() - 1 }, &set);
    assert!(short.len() < whole.len() && !short.contains("## Keep in mind"), "{short}");
    assert!(
        short.ends_with(
            "\n1 sections were left out to fit: Keep in mind. The JSON document has everything.\n"
        )
    );
}

#[test]
fn no_budget_is_exceeded_and_the_verdict_stays() {
    let set = support::checkout();
    for budget in [400, 1_000, 2_000, 5_000] {
        let text = support::render(&GithubSummary { budget }, &set);
        assert!(text.len() <= budget && text.starts_with("# ✗ FAIL – checkout-api\n"), "{budget} {text}");
    }
    assert_eq!(support::render(&GithubSummary { budget: 0 }, &set), "");
}

#[test]
fn a_set_of_very_many_runs_fits() {
    let mut set = support::rare();
    let one = set.runs[0].clone();
    set.runs = (0..300).map(|iteration| plimsoll_model::SetRun { iteration, ..one.clone() }).collect();
    assert!(support::render(&GithubSummary::default(), &set).len() <= 900_000);
}

#[test]
fn a_set_as_annotations() {
    insta::assert_snapshot!(annotations(&support::checkout()));
}

#[test]
fn a_pass_is_a_notice() {
    assert_eq!(
        annotations(&support::empty()),
        "::notice title=✓ PASS%3A checkout-api::everything that was asked for holds\n"
    );
}

#[test]
fn there_are_never_more_than_ten_of_a_kind() {
    let mut set = support::checkout();
    let run = &mut set.runs[0].run;
    let missed = run.thresholds[0].clone();
    run.thresholds = vec![missed; 60];
    let analysis = set.analysis.get_or_insert_default();
    analysis.recommendations = vec![analysis.recommendations[0].clone(); 60];
    let text = annotations(&set);
    for kind in ["error", "warning", "notice"] {
        let count = text.lines().filter(|line| line.starts_with(&format!("::{kind} "))).count();
        assert!(count <= 10, "{count} {kind}");
    }
    assert!(text.lines().count() <= 50);
    assert!(
        text.lines().next().is_some_and(|first| first.ends_with("and 102 more remarks in the report")),
        "{text}"
    );
}

#[test]
fn what_the_runner_reserves_is_escaped() {
    let mut set = support::empty();
    set.name = "a:b,c%d".to_owned();
    set.verdict = Verdict::because(Status::Fail, "50 %, a:b\r\n::error::owned");
    assert_eq!(
        annotations(&set),
        "::error title=✗ FAIL%3A a%3Ab%2Cc%25d::50 %25, a:b  ::error::owned\n",
        "a line end is a space by then, so no second command begins"
    );
}
