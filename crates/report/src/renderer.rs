//! What every renderer can do.

use std::io;

use plimsoll_model::Set;

/// Prints a set in one format.
///
/// A renderer only prints what the document says: it reads no clock, opens no file, and gives the same bytes
/// for the same document anywhere. Programs may add their own.
///
/// ```
/// use std::io;
///
/// use plimsoll_model::Set;
/// use plimsoll_report::Renderer;
///
/// /// The conclusion in one word.
/// struct Word;
///
/// impl Renderer for Word {
///     fn name(&self) -> &str {
///         "word"
///     }
///
///     fn file_name(&self, _set: &Set) -> String {
///         "verdict.txt".to_owned()
///     }
///
///     fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
///         writeln!(out, "{}", set.verdict.status.word())
///     }
/// }
///
/// let renderers: Vec<Box<dyn Renderer>> = vec![Box::new(Word), Box::new(plimsoll_report::Markdown)];
/// assert_eq!(renderers.len(), 2);
/// ```
pub trait Renderer {
    /// The word by which a user chooses it: `markdown`.
    fn name(&self) -> &str;

    /// The file that it usually goes to, in the folder of results. Safe whatever the set is called.
    fn file_name(&self, set: &Set) -> String;

    /// Prints a set.
    ///
    /// # Errors
    /// Those of `out`, and [`io::ErrorKind::InvalidData`] for a document that this format cannot show.
    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()>;
}

/// The file in the folder of results that always holds the newest set as JSON.
pub const LATEST_FILE: &str = "latest.json";

/// The name of a file that belongs to one result: `checkout-api_20261120T180000123Z.json`.
#[must_use]
pub fn result_file(set: &Set, extension: &str) -> String {
    format!("{}_{}.{extension}", plimsoll_model::slug(&set.name), set.started_at.compact())
}
