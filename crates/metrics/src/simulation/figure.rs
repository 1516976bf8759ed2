//! One simulated figure beside its goal.

use std::fmt;

/// A simulated figure, its goal, and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    goal: &'static str,
    what: &'static str,
    unit: Unit,
    trials: u32,
    value: f64,
    /// Where there is one, a goal.
    limit: Option<Limit>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Share,
    Runs,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Figure {
    /// `hits` in `trials`, which may be at most this share.
    #[must_use]
    pub fn at_most(goal: &'static str, what: &'static str, hits: u32, trials: u32, share: f64) -> Figure {
        let value = f64::from(hits) / f64::from(trials);
        Figure { goal, what, unit: Unit::Share, trials, value, limit: Some(Limit::AtMost(share)) }
    }

    /// `hits` in `trials`, which must be at least this share.
    #[must_use]
    pub fn at_least(goal: &'static str, what: &'static str, hits: u32, trials: u32, share: f64) -> Figure {
        Figure { limit: Some(Limit::AtLeast(share)), ..Figure::at_most(goal, what, hits, trials, share) }
    }

    /// A mean number of runs, which may be at most this.
    #[must_use]
    pub fn runs(goal: &'static str, what: &'static str, runs: u32, trials: u32, most: f64) -> Figure {
        let value = f64::from(runs) / f64::from(trials);
        Figure { goal, what, unit: Unit::Runs, trials, value, limit: Some(Limit::AtMost(most)) }
    }

    /// `hits` in `trials`, to show how far a procedure can be trusted beyond its goal.
    #[must_use]
    pub fn without_goal(what: &'static str, hits: u32, trials: u32) -> Figure {
        Figure { limit: None, ..Figure::at_most("–", what, hits, trials, 1.0) }
    }

    /// Whether the goal is met by the figure as it stands.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.holds_within(0.0)
    }

    /// Whether the figure lies within `errors` standard errors of its goal, the error being that of a share as
    /// large as the goal.
    #[must_use]
    pub fn holds_within(&self, errors: f64) -> bool {
        let Some(Limit::AtMost(limit) | Limit::AtLeast(limit)) = self.limit else { return true };
        let error = match self.unit {
            Unit::Share => (limit * (1.0 - limit) / f64::from(self.trials)).sqrt(),
            Unit::Runs => limit / f64::from(self.trials).sqrt(),
        };
        match self.limit {
            Some(Limit::AtLeast(_)) => self.value >= limit - errors * error,
            _ => self.value <= limit + errors * error,
        }
    }
}

/// A row of a Markdown table.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: f64| match self.unit {
            Unit::Share => format!("{:.2} %", 100.0 * value),
            Unit::Runs => format!("{value:.1} runs"),
        };
        let limit = match self.limit {
            Some(Limit::AtMost(limit)) => format!("≤ {}", show(limit)),
            Some(Limit::AtLeast(limit)) => format!("≥ {}", show(limit)),
            None => "–".to_owned(),
        };
        let met = match self.limit {
            Some(_) if self.holds() => "yes",
            Some(_) => "no",
            None => "–",
        };
        write!(
            f,
            "| {} | {} | {} | {} | {} | {met} |",
            self.goal,
            self.what,
            limit,
            show(self.value),
            self.trials
        )
    }
}
