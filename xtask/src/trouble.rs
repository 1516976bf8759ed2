//! Saying what goes wrong once, and not each time it is tried again.

/// What went wrong last.
#[derive(Debug, Default)]
pub(crate) struct Trouble(Option<String>);

/// What there is to say after a further attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It goes wrong, or for another reason than before.
    Begins(String),
    /// It goes well again.
    Ends,
}

impl Trouble {
    /// Takes note of how an attempt came out; `None` when that is no news.
    pub(crate) fn change(&mut self, outcome: Result<(), String>) -> Option<Change> {
        let now = outcome.err();
        let change = match (&self.0, &now) {
            (before, Some(error)) if before.as_ref() != Some(error) => Some(Change::Begins(error.clone())),
            (Some(_), None) => Some(Change::Ends),
            _ => None,
        };
        self.0 = now;
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_said_when_it_begins_and_when_it_ends() {
        let mut trouble = Trouble::default();
        let broken = |why: &str| Err(why.to_owned());
        assert_eq!(trouble.change(Ok(())), None);
        assert_eq!(trouble.change(broken("no space")), Some(Change::Begins("no space".to_owned())));
        assert_eq!(trouble.change(broken("no space")), None);
        assert_eq!(trouble.change(broken("not there")), Some(Change::Begins("not there".to_owned())));
        assert_eq!(trouble.change(Ok(())), Some(Change::Ends));
        assert_eq!(trouble.change(Ok(())), None);
    }
}
