//! Containers on a real Docker engine, started here.

#![cfg(target_os = "linux")]

mod agreement;
mod cadvisor;
mod compose;
#[path = "../common/disk.rs"]
mod disk;
mod engine;
mod events;
mod health;
mod lives;
mod outage;
mod passage;
mod probe;
mod sampled;
mod usage;

use plimsoll_resources::Container;

use crate::engine::Engine;

/// Shows a figure that a test is about.
#[expect(clippy::print_stdout, reason = "the figures are evidence; shown with --nocapture")]
fn show(figure: std::fmt::Arguments<'_>) {
    println!("{figure}");
}

/// A container of an engine as a source.
fn container(engine: &Engine, name: &str) -> Container {
    Container::named(name).of_engine(&engine.address())
}
