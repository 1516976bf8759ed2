//! The text forms of values.

use std::path::PathBuf;
use std::time::Duration;

use plimsoll::model::{PlanError, Ramp, ScenarioFile, Think};

use super::ScenarioFlag;

/// A length of time above zero: `30s`, `2m`, `500ms`, `1h 30m`; for flags of a program's own.
///
/// # Errors
/// What was expected, for anything else.
pub fn length(text: &str) -> Result<Duration, String> {
    const EXPECTED: &str = "expected a length of time above 0, such as 30s, 2m or 500ms";
    match humantime::parse_duration(text.trim()) {
        Ok(length) if !length.is_zero() => Ok(length),
        _ => Err(EXPECTED.to_owned()),
    }
}

/// A whole number above zero.
pub(super) fn count(text: &str) -> Result<u64, String> {
    match text.trim().parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("expected a whole number above 0".to_owned()),
    }
}

/// A rate per second above zero.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    match number(text) {
        Some(rate) if rate > 0.0 => Ok(rate),
        _ => Err("expected a rate per second above 0, such as 500".to_owned()),
    }
}

/// A stretch of `--stages`.
pub(super) fn ramp(text: &str) -> Result<Ramp, String> {
    text.parse().map_err(|error: PlanError| format!("expected {}", error.expected))
}

/// Users that come in a second, above zero: `10/s`.
pub(super) fn ramp_up(text: &str) -> Result<f64, String> {
    let per_s = text.trim().strip_suffix("/s").and_then(number).filter(|per_s| *per_s > 0.0);
    per_s.ok_or_else(|| "expected users per second above 0, such as 10/s".to_owned())
}

/// How long a user waits between two operations.
pub(super) fn think(text: &str) -> Result<Think, String> {
    text.parse().map_err(|error: PlanError| format!("expected {}", error.expected))
}

/// A scenario file.
pub(super) fn scenario(path: &str) -> Result<ScenarioFlag, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let scenario = ScenarioFile::read(path, &text).map_err(|error| error.to_string())?;
    Ok(ScenarioFlag { path: PathBuf::from(path), scenario })
}

/// A finite number.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let read = |text| length(text).unwrap();
        assert_eq!(read("30s"), Duration::from_secs(30));
        assert_eq!(read("500ms"), Duration::from_millis(500));
        assert_eq!(read("1h 30m"), Duration::from_secs(5_400));
        assert!(["0s", "", "30", "-1s", "soon"].iter().all(|text| length(text).is_err()));
    }

    #[test]
    fn counts_are_whole_and_above_zero() {
        assert_eq!(count("10"), Ok(10));
        assert!(["0", "-1", "1.5", "", "ten"].iter().all(|text| count(text).is_err()));
    }

    #[test]
    fn rates_are_finite_and_above_zero() {
        assert_eq!(rate("0.5"), Ok(0.5));
        assert!(["0", "-1", "NaN", "inf", "fast", ""].iter().all(|text| rate(text).is_err()));
    }
}
