//! Load, samplers and environment joined into one run, and runs into a set.
//!
//! [`Sample`] attaches resources to a load, [`Sampling`] says how often and until which limit; a [`Sitting`] collects the runs of one command, notes where they
//! were measured, and becomes the [`Set`](plimsoll_model::Set) that everything else reads.

mod aggregate;
#[cfg(feature = "baseline")]
mod gate;
mod memory;
#[cfg(feature = "protocols")]
pub mod protocols;
mod recovery;
mod revision;
mod sample;
mod sampling;
mod sitting;

pub use aggregate::aggregates;
#[cfg(feature = "baseline")]
pub use gate::gate;
pub use memory::memory_profiles;
pub use recovery::{Recovery, recovery};
pub use sample::Sample;
pub use sampling::Sampling;
pub use sitting::Sitting;
