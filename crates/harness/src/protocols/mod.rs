//! Standing protocols: idle, stress to a threshold, leak, speed scaling.
//!
//! A [`Protocol`] is a pure course of moves; a [`SystemUnderTest`] carries them out; a [`Watcher`] lets time pass and
//! says what was seen. [`conduct`] joins the three, [`standing`] runs all protocols, each fed by the ones before. What a
//! protocol has found can be asked for at any time, so that one that was cut off leaves what it has.

mod conduct;
mod document;
mod idle;
mod leak;
mod moves;
mod sampled;
#[cfg(test)]
mod simulated;
mod speed;
mod standing;
mod stress;
mod system;
mod usage;

pub use conduct::{Conducted, PhaseTime, Watched, Watcher, conduct};
pub use idle::{Idle, IdlePlan};
pub use leak::{Leak, LeakPlan};
pub use moves::{Findings, Move, Protocol, Seen, Stretch, Until};
pub use sampled::SampledWatcher;
pub use speed::{Speed, SpeedPlan};
pub use standing::{Standing, StandingPlan, standing};
pub use stress::{Stress, StressPlan};
pub use system::{SystemError, SystemUnderTest};
