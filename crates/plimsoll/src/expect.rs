//! Assertions on a run.

use std::fmt::{self, Display};

use plimsoll_metrics::evaluate;
use plimsoll_model::{Condition, ConditionError, Counts, Quantile, Run, Status, Threshold};
use plimsoll_report::format;

/// Asserts conditions on a run.
///
/// ```
/// use plimsoll::{Expect, Load, Profile, millis, op, secs};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let run = Load::new("search")
///     .operation(op("query", |cx| async move { cx.sleep(millis(3)).await }))
///     .measure(Profile::hold(200, secs(10)))
///     .virtual_time()
///     .run()
///     .await?;
/// run.expect("p99 < 20ms").expect("error_rate < 0.1%").verify();
/// # Ok::<(), plimsoll::LoadError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Expect {
    /// Asserts a condition, in its text form; more may follow.
    fn expect(&self, condition: &str) -> Expectation<'_>;

    /// Asserts a condition; more may follow.
    fn expect_that(&self, condition: Condition) -> Expectation<'_>;
}

impl Expect for Run {
    fn expect(&self, condition: &str) -> Expectation<'_> {
        Expectation { run: self, judged: Vec::new() }.expect(condition)
    }

    fn expect_that(&self, condition: Condition) -> Expectation<'_> {
        Expectation { run: self, judged: Vec::new() }.expect_that(condition)
    }
}

/// Conditions on a run that have not been looked at yet.
#[derive(Debug)]
#[must_use = "call verify, or check, or nothing is asserted"]
pub struct Expectation<'a> {
    run: &'a Run,
    judged: Vec<Judged>,
}

/// A condition, judged, or the reason why it could not be.
#[derive(Debug, Clone)]
enum Judged {
    Threshold(Threshold),
    NotSaid(ConditionError),
    NotThere { condition: Condition, reason: String },
}

impl<'a> Expectation<'a> {
    /// Asserts a further condition, in its text form.
    pub fn expect(mut self, condition: &str) -> Expectation<'a> {
        match condition.parse() {
            Ok(condition) => self.expect_that(condition),
            Err(error) => {
                self.judged.push(Judged::NotSaid(error));
                self
            }
        }
    }

    /// Asserts a further condition.
    pub fn expect_that(mut self, condition: Condition) -> Expectation<'a> {
        self.judged.push(match evaluate(&condition, self.run) {
            Ok(threshold) => Judged::Threshold(threshold),
            Err(error) => Judged::NotThere { condition, reason: error.to_string() },
        });
        self
    }

    /// Whether the run is a valid measurement and all conditions hold.
    ///
    /// # Errors
    /// A report of about 15 lines: what was expected and observed, what was offered, whether the generator
    /// was fine.
    pub fn check(self) -> Result<(), Unmet> {
        let is_met = self.judged.iter().all(Judged::is_met);
        let is_valid = !matches!(self.run.verdict.status, Status::Invalid | Status::Interrupted);
        if is_met && is_valid { Ok(()) } else { Err(Unmet { report: report(self.run, &self.judged) }) }
    }

    /// Panics with a report of about 15 lines unless the run is a valid measurement and all conditions hold.
    ///
    /// # Panics
    /// That is its purpose, in a test.
    #[track_caller]
    pub fn verify(self) {
        if let Err(unmet) = self.check() {
            panic!("{unmet}");
        }
    }
}

impl Judged {
    fn is_met(&self) -> bool {
        matches!(self, Judged::Threshold(threshold) if threshold.passed)
    }
}

/// Conditions that do not hold, as a report for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    report: String,
}

impl Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report)
    }
}

impl std::error::Error for Unmet {}

fn report(run: &Run, judged: &[Judged]) -> String {
    let unmet = judged.iter().filter(|judged| !judged.is_met()).count();
    let mut lines = vec![headline(run, unmet, judged.len())];
    lines.extend(judged.iter().map(condition_line));
    lines.extend(run.verdict.reasons.iter().map(|reason| format!("  ! {reason}")));
    lines.push(String::new());
    lines.push(format!("  offered    {}", offered(run)));
    lines.extend(run.scenarios.iter().map(scenario_line));
    lines.extend(run.scenarios.iter().flat_map(|s| s.errors.iter().take(3)).map(|error| {
        format!("  error      {} × {}: {}", format::count(error.count), error.kind, error.sample)
    }));
    lines.push(format!("  generator  {}", generator(run)));
    lines.push(format!("  repeat     seed {}", run.seed));
    lines.join("\n")
}

fn headline(run: &Run, unmet: usize, all: usize) -> String {
    let measured = format::span(run.measured_ns());
    if unmet == 0 {
        return format!("{}: {} after {measured}", run.name, run.verdict.status.word());
    }
    format!("{}: {unmet} of {all} expectations not met after {measured}", run.name)
}

fn condition_line(judged: &Judged) -> String {
    match judged {
        Judged::NotSaid(error) => format!("  ✗ {error}"),
        Judged::NotThere { condition, reason } => format!("  ✗ {condition}   {reason}"),
        Judged::Threshold(threshold) => {
            let glyph = if threshold.passed { "✓" } else { "✗" };
            let unit = threshold.condition.limit.unit;
            let observed = match (threshold.status, threshold.observed) {
                (_, None) => "nothing was measured".to_owned(),
                (Status::Inconclusive, Some(value)) => {
                    format!(
                        "observed {}, too few samples or a lower bound: cannot say",
                        format::value(value, unit)
                    )
                }
                (_, Some(value)) => {
                    format!("observed {}", format::apart(value, threshold.condition.limit.value, unit))
                }
            };
            format!("  {glyph} {}   {observed}", threshold.condition)
        }
    }
}

fn offered(run: &Run) -> String {
    let phases = run.plan.phases.iter().map(|phase| format!("{} {}", phase.name, profile(&phase.profile)));
    phases.collect::<Vec<_>>().join(", ")
}

fn profile(profile: &plimsoll_model::Profile) -> String {
    use plimsoll_model::Profile;
    match profile {
        Profile::Rate { stages } => rates(stages),
        Profile::Poisson { stages } => format!("Poisson arrivals {}", rates(stages)),
        Profile::Users { users, length_ns } => {
            format!("{} users for {}", format::count(*users), format::span(*length_ns))
        }
        Profile::Iterations { users, iterations } => {
            format!("{} operations by {} users", format::count(*iterations), format::count(*users))
        }
        Profile::PerUser { users, iterations } => {
            format!("{} operations by each of {} users", format::count(*iterations), format::count(*users))
        }
        Profile::RampUsers { stages } => {
            let stage = |stage: &plimsoll_model::UserStage| {
                let (from, to) = (format::count(stage.from), format::count(stage.to));
                format!("{from} to {to} users in {}", format::span(stage.length_ns))
            };
            stages.iter().map(stage).collect::<Vec<_>>().join(" then ")
        }
        _ => "a profile of a newer version".to_owned(),
    }
}

fn rates(stages: &[plimsoll_model::Stage]) -> String {
    let stage = |stage: &plimsoll_model::Stage| {
        let length = format::span(stage.length_ns);
        if stage.from == stage.to {
            format!("{} for {length}", format::rate(stage.from))
        } else {
            format!("{} to {} in {length}", format::rate(stage.from), format::rate(stage.to))
        }
    };
    stages.iter().map(stage).collect::<Vec<_>>().join(" then ")
}

fn scenario_line(scenario: &plimsoll_model::ScenarioResult) -> String {
    let Counts { planned, ok, .. } = scenario.counts;
    let quantile = |q: Quantile| {
        let value = scenario.latency.response.quantile(q);
        value.map_or_else(
            || "–".to_owned(),
            |value| {
                let bound = if value.censored { "≥ " } else { "" };
                format!("{bound}{}", format::time(plimsoll_metrics::num::to_f64(value.value_ns)))
            },
        )
    };
    format!(
        "  {:<10} {} of {} ok, {}; p50 {}, p95 {}, p99 {}",
        scenario.name,
        format::count(ok),
        format::count(planned),
        format::rate(scenario.throughput.achieved_per_s),
        quantile(Quantile::P50),
        quantile(Quantile::P95),
        quantile(Quantile::P99),
    )
}

fn generator(run: &Run) -> String {
    match run.generator.schedule_lag.quantile(Quantile::P99) {
        Some(lag) => {
            format!("schedule lag p99 {}", format::time(plimsoll_metrics::num::to_f64(lag.value_ns)))
        }
        None => "closed model: no schedule to be late against".to_owned(),
    }
}
