//! Stages as people write them: `2m:100,5m:100,2m:0`.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use super::{Profile, Stage, check};
use crate::PlanError;

/// How long it takes to get to a rate per second, from that of the stretch before: `2m:100`.
///
/// No time at all is a jump: `0s:100,5m:100` begins with 100 per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    /// How long it takes.
    pub length: Duration,
    /// The rate per second at its end, finite and not negative.
    pub target: f64,
}

impl Profile {
    /// Open model that goes to one rate per second after another in straight lines, from 0, in the text form
    /// that k6 has made popular.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll_model::{Compose, Profile};
    ///
    /// let minute = Duration::from_secs(60);
    /// let up = Profile::ramp(0, 100, 2 * minute);
    /// let written = up.then(Profile::hold(100, 5 * minute)).then(Profile::ramp(100, 0, 2 * minute));
    /// assert_eq!(Profile::stages("2m:100,5m:100,2m:0"), written);
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Profile::ramps`], and when a stretch is not written as a length and a rate.
    pub fn stages(text: &str) -> Result<Profile, PlanError> {
        let ramps = text.split(',').map(str::parse).collect::<Result<Vec<_>, _>>()?;
        Profile::ramps(0, &ramps)
    }

    /// Open model that goes to one rate per second after another in straight lines, from a rate to begin with.
    ///
    /// # Errors
    /// The rates must be finite and not negative, one of them above zero. After a jump there must be a stretch
    /// that lasts.
    pub fn ramps(from: impl Into<f64>, ramps: &[Ramp]) -> Result<Profile, PlanError> {
        let mut from = check::rate(from.into())?;
        let mut stages = Vec::with_capacity(ramps.len());
        for (index, ramp) in ramps.iter().enumerate() {
            if ramp.length.is_zero() {
                from = check::rate(ramp.target)?;
                if ramps.get(index + 1).is_none_or(|next| next.length.is_zero()) {
                    let expected = "a stretch that lasts after a jump in no time";
                    return Err(PlanError::new(format!("stage {}", index + 1), ramp, expected));
                }
                continue;
            }
            let length_ns = check::length(ramp.length)?;
            stages.push(Stage {
                from: std::mem::replace(&mut from, ramp.target),
                to: ramp.target,
                length_ns,
            });
        }
        Profile::of_stages(stages)
    }
}

impl FromStr for Ramp {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Ramp, PlanError> {
        let error = || {
            let expected =
                "a length of time and the rate per second at its end, such as 2m:100; several with commas";
            PlanError::new("stage", format!("{text:?}"), expected)
        };
        let (length, target) = text.trim().split_once(':').ok_or_else(error)?;
        let length = humantime::parse_duration(length.trim()).map_err(|_| error())?;
        let target = target.trim().parse().ok().filter(|target: &f64| target.is_finite() && *target >= 0.0);
        Ok(Ramp { length, target: target.ok_or_else(error)? })
    }
}

impl Display for Ramp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = humantime::format_duration(self.length).to_string().replace(' ', "");
        write!(f, "{length}:{}", self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_comes_back_as_it_went_in() {
        for text in ["2m:100", "1m30s:0", "500ms:0.5", "0s:7"] {
            assert_eq!(text.parse::<Ramp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_jump_takes_no_time() {
        let second = Duration::from_secs(1);
        let stairs = Profile::stages("0s:10,1s:10,0s:20,1s:20");
        assert_eq!(stairs, Profile::steps(&[10.0, 20.0], second));
    }

    #[test]
    fn each_mistake_says_which_stage() {
        let texts = [
            "",
            "2m",
            "2m:",
            ":100",
            "2m:-1",
            "2m:inf",
            "2m:NaN",
            "soon:5",
            "2m:100,,1m:0",
            "2m:0",
            "0s:100",
            "1s:5,0s:7,0s:9,1s:3",
            "200y:5",
            "1s:2e9",
        ];
        let mistakes = texts.map(|text| Profile::stages(text).unwrap_err().to_string());
        insta::assert_snapshot!(mistakes.join("\n"));
    }
}
