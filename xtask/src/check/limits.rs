//! The limits of this machine against advice.

use std::time::Duration;

use plimsoll::metrics::{Clock, Timeline};
use plimsoll::resources::advice::{self, Advice, Work};

use super::table::Row;

/// How long processes are watched to see which are busy.
const MOMENT: Duration = Duration::from_millis(300);

/// Most busy processes that are named.
const MOST_BUSY: usize = 2;

/// A row for each advice.
pub(super) fn rows() -> Vec<Row> {
    let busy = busy();
    advice::check().into_iter().map(|advice| row(advice, &busy)).collect()
}

/// One row. `busy` are the processes that keep the machine busy, with their cores.
pub(super) fn row(advice: Advice, busy: &[String]) -> Row {
    let name = short(advice.name);
    let note = match advice.found {
        None => advice.note.to_owned(),
        Some(_) if advice.ok => String::new(),
        Some(_) if advice.name == "busy processes" && !busy.is_empty() => {
            format!("busy: {} cores", busy.join(", "))
        }
        Some(_) => advice.action,
    };
    Row {
        is_ok: advice.ok,
        name: name.to_owned(),
        found: advice.found.unwrap_or_else(|| "–".to_owned()),
        note,
    }
}

/// A name that leaves room for the command beside it, which has the whole one.
fn short(name: &'static str) -> &'static str {
    match name {
        "net.core.somaxconn" => "accept queue",
        "net.ipv4.tcp_max_syn_backlog" => "syn backlog",
        "vm.max_map_count" => "memory maps",
        name => name,
    }
}

/// The busiest processes, with the cores that each keeps busy.
#[expect(
    clippy::disallowed_methods,
    reason = "who is busy shows only when a moment passes, and nothing else runs"
)]
fn busy() -> Vec<String> {
    let timeline = Timeline::start(Clock::System);
    let before = Work::now();
    std::thread::sleep(MOMENT);
    let busy = Work::now().since(&before, timeline.now());
    busy.into_iter().take(MOST_BUSY).map(|one| format!("{} {:.2}", one.name, one.cores)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_advice_is_a_row() {
        assert_eq!(rows().len(), advice::check().len());
    }

    #[test]
    fn what_is_not_here_is_nothing_to_be_done() {
        let advice = Advice {
            name: "cpu governor",
            found: None,
            advised: String::new(),
            ok: false,
            note: "not available here",
            action: String::new(),
        };
        let row = row(advice, &[]);
        assert_eq!(
            (row.found.as_str(), row.note.as_str(), row.needs_action()),
            ("–", "not available here", false)
        );
    }
}
