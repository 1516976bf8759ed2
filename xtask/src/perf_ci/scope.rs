//! How much of the job is done.

/// How much of the job is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The small profile.
    Quick,
    /// The small and the medium profile.
    Default,
    /// All profiles.
    Full,
}

impl Scope {
    /// The scope that two flags ask for.
    #[must_use]
    pub fn of(quick: bool, full: bool) -> Scope {
        match (quick, full) {
            (true, _) => Scope::Quick,
            (false, true) => Scope::Full,
            (false, false) => Scope::Default,
        }
    }

    /// The profiles of the job queue that are run.
    #[must_use]
    pub fn profiles(self) -> &'static [&'static str] {
        match self {
            Scope::Quick => &["small"],
            Scope::Default => &["small", "medium"],
            Scope::Full => &["small", "medium", "large", "enterprise"],
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Quick => "quick",
            Scope::Default => "default",
            Scope::Full => "full",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_holds_the_one_before() {
        assert_eq!(Scope::of(true, false).profiles(), ["small"]);
        assert_eq!(Scope::of(false, false).profiles(), ["small", "medium"]);
        assert_eq!(Scope::of(false, true).profiles(), ["small", "medium", "large", "enterprise"]);
    }
}
