//! How much worse a figure may become.

use std::fmt::{self, Display};
use std::str::FromStr;

use plimsoll_model::Better;
use serde::{Deserialize, Deserializer};

use super::text::parsed;

/// A change for the worse between two results: `20 percent` of the earlier value, or `5 points` of a rate.
///
/// The two are never mixed up, because the unit is always written: an error rate that goes from 1 % to 2 % has
/// grown by 1 point, and by 100 percent.
///
/// ```
/// use plimsoll_baseline::Change;
/// use plimsoll_model::Better;
///
/// let edge: Change = "20 percent".parse()?;
/// assert!(edge.is_reached(Better::Lower, 100.0, 120.0)); // at the edge
/// assert!(!edge.is_reached(Better::Lower, 100.0, 119.9));
/// # Ok::<(), plimsoll_baseline::ChangeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Above 0, finite.
    amount: f64,
    unit: ChangeUnit,
}

/// What the amount of a [`Change`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeUnit {
    /// Hundredths of the earlier value.
    Percent,
    /// Percentage points: hundredths of the whole, for rates between 0 and 1.
    Points,
}

/// A text that is no change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("change {found:?} is not an amount above 0 with its unit, such as \"20 percent\" or \"5 points\"")]
pub struct ChangeError {
    found: String,
}

/// Room for rounding, as a share of the edge: a change that was meant to be exactly at the edge counts as there.
const ROUNDING: f64 = 1e-9;

impl Change {
    /// A change relative to the earlier value.
    ///
    /// # Errors
    /// The amount must be finite and above 0.
    pub fn percent(amount: f64) -> Result<Change, ChangeError> {
        Change::new(amount, ChangeUnit::Percent)
    }

    /// A change of a rate in percentage points.
    ///
    /// # Errors
    /// The amount must be finite and above 0.
    pub fn points(amount: f64) -> Result<Change, ChangeError> {
        Change::new(amount, ChangeUnit::Points)
    }

    fn new(amount: f64, unit: ChangeUnit) -> Result<Change, ChangeError> {
        if amount.is_finite() && amount > 0.0 {
            Ok(Change { amount, unit })
        } else {
            Err(ChangeError { found: format!("{amount} {unit}") })
        }
    }

    /// A change known to be valid.
    pub(crate) const fn known(amount: f64, unit: ChangeUnit) -> Change {
        Change { amount, unit }
    }

    /// The amount, above 0.
    #[must_use]
    pub fn amount(self) -> f64 {
        self.amount
    }

    /// What the amount counts.
    #[must_use]
    pub fn unit(self) -> ChangeUnit {
        self.unit
    }

    /// Where the change ends that starts at `baseline`: the first value that has reached it.
    #[must_use]
    pub fn edge(self, better: Better, baseline: f64) -> f64 {
        match better {
            Better::Lower => baseline + self.size(baseline),
            Better::Higher => baseline - self.size(baseline),
        }
    }

    /// Whether going from `baseline` to `current` is a change for the worse of this size or more.
    ///
    /// A change exactly at the edge has reached it: "+20 percent fails" is read as "fails at +20 percent".
    #[must_use]
    pub fn is_reached(self, better: Better, baseline: f64, current: f64) -> bool {
        let worse_by = match better {
            Better::Lower => current - baseline,
            Better::Higher => baseline - current,
        };
        let edge = self.size(baseline);
        worse_by > 0.0 && worse_by >= edge - edge * ROUNDING
    }

    /// How large the change is, in the metric's base unit.
    fn size(self, baseline: f64) -> f64 {
        match self.unit {
            ChangeUnit::Percent => self.amount / 100.0 * baseline,
            ChangeUnit::Points => self.amount / 100.0,
        }
    }
}

impl Display for ChangeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChangeUnit::Percent => "percent",
            ChangeUnit::Points => "points",
        })
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit)
    }
}

impl FromStr for Change {
    type Err = ChangeError;

    fn from_str(text: &str) -> Result<Self, ChangeError> {
        let error = || ChangeError { found: text.to_owned() };
        let (amount, unit) = text.trim().split_once(' ').ok_or_else(error)?;
        let unit = match unit.trim() {
            "percent" => ChangeUnit::Percent,
            "points" => ChangeUnit::Points,
            _ => return Err(error()),
        };
        Change::new(amount.parse().map_err(|_| error())?, unit).map_err(|_| error())
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a change such as \"20 percent\" or \"5 points\"")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["20 percent", "0.5 points"] {
            assert_eq!(text.parse::<Change>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_amount_without_a_word_is_refused() {
        for text in
            ["", "20", "20%", "20 %", "-5 points", "0 percent", "NaN percent", "inf points", "x percent"]
        {
            assert!(text.parse::<Change>().is_err(), "{text}");
        }
    }

    #[test]
    fn points_count_the_whole_and_percent_the_earlier_value() {
        let one_point = Change::points(1.0).unwrap();
        let one_percent = Change::percent(1.0).unwrap();
        assert!(!one_point.is_reached(Better::Lower, 0.01, 0.015));
        assert!(one_percent.is_reached(Better::Lower, 0.01, 0.015));
    }

    #[test]
    fn anything_above_nothing_is_a_change_of_any_percentage() {
        let edge = Change::percent(1e6).unwrap();
        assert!(edge.is_reached(Better::Lower, 0.0, 0.1));
        assert!(!edge.is_reached(Better::Lower, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn a_change_and_its_reverse_are_never_both_for_the_worse(
            amount in 0.001..1e4, baseline in 0.0..1e12, current in 0.0..1e12, points: bool, higher: bool,
        ) {
            let change = if points { Change::points(amount) } else { Change::percent(amount) }.unwrap();
            let better = if higher { Better::Higher } else { Better::Lower };
            let there = change.is_reached(better, baseline, current);
            let back = change.is_reached(better, current, baseline);
            prop_assert!(!(there && back));
        }
    }
}
