//! Why workflows fail.

/// Why a workflow failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The store did not take or give its record.
    #[error("the store fails: {reason}")]
    Store {
        /// What the system says.
        reason: String,
    },
    /// The lexicon gave no answer, or none that is a number.
    #[error("the lexicon fails: {reason}")]
    Lexicon {
        /// What is known.
        reason: String,
    },
    /// A note is not on the blackboard that should be there.
    #[error("the blackboard has no {note}")]
    Missing {
        /// Which note.
        note: String,
    },
    /// The engine stopped before the workflow had ended.
    #[error("the engine has stopped")]
    Stopped,
}

impl Failed {
    /// What failures are counted by.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Failed::Store { .. } => "store failed",
            Failed::Lexicon { .. } => "lexicon failed",
            Failed::Missing { .. } => "note missing",
            Failed::Stopped => "engine stopped",
        }
    }
}
