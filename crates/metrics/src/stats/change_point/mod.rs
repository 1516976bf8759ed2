//! When did a history change its level?

mod candidates;
mod changes;
mod energy;
mod levels;
mod merge;
mod selection;
mod whitening;

pub use changes::{ChangePoint, ChangeSearch, Changes, change_points};
pub use energy::{EnergySplit, energy_split};
pub(crate) use merge::least_squares_split;
