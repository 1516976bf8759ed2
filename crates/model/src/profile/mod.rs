//! Load over the time of a phase: its shapes, how they are combined, and their text form.

mod algebra;
mod check;
mod ramp;
mod shape;

pub use algebra::{Compose, IntoProfile};
pub use ramp::Ramp;
pub use shape::{Profile, Stage};
