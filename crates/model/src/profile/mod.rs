//! Load over the time of a phase: its shapes, how they are combined, and their text form.

mod algebra;
mod check;
mod ramp;
mod shape;
mod users;

pub use algebra::{Compose, IntoProfile};
pub use ramp::Ramp;
pub use shape::{Profile, Stage};
pub use users::UserStage;
