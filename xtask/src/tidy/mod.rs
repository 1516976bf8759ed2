//! `cargo xtask tidy`: the house rules, each a value in a file of its own.
//!
//! The whole workspace is read once into a [`Workspace`]; a [`Rule`] is a name and a pure function from it to
//! [`Finding`]s. The same check runs as a test of this package, on the real workspace and on planted ones.
//! To add a rule: copy the file of another, and name it in [`RULES`].

mod code;
mod command;
mod dependency;
mod documented;
mod edges;
mod files;
mod finding;
mod key;
mod length;
mod manifests;
mod map;
mod places;
mod rule;
mod schemas;
mod word;
mod workspace;

pub use command::{Args, run};
pub use dependency::{Dependency, Section};
pub use files::TextFile;
pub use finding::{Finding, Gravity};
pub use key::{Key, Value};
pub use rule::{RULES, Rule, check, renew};
pub use workspace::{Package, Workspace};
