//! What the crate promises, seen from outside.

mod comparability;
mod file;
mod gate;
mod goals;
mod history;
mod laws;
mod rating;
mod screening;
mod shipped;
mod simulation;
mod support;
mod targets;
