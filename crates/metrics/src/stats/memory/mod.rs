//! Does memory grow for good, or only between two collections of garbage?

mod cooldown;
mod floors;
mod leak;
mod sawtooth;

pub use cooldown::{Cooldown, cooldown, time_to_exhaustion};
pub use floors::memory_floor;
pub use leak::{LeakEstimate, LeakSearch, estimate_leak};
pub use sawtooth::{Fall, Sawtooth, find_falls, find_sawtooth};
