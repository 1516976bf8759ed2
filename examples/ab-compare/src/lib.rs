//! Two systems under the same load, in turn: what the `ab-compare` example is made of.
//!
//! [`service`] is the built-in pair, a monolith and a front with workers, each in processes of its own; [`pair`] is
//! what stands on the two sides, [`mod@load`] what is done to each, and [`checks`] what is concluded.

pub mod checks;
pub mod load;
pub mod pair;
pub mod service;
