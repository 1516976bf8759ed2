//! Sets to render, made by hand.

pub(crate) mod chromium;
mod comparisons;
pub(crate) mod exposition;
pub(crate) mod large;
mod latencies;
mod printing;
pub(crate) mod protocols;
mod resources;
mod runs;
mod scenarios;
pub(crate) mod sets;

pub(crate) use comparisons::{comparison, metric};
pub(crate) use latencies::{histogram, latency};
pub(crate) use printing::{nonsense, render, renderers, seen, without};
pub(crate) use resources::{memory, series};
pub(crate) use sets::{
    all_failed, checkout, checkout_aggregates, empty, interrupted, named, nothing_started, rare, repeated,
};
