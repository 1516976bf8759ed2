//! Where a figure is in the document.

use std::fmt::Display;

/// A JSON pointer (RFC 6901) into the document of a set, from which a reader of a page finds the exact figure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Pointer(String);

impl Pointer {
    /// The document itself.
    pub(crate) const fn document() -> Pointer {
        Pointer(String::new())
    }

    /// That run of the set.
    pub(crate) fn run(index: usize) -> Pointer {
        Pointer::document().to("runs").to(index).to("run")
    }

    /// What is in it under a field's name, which is one of ours, or at an index.
    pub(crate) fn to(&self, part: impl Display) -> Pointer {
        Pointer(format!("{}/{part}", self.0))
    }
}
