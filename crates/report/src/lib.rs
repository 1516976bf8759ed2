//! report

pub mod format;
mod text;
