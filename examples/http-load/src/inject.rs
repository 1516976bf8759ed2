//! Faults on purpose.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Faults that the built-in service has on purpose: `errors=1%,delay=50ms@2%,stall=1s/5s`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Inject {
    /// Share of requests that are answered with 503, 0 to 1.
    pub errors: f64,
    /// How long a share of requests is held back, and which share, 0 to 1.
    pub delay: Option<(Duration, f64)>,
    /// For how long nothing is answered, and how often that begins.
    pub stall: Option<(Duration, Duration)>,
}

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is answered, after a wait.
    Answered(Duration),
    /// It is refused, after a wait.
    Refused(Duration),
}

impl Inject {
    /// What happens to the request with a number, from 0, that comes in at a time after the start. Depends on
    /// nothing else, so that two runs have the same faults.
    #[must_use]
    pub fn fate(&self, number: u64, at: Duration) -> Fate {
        let mut draw = ChaCha8Rng::seed_from_u64(number);
        let stall = self.stall.map_or(Duration::ZERO, |(length, every)| rest_of_stall(length, every, at));
        let delay = self.delay.filter(|(_, share)| draw.random::<f64>() < *share);
        let wait = stall + delay.map_or(Duration::ZERO, |(delay, _)| delay);
        if draw.random::<f64>() < self.errors { Fate::Refused(wait) } else { Fate::Answered(wait) }
    }
}

/// How long the stall goes on in which a time falls; each ends what it is named after, so that a service begins
/// well.
fn rest_of_stall(length: Duration, every: Duration, at: Duration) -> Duration {
    let within = Duration::from_nanos((at.as_nanos() % every.as_nanos()).try_into().unwrap_or(0));
    let begin = every - length;
    if within >= begin { every - within } else { Duration::ZERO }
}

/// Why a text is no list of faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found}; expected errors=1%, delay=50ms@2% and stall=1s/5s, several with commas")]
pub struct InjectError {
    found: String,
}

impl FromStr for Inject {
    type Err = InjectError;

    fn from_str(text: &str) -> Result<Inject, InjectError> {
        let mut inject = Inject::default();
        for part in text.split(',').map(str::trim) {
            let refuse = || InjectError { found: format!("{part:?} is no fault") };
            let (name, value) = part.split_once('=').ok_or_else(refuse)?;
            match name {
                "errors" => inject.errors = share(value).ok_or_else(refuse)?,
                "delay" => inject.delay = Some(delay(value).ok_or_else(refuse)?),
                "stall" => inject.stall = Some(stall(value).ok_or_else(refuse)?),
                _ => return Err(refuse()),
            }
        }
        Ok(inject)
    }
}

fn share(text: &str) -> Option<f64> {
    let percent: f64 = text.strip_suffix('%')?.trim().parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

fn delay(text: &str) -> Option<(Duration, f64)> {
    let (length, of) = text.split_once('@')?;
    Some((plimsoll_cli::length(length).ok()?, share(of)?))
}

fn stall(text: &str) -> Option<(Duration, Duration)> {
    let (length, every) = text.split_once('/')?;
    let (length, every) = (plimsoll_cli::length(length).ok()?, plimsoll_cli::length(every).ok()?);
    (length < every).then_some((length, every))
}

impl Display for Inject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = (self.errors > 0.0).then(|| format!("errors={}%", self.errors * 100.0));
        let delay = self.delay.map(|(length, share)| format!("delay={length:?}@{}%", share * 100.0));
        let stall = self.stall.map(|(length, every)| format!("stall={length:?}/{every:?}"));
        let all: Vec<String> = errors.into_iter().chain(delay).chain(stall).collect();
        f.write_str(if all.is_empty() { "nothing" } else { "" })?;
        f.write_str(&all.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_is_written_comes_back() {
        for text in ["errors=1%", "delay=50ms@2%", "stall=1s/5s", "errors=0.5%,delay=2s@10%,stall=100ms/1s"] {
            assert_eq!(text.parse::<Inject>().unwrap().to_string(), text);
        }
        assert_eq!(Inject::default().to_string(), "nothing");
    }

    #[test]
    fn each_refusal_says_what_is_expected() {
        let texts =
            ["", "errors", "errors=1", "errors=101%", "delay=50ms", "delay=5@2%", "stall=5s/1s", "slow=1%"];
        let refusals = texts.map(|text| text.parse::<Inject>().unwrap_err().to_string());
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn shares_are_kept_over_many_requests() {
        let inject: Inject = "errors=5%,delay=50ms@20%".parse().unwrap();
        let fates: Vec<Fate> = (0..100_000).map(|number| inject.fate(number, SECOND)).collect();
        let refused = fates.iter().filter(|fate| matches!(fate, Fate::Refused(_))).count();
        let wait = Duration::from_millis(50);
        let is_delayed = |fate: &&Fate| matches!(fate, Fate::Refused(w) | Fate::Answered(w) if *w == wait);
        let delayed = fates.iter().filter(is_delayed).count();
        assert!(
            (4_700..5_300).contains(&refused) && (19_500..20_500).contains(&delayed),
            "{refused} {delayed}"
        );
    }

    #[test]
    fn a_stall_holds_all_requests_until_its_end() {
        let inject: Inject = "stall=1s/5s".parse().unwrap();
        let at = |millis| inject.fate(0, Duration::from_millis(millis));
        assert_eq!(at(3_999), Fate::Answered(Duration::ZERO));
        assert_eq!(at(4_000), Fate::Answered(SECOND));
        assert_eq!(at(9_750), Fate::Answered(SECOND / 4));
        assert_eq!(at(10_000), Fate::Answered(Duration::ZERO));
    }
}
