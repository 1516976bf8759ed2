//! What the crate promises, seen from outside.

mod comparability;
mod file;
mod laws;
mod rating;
mod screening;
mod shipped;
mod support;
mod targets;
