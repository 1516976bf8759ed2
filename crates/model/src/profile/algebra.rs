//! Profiles from profiles.

use std::time::Duration;

use super::{Profile, Stage, check};
use crate::PlanError;

/// A profile, or the mistake that was made in writing one.
pub trait IntoProfile {
    /// The profile, if it is one.
    ///
    /// # Errors
    /// The mistake.
    fn into_profile(self) -> Result<Profile, PlanError>;
}

impl IntoProfile for Profile {
    fn into_profile(self) -> Result<Profile, PlanError> {
        Ok(self)
    }
}

impl IntoProfile for Result<Profile, PlanError> {
    fn into_profile(self) -> Result<Profile, PlanError> {
        self
    }
}

impl Profile {
    /// This profile, then another of the same model.
    ///
    /// # Errors
    /// The mistake in the other one, if there is one. Only rates follow on rates, Poisson arrivals on Poisson
    /// arrivals, and users on users: all else takes a phase of its own.
    pub fn then(self, next: impl IntoProfile) -> Result<Profile, PlanError> {
        let next = next.into_profile()?;
        if let (Some(mut stages), Some(more)) = (self.user_stages(), next.user_stages()) {
            stages.extend(more);
            return Profile::of_user_stages(stages);
        }
        self.combine(next, "followed by", |mut stages, more| {
            stages.extend(more);
            stages
        })
    }

    /// This profile and another of the same model at the same time, both from the start. Where one has ended,
    /// the other goes on alone.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll_model::{Compose, Profile};
    ///
    /// let second = Duration::from_secs(1);
    /// // A steady load, and another on top of it from the 20th second to the 30th.
    /// let burst = Profile::hold(400, 10 * second).delayed(20 * second);
    /// let profile = Profile::hold(100, 60 * second).plus(burst)?;
    /// assert_eq!(profile.rates().unwrap().iter().map(|stage| stage.from).collect::<Vec<_>>(), [100.0, 500.0, 100.0]);
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// The mistake in the other one, if there is one. Only rates are added to rates, and Poisson arrivals to
    /// Poisson arrivals; the sum must be a rate that can be offered.
    pub fn plus(self, other: impl IntoProfile) -> Result<Profile, PlanError> {
        let other = other.into_profile()?;
        self.combine(other, "added to", |stages, more| sum(&stages, &more))
    }

    /// This profile with all its rates multiplied, in the same time.
    ///
    /// # Errors
    /// The factor must be finite and above zero, and there must be rates.
    pub fn times(self, factor: impl Into<f64>) -> Result<Profile, PlanError> {
        let factor = factor.into();
        if !(factor.is_finite() && factor > 0.0) {
            return Err(PlanError::new("factor", factor, "a number above 0"));
        }
        self.change("multiplied", |stages| {
            let scaled = |stage: Stage| Stage { from: stage.from * factor, to: stage.to * factor, ..stage };
            Ok(stages.into_iter().map(scaled).collect())
        })
    }

    /// This profile, so many times one after the other.
    ///
    /// # Errors
    /// At least once, and not more than gives 10,000 stages or 100 years; there must be rates.
    pub fn repeat(self, count: usize) -> Result<Profile, PlanError> {
        if count == 0 {
            return Err(PlanError::new("repetitions", count, "at least 1"));
        }
        self.change("repeated", |stages| {
            let length = check::count(stages.len().saturating_mul(count))?;
            Ok(stages.into_iter().cycle().take(length).collect())
        })
    }

    /// This profile after a time without load.
    ///
    /// # Errors
    /// The time must be above zero and at most 100 years; there must be rates.
    pub fn delayed(self, by: Duration) -> Result<Profile, PlanError> {
        self.change("delayed", |mut stages| {
            stages.insert(0, Stage::level(0.0, check::length(by)?));
            Ok(stages)
        })
    }

    /// Arrivals at random instead of evenly spaced: each independent of all others, at the same rates on average.
    ///
    /// # Errors
    /// There must be rates, of at most 1,000,000,000 arrivals on average.
    pub fn poisson(self) -> Result<Profile, PlanError> {
        let (_, stages) = self.open("made random")?;
        let profile = Profile::Poisson { stages };
        profile.validate()?;
        Ok(profile)
    }

    /// What may come before this profile for a time, so that it does not begin with a jump: a ramp from 0 to its
    /// first rate, or its users: of those that come and go the first, or one where there are none yet.
    ///
    /// # Errors
    /// The time must be above zero and at most 100 years.
    pub fn lead_in(&self, length: Duration) -> Result<Profile, PlanError> {
        self.beside(length, true, |stages| {
            let mut rates = stages.iter().flat_map(|stage| [stage.from, stage.to]);
            (0.0, rates.find(|rate| *rate > 0.0).unwrap_or(0.0))
        })
    }

    /// What may come after this profile for a time: a ramp from its last rate to 0, or its users: of
    /// those that come and go the last, or one where none are left.
    ///
    /// # Errors
    /// The time must be above zero and at most 100 years.
    pub fn lead_out(&self, length: Duration) -> Result<Profile, PlanError> {
        self.beside(length, false, |stages| {
            let mut rates = stages.iter().rev().flat_map(|stage| [stage.to, stage.from]);
            (rates.find(|rate| *rate > 0.0).unwrap_or(0.0), 0.0)
        })
    }

    fn beside(
        &self,
        length: Duration,
        is_before: bool,
        ends: impl Fn(&[Stage]) -> (f64, f64),
    ) -> Result<Profile, PlanError> {
        match self {
            Profile::Rate { stages } | Profile::Poisson { stages } => {
                let (from, to) = ends(stages);
                let ramp = Profile::ramp(from, to, length)?;
                if matches!(self, Profile::Poisson { .. }) { ramp.poisson() } else { Ok(ramp) }
            }
            Profile::Users { users, .. }
            | Profile::Iterations { users, .. }
            | Profile::PerUser { users, .. } => Profile::users(*users, length),
            Profile::RampUsers { stages } => {
                let (first, last) = (stages.first(), stages.last());
                let near = if is_before { first.map(|stage| stage.from) } else { last.map(|stage| stage.to) };
                Profile::users(near.unwrap_or(0).max(1), length)
            }
        }
    }

    fn change(
        self,
        how: &str,
        change: impl FnOnce(Vec<Stage>) -> Result<Vec<Stage>, PlanError>,
    ) -> Result<Profile, PlanError> {
        let (spacing, stages) = self.open(how)?;
        spacing.profile(change(stages)?)
    }

    fn combine(
        self,
        other: Profile,
        how: &str,
        combine: impl FnOnce(Vec<Stage>, Vec<Stage>) -> Vec<Stage>,
    ) -> Result<Profile, PlanError> {
        let words = format!("{} {how} {}", self.words(), other.words());
        let error = || {
            PlanError::new(
                "profile",
                words,
                "rates with rates, Poisson arrivals with their like, or users then users",
            )
        };
        match (self.open(how), other.open(how)) {
            (Ok((spacing, stages)), Ok((other, more))) if spacing == other => {
                spacing.profile(combine(stages, more))
            }
            _ => Err(error()),
        }
    }

    fn open(self, how: &str) -> Result<(Spacing, Vec<Stage>), PlanError> {
        match self {
            Profile::Rate { stages } => Ok((Spacing::Even, stages)),
            Profile::Poisson { stages } => Ok((Spacing::Poisson, stages)),
            closed => Err(PlanError::new("profile", format!("{} {how}", closed.words()), "rates")),
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Profile::Rate { .. } => "rates",
            Profile::Poisson { .. } => "Poisson arrivals",
            Profile::Users { .. } => "users",
            Profile::Iterations { .. } => "a number of operations",
            Profile::RampUsers { .. } => "users that come and go",
            Profile::PerUser { .. } => "a number of operations for each user",
        }
    }
}

/// How arrivals follow from rates.
#[derive(Clone, Copy, PartialEq)]
enum Spacing {
    Even,
    Poisson,
}

impl Spacing {
    fn profile(self, stages: Vec<Stage>) -> Result<Profile, PlanError> {
        let even = Profile::of_stages(stages)?;
        match self {
            Spacing::Even => Ok(even),
            Spacing::Poisson => even.poisson(),
        }
    }
}

/// Combines profiles that may be mistakes, so that a chain needs no `?` between its links. The first mistake is
/// what comes out.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_model::{Compose, Profile};
///
/// let second = Duration::from_secs(1);
/// let day = Profile::ramp(0, 100, 10 * second).then(Profile::ramp(100, 0, 10 * second)).repeat(7).times(2.5)?;
/// assert_eq!(day.length(), 140 * second);
/// let mistake = Profile::hold(-1, second).then(Profile::hold(1, second)).unwrap_err();
/// assert_eq!(mistake.to_string(), "rate is -1; expected a rate per second from 0 to 1,000,000,000");
/// # Ok::<(), plimsoll_model::PlanError>(())
/// ```
pub trait Compose {
    /// As [`Profile::then`].
    ///
    /// # Errors
    /// The first mistake.
    fn then(self, next: impl IntoProfile) -> Result<Profile, PlanError>;

    /// As [`Profile::plus`].
    ///
    /// # Errors
    /// The first mistake.
    fn plus(self, other: impl IntoProfile) -> Result<Profile, PlanError>;

    /// As [`Profile::times`].
    ///
    /// # Errors
    /// The first mistake.
    fn times(self, factor: impl Into<f64>) -> Result<Profile, PlanError>;

    /// As [`Profile::repeat`].
    ///
    /// # Errors
    /// The first mistake.
    fn repeat(self, count: usize) -> Result<Profile, PlanError>;

    /// As [`Profile::delayed`].
    ///
    /// # Errors
    /// The first mistake.
    fn delayed(self, by: Duration) -> Result<Profile, PlanError>;

    /// As [`Profile::poisson`].
    ///
    /// # Errors
    /// The first mistake.
    fn poisson(self) -> Result<Profile, PlanError>;
}

impl Compose for Result<Profile, PlanError> {
    fn then(self, next: impl IntoProfile) -> Result<Profile, PlanError> {
        self?.then(next)
    }

    fn plus(self, other: impl IntoProfile) -> Result<Profile, PlanError> {
        self?.plus(other)
    }

    fn times(self, factor: impl Into<f64>) -> Result<Profile, PlanError> {
        self?.times(factor)
    }

    fn repeat(self, count: usize) -> Result<Profile, PlanError> {
        self?.repeat(count)
    }

    fn delayed(self, by: Duration) -> Result<Profile, PlanError> {
        self?.delayed(by)
    }

    fn poisson(self) -> Result<Profile, PlanError> {
        self?.poisson()
    }
}

/// The sum of two rates over time, with an edge wherever one of them has one.
fn sum(one: &[Stage], two: &[Stage]) -> Vec<Stage> {
    let mut edges: Vec<u64> = [one, two].into_iter().flat_map(ends).collect();
    edges.sort_unstable();
    edges.dedup();
    let starts = std::iter::once(0).chain(edges.iter().copied());
    let stage = |(start, end): (u64, u64)| {
        let parts = [one, two].map(|stages| between(stages, start, end));
        Stage {
            from: parts.iter().map(|part| part.0).sum(),
            to: parts.iter().map(|part| part.1).sum(),
            length_ns: end - start,
        }
    };
    starts.zip(edges.iter().copied()).map(stage).collect()
}

/// Where each stage ends.
fn ends(stages: &[Stage]) -> impl Iterator<Item = u64> + '_ {
    stages.iter().scan(0u64, |end, stage| {
        *end = end.saturating_add(stage.length_ns);
        Some(*end)
    })
}

/// The rates just after `start` and just before `end`, where no edge lies between; 0 beyond the last stage.
fn between(stages: &[Stage], start: u64, end: u64) -> (f64, f64) {
    let Some((stage, stage_end)) = stages.iter().zip(ends(stages)).find(|(_, stage_end)| *stage_end > start)
    else {
        return (0.0, 0.0);
    };
    let stage_start = stage_end - stage.length_ns;
    let rate_at = |at: u64| {
        let share = Duration::from_nanos(at - stage_start).as_secs_f64()
            / Duration::from_nanos(stage.length_ns).as_secs_f64();
        stage.from + (stage.to - stage.from) * share
    };
    (rate_at(start), rate_at(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn stage(from: f64, to: f64, seconds: u64) -> Stage {
        Stage { from, to, length_ns: seconds * 1_000_000_000 }
    }

    fn rates(profile: Result<Profile, PlanError>) -> Vec<Stage> {
        profile.unwrap().rates().unwrap().to_vec()
    }

    #[test]
    fn a_sum_has_an_edge_wherever_a_part_has_one() {
        let sum = Profile::ramp(0, 100, 10 * SECOND).plus(Profile::hold(50, 4 * SECOND));
        assert_eq!(rates(sum), [stage(50.0, 90.0, 4), stage(40.0, 100.0, 6)]);
    }

    #[test]
    fn a_spike_is_a_sum_too() {
        let added = Profile::hold(50, 60 * SECOND).plus(Profile::hold(850, 10 * SECOND).delayed(25 * SECOND));
        assert_eq!(added, Profile::spike(50, 900, 10 * SECOND, 60 * SECOND));
    }

    #[test]
    fn a_repetition_goes_through_all_stages_again() {
        let saw = Profile::ramp(0, 9, SECOND).then(Profile::ramp(9, 0, SECOND)).repeat(2);
        let (up, down) = (stage(0.0, 9.0, 1), stage(9.0, 0.0, 1));
        assert_eq!(rates(saw), [up, down, up, down]);
    }

    #[test]
    fn poisson_arrivals_combine_with_their_like_alone() {
        let poisson = || Profile::hold(5, SECOND).poisson();
        assert!(matches!(poisson().then(poisson()).plus(poisson()).times(3), Ok(Profile::Poisson { .. })));
        assert!(poisson().then(Profile::hold(5, SECOND)).is_err());
        assert!(Profile::hold(5, SECOND).plus(poisson()).is_err());
    }

    #[test]
    fn each_mistake_says_what_was_combined() {
        let hold = || Profile::hold(5, SECOND);
        let users = || Profile::users(5, SECOND);
        let mistakes = [
            hold().then(users()),
            users().then(hold()),
            hold().plus(hold().poisson()),
            hold().plus(Profile::hold(1e9, SECOND)),
            hold().times(f64::NAN),
            hold().times(0),
            users().times(2),
            hold().repeat(0),
            hold().repeat(10_001),
            hold().then(hold()).repeat(10_000),
            Profile::hold(5, SECOND * 86_400 * 365 * 99).repeat(2),
            hold().delayed(Duration::ZERO),
            users().poisson(),
            Profile::hold(1e9, 2 * SECOND).poisson(),
            Profile::spike(50, 50, SECOND, 9 * SECOND),
            Profile::spike(50, 90, 9 * SECOND, 9 * SECOND),
            Profile::doubling(5, 1_000, SECOND),
            Profile::doubling(-5, 8, SECOND),
        ];
        insta::assert_snapshot!(mistakes.map(|mistake| mistake.unwrap_err().to_string()).join("\n"));
    }

    fn any_profile() -> impl Strategy<Value = Profile> {
        let stage = (0.0..500.0, 0.1..500.0, 1..2_000_000_000u64);
        let stage = stage.prop_map(|(from, to, length_ns)| Stage { from, to, length_ns });
        prop::collection::vec(stage, 1..6).prop_map(|stages| Profile::Rate { stages })
    }

    fn area(profile: &Profile) -> f64 {
        let stages = profile.rates().unwrap().iter();
        stages.map(|stage| (stage.from + stage.to) / 2.0 * stage.length_ns as f64 / 1e9).sum()
    }

    proptest! {
        #[test]
        fn areas_and_lengths_add_up(one in any_profile(), two in any_profile(), count in 1..9usize) {
            let near = |found: f64, expected: f64| (found - expected).abs() <= 1e-9 * expected.max(1.0);
            let (a, b) = (area(&one), area(&two));
            let then = one.clone().then(two.clone()).unwrap();
            prop_assert!(near(area(&then), a + b));
            prop_assert_eq!(then.length(), one.length() + two.length());
            let plus = one.clone().plus(two.clone()).unwrap();
            prop_assert!(near(area(&plus), a + b));
            prop_assert_eq!(plus.length(), one.length().max(two.length()));
            let repeated = one.clone().repeat(count).unwrap();
            prop_assert!(near(area(&repeated), a * count as f64));
            prop_assert!(near(area(&one.times(count as f64).unwrap()), a * count as f64));
        }

        #[test]
        fn a_sum_does_not_mind_the_order(one in any_profile(), two in any_profile()) {
            prop_assert_eq!(one.clone().plus(two.clone()), two.plus(one));
        }
    }
}
