//! Does a new sitting stand out from the earlier ones?

use plimsoll_metrics::stats::{mean, prediction_interval};
use plimsoll_model::Better;

use super::series::Series;

/// Fewer sittings than this do not know how much sittings differ.
pub const LEAST_SITTINGS: usize = 20;
/// Two-sided, so that one sitting in ten lies beyond the end that matters.
const CONFIDENCE: f64 = 0.80;
/// A smaller change is not looked for: 5 %.
const LEAST_CHANGE: f64 = 0.05;

/// What a stored history can say of a new sitting. It is a look and no verdict: the machine may have had a bad
/// day. A suspect asks for a sitting afresh, and one that is suspect again is a regression for all that a
/// stored history can tell; a definite answer needs both builds in one sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Not worse than sittings are now and then.
    Clear,
    /// Worse by 5 % or more, and than nine sittings in ten.
    Suspect,
    /// There are fewer earlier sittings than [`LEAST_SITTINGS`].
    TooFewSittings,
}

impl Series {
    /// How a new value stands to all values of the series (Hahn & Meeker 1991, on logs); `None` where one of
    /// them is not above 0.
    #[must_use]
    pub fn screen(&self, value: f64) -> Option<Screen> {
        let earlier: Vec<f64> = self.points.iter().map(|point| self.worsening(point.value)).collect();
        let new = self.worsening(value);
        if !new.is_finite() || earlier.iter().any(|value| !value.is_finite()) {
            return None;
        }
        if earlier.len() < LEAST_SITTINGS {
            return Some(Screen::TooFewSittings);
        }
        let usual = prediction_interval(&earlier, CONFIDENCE)?;
        let is_suspect = new > usual.upper && new - mean(&earlier)? > LEAST_CHANGE.ln_1p();
        Some(if is_suspect { Screen::Suspect } else { Screen::Clear })
    }

    /// On the log scale, above for the worse.
    fn worsening(&self, value: f64) -> f64 {
        match self.key.better {
            Better::Lower => value.ln(),
            Better::Higher => -value.ln(),
        }
    }
}
