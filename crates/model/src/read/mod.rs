//! Strict reading of documents and settings, all of it in one place.
//!
//! What is read came from outside: a file that was cut, edited by hand, written by a newer version, or made
//! to do harm. Every refusal is a [`ReadError`] that names the file, the line, what was found and what was
//! expected. Opening files is the caller's business.

mod error;
mod json;
mod yaml;

pub use error::ReadError;
pub use json::{MAX_JSON_BYTES, Reading, json, json_lines};
pub use yaml::{MAX_YAML_BYTES, MAX_YAML_DEPTH, yaml};
