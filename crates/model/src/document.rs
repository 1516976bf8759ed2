//! The three documents as one.

use serde::{Deserialize, Serialize};

use crate::{Comparison, Run, Set};

/// Which document a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What a command leaves.
    Set,
    /// One execution of one plan.
    Run,
    /// How one set stands against another.
    Comparison,
}

impl Kind {
    /// The word at the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Set => "set",
            Kind::Run => "run",
            Kind::Comparison => "comparison",
        }
    }
}

/// Any of the three documents. [`crate::read::json`] makes one from a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Document {
    /// What a command leaves.
    Set(Set),
    /// One execution of one plan.
    Run(Run),
    /// How one set stands against another.
    Comparison(Comparison),
}

impl Document {
    /// Which one it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Document::Set(_) => Kind::Set,
            Document::Run(_) => Kind::Run,
            Document::Comparison(_) => Kind::Comparison,
        }
    }
}
