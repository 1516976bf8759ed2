//! The four sizes of load: small, medium, large, enterprise.

use std::fmt::{self, Display};
use std::str::FromStr;

/// How large an installation is imitated.
///
/// ```
/// use job_queue::profile::Profile;
///
/// let profile: Profile = "medium".parse()?;
/// assert_eq!((profile.connectors(), profile.concurrent_jobs(), profile.fields()), (100, 20, 100));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// 10 connectors of 50 fields, 5 jobs at a time.
    Small,
    /// 100 connectors of 100 fields, 20 jobs at a time.
    Medium,
    /// 500 connectors of 200 fields, 50 jobs at a time.
    Large,
    /// 1,000 connectors of 500 fields, 100 jobs at a time.
    Enterprise,
}

/// A name that no profile has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile {found:?} is not known; expected one of {}", Profile::names())]
pub struct ProfileError {
    found: String,
}

impl Profile {
    /// All of them, the smallest first.
    pub const ALL: [Profile; 4] = [Profile::Small, Profile::Medium, Profile::Large, Profile::Enterprise];

    /// Its name, as `--profile` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Profile::Small => "small",
            Profile::Medium => "medium",
            Profile::Large => "large",
            Profile::Enterprise => "enterprise",
        }
    }

    /// How many connectors there are, each of them one job.
    #[must_use]
    pub fn connectors(self) -> u64 {
        match self {
            Profile::Small => 10,
            Profile::Medium => 100,
            Profile::Large => 500,
            Profile::Enterprise => 1_000,
        }
    }

    /// How many jobs are under way at one time.
    #[must_use]
    pub fn concurrent_jobs(self) -> usize {
        match self {
            Profile::Small => 5,
            Profile::Medium => 20,
            Profile::Large => 50,
            Profile::Enterprise => 100,
        }
    }

    /// How many fields each connector has.
    #[must_use]
    pub fn fields(self) -> u64 {
        match self {
            Profile::Small => 50,
            Profile::Medium => 100,
            Profile::Large => 200,
            Profile::Enterprise => 500,
        }
    }

    fn names() -> String {
        Profile::ALL.map(Profile::name).join(", ")
    }
}

impl Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Profile::ALL.into_iter().find(|profile| profile.name() == text);
        found.ok_or_else(|| ProfileError { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_reads_back_as_its_profile() {
        for profile in Profile::ALL {
            assert_eq!(profile.to_string().parse(), Ok(profile));
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = "smal".parse::<Profile>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "profile \"smal\" is not known; expected one of small, medium, large, enterprise"
        );
    }

    #[test]
    fn sizes_are_the_promised_ones() {
        let sizes =
            Profile::ALL.map(|profile| (profile.connectors(), profile.concurrent_jobs(), profile.fields()));
        assert_eq!(sizes, [(10, 5, 50), (100, 20, 100), (500, 50, 200), (1_000, 100, 500)]);
    }
}
