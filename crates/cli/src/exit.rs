//! How a program ends.

use std::process::ExitCode;

use plimsoll::model::Status;

/// How a program ends. Other programs rely on the codes; they never change.
///
/// The order is that of gravity: of several, the greatest wins.
///
/// ```
/// use plimsoll_cli::Exit;
///
/// assert_eq!(Exit::Failed.worse(Exit::Usage), Exit::Usage);
/// assert_eq!(Exit::Interrupted.code(), 130);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Exit {
    /// 0: everything that was asked for holds.
    #[default]
    Success,
    /// 4: measured, but too little to decide; only where failing on it was asked for.
    Inconclusive,
    /// 1: a target or a check was missed.
    Failed,
    /// 3: readable, but nothing was measured, or the generator was the limit.
    Invalid,
    /// 2: wrong usage or configuration, or input that is missing or cannot be read.
    Usage,
    /// 130: ended by a signal.
    Interrupted,
}

impl Exit {
    /// The number that the operating system gets.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Invalid => 3,
            Exit::Inconclusive => 4,
            Exit::Interrupted => 130,
        }
    }

    /// The graver of two.
    #[must_use]
    pub fn worse(self, other: Exit) -> Exit {
        self.max(other)
    }

    /// What follows from a conclusion. An inconclusive one is a success unless `fail_on_inconclusive`.
    #[must_use]
    pub fn of(status: Status, fail_on_inconclusive: bool) -> Exit {
        match status {
            Status::Pass => Exit::Success,
            Status::Inconclusive if fail_on_inconclusive => Exit::Inconclusive,
            Status::Inconclusive => Exit::Success,
            Status::Fail => Exit::Failed,
            Status::Invalid => Exit::Invalid,
            Status::Interrupted => Exit::Interrupted,
        }
    }

    /// Ends the process at once, for a user who asked twice.
    ///
    /// Nothing is drained and nothing is reported. Files are whole nevertheless, since each appears under its
    /// name only when it is complete.
    #[expect(clippy::disallowed_methods, reason = "a second signal must stop at once")]
    pub(crate) fn now(self) -> ! {
        std::process::exit(i32::from(self.code()))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_wins() {
        let by_gravity = [130, 2, 3, 1, 4, 0];
        let mut exits =
            [Exit::Success, Exit::Failed, Exit::Usage, Exit::Invalid, Exit::Inconclusive, Exit::Interrupted];
        exits.sort_by_key(|exit| std::cmp::Reverse(*exit));
        assert_eq!(exits.map(Exit::code), by_gravity);
    }

    #[test]
    fn every_status_has_its_code() {
        let code = |status| Exit::of(status, false).code();
        assert_eq!(code(Status::Pass), 0);
        assert_eq!(code(Status::Fail), 1);
        assert_eq!(code(Status::Invalid), 3);
        assert_eq!(code(Status::Interrupted), 130);
    }

    #[test]
    fn inconclusive_fails_only_where_asked_for() {
        assert_eq!(Exit::of(Status::Inconclusive, false), Exit::Success);
        assert_eq!(Exit::of(Status::Inconclusive, true), Exit::Inconclusive);
    }
}
