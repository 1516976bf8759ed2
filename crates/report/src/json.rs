//! The truth itself.

use std::io;

use plimsoll_model::Set;

use crate::Renderer;
use crate::renderer::result_file;

/// Prints a set as the JSON document that [`plimsoll_model::read::json`] reads back, equal in every bit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json {
    /// Whether to indent it for people.
    pub pretty: bool,
}

impl Renderer for Json {
    fn name(&self) -> &str {
        "json"
    }

    fn file_name(&self, set: &Set) -> String {
        result_file(set, "json")
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        if self.pretty {
            serde_json::to_writer_pretty(&mut *out, set)?;
        } else {
            serde_json::to_writer(&mut *out, set)?;
        }
        writeln!(out)
    }
}
