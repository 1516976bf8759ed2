//! How large pages of a long run are, and how long they take to draw.
//!
//! Ten scenarios of 600 seconds, and ten runs of one each. Times are medians of ten, with the document read already and
//! the page written to memory. Prints a table in Markdown and fails when a goal is missed:
//!
//! ```sh
//! cargo run --release -p plimsoll-report --example page_costs
//! ```

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use plimsoll_metrics::{Clock, Timeline};
use plimsoll_report::{Dashboard, Html, Renderer};

#[path = "../tests/report/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests, whose sets these are, use all of it")]
mod support;

/// How often each page is drawn.
const TIMES: usize = 10;
/// The longest that any may take.
const SLOWEST: Duration = Duration::from_secs(1);

fn main() -> io::Result<ExitCode> {
    let scenarios = support::large::large(10, 600);
    let runs = support::large::many(10, 600);
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| page | of | size | at most | drawn in | at most | met |\n|---|---|---|---|---|---|---|"
    )?;
    let mut is_met = true;
    for (what, set) in [("10 scenarios × 600 s", &scenarios), ("10 runs × 600 s", &runs)] {
        let pages: [(&str, &dyn Renderer, usize); 2] =
            [("report", &Html::default(), 400_000), ("dashboard", &Dashboard::default(), 800_000)];
        for (name, renderer, most) in pages {
            let (bytes, took) = drawn(|| {
                let mut page = Vec::new();
                renderer.render(set, &mut page).map(|()| page.len())
            })?;
            let is_good = bytes <= most && took <= SLOWEST;
            is_met &= is_good;
            let size = |bytes: usize| format!("{} KB", bytes / 1_000);
            writeln!(
                out,
                "| {name} | {what} | {} | {} | {} ms | {} ms | {} |",
                size(bytes),
                size(most),
                took.as_millis(),
                SLOWEST.as_millis(),
                if is_good { "yes" } else { "**no**" }
            )?;
        }
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What `draw` gives, and the median of the times that it took.
fn drawn(draw: impl Fn() -> io::Result<usize>) -> io::Result<(usize, Duration)> {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..TIMES {
        let timeline = Timeline::start(Clock::System);
        bytes = draw()?;
        times.push(Duration::from_nanos(timeline.now()));
    }
    times.sort_unstable();
    Ok((bytes, times[TIMES / 2]))
}
