//! What earlier sittings measured, and how that developed.
//!
//! A history is a file that only ever grows: one line of JSON for each set. [`Entry::line`] is what to append,
//! [`History::read`] what to make of the file, whatever became of it: a line that was cut when a process was
//! killed, or that somebody else wrote, is left out and counted. A [`Series`] is one figure through time on one
//! kind of machine; [`Series::development`] finds when it changed, and [`Series::screen`] tells whether a new
//! value stands out.

mod development;
mod entry;
mod record;
mod screen;
mod series;

pub use development::{Development, Forecast, Turn};
pub use entry::{Entry, Figure};
pub use record::History;
pub use screen::{LEAST_SITTINGS, Screen};
pub use series::{Point, Series, SeriesKey};
