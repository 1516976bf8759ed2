//! Reports of load tests: what a [`Set`](plimsoll_model::Set) says, in the format that a reader needs.
//!
//! The JSON document is the only truth; every other format is a pure function of it. A [`Renderer`] reads no
//! clock, opens no file, and writes to the [`io::Write`](std::io::Write) it is given, so the same document
//! gives the same bytes anywhere. What is concluded from the figures is computed before, by [`analyze`], and
//! stored in the set: renderers only print.
//!
//! | renderer | for |
//! |---|---|
//! | [`Console`] | people at a terminal |
//! | [`Markdown`] | people in a browser |
//! | [`ComparisonText`] | people who only ask what changed |
//! | [`Json`] | programs, and every other renderer |
//! | [`Csv`] | spreadsheets and notebooks |
//! | [`Overview`] | people who look at many results at once |
//! | [`AnalysisText`] | people who ask what to do |
//! | [`Prometheus`] | the text file collector of a node exporter |
//! | `Junit` (feature `junit`) | test dashboards and CI servers |
//! | `Html`, `Dashboard`, `MemoryPage`, `Trends`, `ChartPage` (feature `html`) | people in a browser, offline |
//! | `Pictures` (feature `png`) | documents and chats: the same charts in pixels |
//! | [`ValidationText`], [`ExecutionSummary`] | what passed and how much was done, in short |
//! | [`GithubSummary`], [`GithubAnnotations`] | jobs on GitHub |
//!
//! Charts are values, [`chart::Chart`], drawn once as [`svg`]; a [`Gallery`] makes them from a set, and takes charts of
//! one's own.
//!
//! Text from outside (names, labels, messages) is made visible and escaped in every format. No format ever
//! shows `NaN`, `inf` or an empty place: a missing figure is `–`, with its reason.

mod analysis;
pub mod chart;
mod charts;
mod console;
mod csv;
mod draw;
mod execution_summary;
pub mod format;
mod github;
#[cfg(feature = "html")]
mod html;
mod json;
#[cfg(feature = "junit")]
mod junit;
mod markdown;
mod page;
#[cfg(feature = "png")]
mod png;
mod prometheus;
mod renderer;
mod text;

pub use analysis::analyze;
pub use charts::{DrawCharts, Gallery};
pub use console::{AnalysisText, ComparisonText, Console, ConsoleOptions, Overview, ValidationText};
pub use csv::Csv;
pub use draw::svg;
pub use execution_summary::ExecutionSummary;
pub use github::{GithubAnnotations, GithubSummary};
#[cfg(feature = "html")]
pub use html::{ChartPage, Dashboard, Html, MemoryPage, Trend, TrendPoint, TrendTurn, Trends};
pub use json::Json;
#[cfg(feature = "junit")]
pub use junit::Junit;
pub use markdown::Markdown;
#[cfg(feature = "png")]
pub use png::{PictureError, Pictures};
pub use prometheus::Prometheus;
pub use renderer::{LATEST_FILE, Renderer, result_file};
