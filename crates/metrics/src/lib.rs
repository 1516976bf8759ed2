//! metrics

pub mod stats;
