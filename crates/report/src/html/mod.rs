//! Pages for a browser: one file each, offline, complete without its script.
//!
//! A page holds nothing that is fetched. Its first tag forbids the browser to fetch or run anything but the one
//! script, by its hash. The script adds what needs one: reading values off a chart, zooming, hiding lines.

mod dashboard;
mod figure;
mod memory;
mod report;
mod sheet;
mod single;
mod trends;

pub use dashboard::Dashboard;
pub use memory::MemoryPage;
pub use report::Html;
pub use single::ChartPage;
pub use trends::{Trend, TrendPoint, TrendTurn, Trends};
