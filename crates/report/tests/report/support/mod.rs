//! Sets to render, made by hand.

mod comparisons;
pub(crate) mod exposition;
pub(crate) mod large;
mod latencies;
mod printing;
mod resources;
mod runs;
mod scenarios;
mod sets;

pub(crate) use comparisons::{comparison, metric};
pub(crate) use latencies::{histogram, latency};
pub(crate) use printing::{nonsense, render, renderers};
pub(crate) use resources::{memory, series};
pub(crate) use sets::{
    all_failed, checkout, checkout_aggregates, empty, interrupted, named, nothing_started, rare, repeated,
};
