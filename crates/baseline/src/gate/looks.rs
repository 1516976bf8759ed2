//! After how many runs the gate looks, and how much doubt each look may use up.

use std::fmt::{self, Display};
use std::str::FromStr;

/// The chance of a false regression, shared out between the looks. Because they see the same runs, the chance
/// over all of them is well below the sum (Pocock 1977; Lan & DeMets 1983).
const ALPHA: f64 = 0.012;
/// With fewer runs a side no order of them is rare enough to prove anything.
const LEAST_RUNS: usize = 5;
/// More runs a side than this take days.
const MOST_RUNS: usize = 1_000;

/// The looks of a gate, ascending: `6,10,16` unless said otherwise.
///
/// ```
/// use plimsoll_baseline::gate::Looks;
///
/// let alphas: Vec<f64> = Looks::default().iter().map(|look| look.alpha).collect();
/// assert_eq!(alphas, [0.003, 0.004, 0.005]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Looks(Vec<Look>);

/// One look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Runs a side.
    pub runs: usize,
    /// The level that a regression must reach here, one-sided, in `0.0..1.0`.
    pub alpha: f64,
}

/// Looks that make no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("looks {found:?} are not ascending numbers of runs a side from 5 to 1000, such as \"6,10,16\"")]
pub struct LooksError {
    found: String,
}

impl Looks {
    /// Looks after these numbers of runs a side. Later looks get a little more of the doubt, since most of a
    /// gate's power comes from the runs that only they see.
    ///
    /// # Errors
    /// There must be at least one, ascending, from 5 to 1,000.
    pub fn after(runs: &[usize]) -> Result<Looks, LooksError> {
        let is_ascending = runs.windows(2).all(|pair| pair[0] < pair[1]);
        let in_range = runs.iter().all(|runs| (LEAST_RUNS..=MOST_RUNS).contains(runs));
        if runs.is_empty() || !is_ascending || !in_range {
            let found = runs.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
            return Err(LooksError { found });
        }
        let count = runs.len();
        // 3 : 4 : 5 for three looks; the shares of k looks add up to k(k + 5)/2.
        let whole = (count * (count + 5)) as f64 / 2.0;
        let look =
            |(place, &runs): (usize, &usize)| Look { runs, alpha: ALPHA * ((place + 3) as f64 / whole) };
        Ok(Looks(runs.iter().enumerate().map(look).collect()))
    }

    /// The looks in their order.
    pub fn iter(&self) -> impl Iterator<Item = Look> {
        self.0.iter().copied()
    }

    /// The last look: after it there is an answer.
    #[must_use]
    pub fn last(&self) -> Look {
        *self.0.last().expect("there is at least one look")
    }
}

impl Default for Looks {
    fn default() -> Self {
        Looks::after(&[6, 10, 16]).expect("the numbers are ascending")
    }
}

impl Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs: Vec<String> = self.iter().map(|look| look.runs.to_string()).collect();
        f.write_str(&runs.join(","))
    }
}

impl FromStr for Looks {
    type Err = LooksError;

    fn from_str(text: &str) -> Result<Self, LooksError> {
        let runs: Result<Vec<usize>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        let error = || LooksError { found: text.to_owned() };
        Looks::after(&runs.map_err(|_| error())?).map_err(|_| error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["6,10,16", "5", "8,12"] {
            assert_eq!(text.parse::<Looks>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_doubt_of_all_looks_adds_up() {
        for text in ["6,10,16", "16", "5,6,7,8,9,10"] {
            let sum: f64 = text.parse::<Looks>().unwrap().iter().map(|look| look.alpha).sum();
            assert!((sum - ALPHA).abs() < 1e-15, "{text}");
        }
    }

    #[test]
    fn looks_that_make_no_sense_are_refused() {
        for text in ["", "4", "6,6", "10,6", "6,,10", "-6", "6;10", "1001", "99999999999999999999"] {
            assert!(text.parse::<Looks>().is_err(), "{text}");
        }
    }
}
