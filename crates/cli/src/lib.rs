//! What every load program shares: flags, progress, signals, result files, exit codes.
//!
//! A program says what to do and to which service; [`Program::run`] does the rest. See there for a whole
//! program in thirty lines. A program with more than one workload holds a [`Session`] itself.
//!
//! | part | what it is for |
//! |---|---|
//! | [`Flags`] | what the user asks for; [`parse`] reads it |
//! | [`Program`], [`Session`] | the main loop |
//! | [`Exit`] | how it ends |
//! | [`Streams`], [`Log`], [`Terminal`] | results on the standard output, all else on the standard error |
//! | [`Interrupts`] | the first signal drains, the second stops at once |
//! | [`Results`] | files that are whole or not there |
//! | [`read_set`], [`read_baseline`], [`read_history`] | earlier results and targets |

mod documents;
mod exit;
mod files;
mod flags;
mod log;
mod program;
mod progress;
mod session;
mod signals;
mod streams;
mod terminal;

pub use documents::{read_baseline, read_history, read_set};
pub use exit::Exit;
pub use files::{
    CHARTS_FOLDER, HISTORY_FILE, LOG_FILE, Results, append_line, publish_whole, write_charts, write_whole,
};
pub use flags::{
    Flags, Format, LoadFlags, OutputFlags, OverloadFlag, ProgressMode, Ramp, SampleFlag, ScenarioFlag,
    length, parse, parse_from, refuse,
};
pub use log::Log;
pub use program::{Prepared, Program};
pub use session::Session;
pub use signals::{Asked, Interrupts, Listener};
pub use streams::Streams;
pub use terminal::{Color, Facts, Terminal};
