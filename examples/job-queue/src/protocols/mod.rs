//! Checks of the queue that end in a verdict: isolation, load over the limit, rapid cycling, soak.
//!
//! Each starts a queue of its own from the settings that it is given, puts it into a state that is known
//! exactly, and judges by counts. Times are measured and told as well, but no verdict depends on how fast the
//! machine is.

mod accounts;
mod isolation;
mod outcome;
mod over_limit;
mod rapid_cycling;
mod soak;
mod standing;

pub use isolation::Isolation;
pub use outcome::{Outcome, ProtocolError};
pub use over_limit::OverLimit;
pub use rapid_cycling::RapidCycling;
pub use soak::{Soak, Soaked};
pub use standing::{Conducted, Standing};
