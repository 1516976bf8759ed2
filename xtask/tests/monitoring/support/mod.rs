//! Real programs, results to export, and the expressions of what is shipped.

mod expressions;
mod hook;
mod pretended;
mod results;
mod server;

use std::path::PathBuf;

pub(crate) use self::expressions::{dashboards, metrics, panels, rules};
pub(crate) use self::hook::Hook;
pub(crate) use self::pretended::{Pretended, files};
pub(crate) use self::results::{exported, full, live, small, stored};
pub(crate) use self::server::{Program, Server, eventually, free_address, get, has, promtool, xtask};

/// `docs/monitoring`.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/monitoring"))
}

/// A file of it.
pub(crate) fn file(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}
