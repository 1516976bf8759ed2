//! plimsoll

/// The documents: runs, sets, comparisons, verdicts.
pub use plimsoll_model as model;
