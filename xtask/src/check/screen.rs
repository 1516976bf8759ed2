//! All of a check, on one screen of 80 columns and 24 lines.

use std::fmt::{self, Display};

use super::table::{self, Row};

/// What a check has to say.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    /// Services that were named; none unless asked for.
    pub(super) services: Vec<Row>,
    pub(super) parts: Vec<Row>,
    pub(super) limits: Vec<Row>,
    /// Whether the main job can run.
    pub(super) is_ready: bool,
}

impl Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.services.is_empty() {
            write!(f, "Services\n{}\n", table::of(&self.services))?;
        }
        write!(f, "Parts\n{}\n", table::of(&self.parts))?;
        write!(f, "This machine, against advice for high load\n{}\n", table::of(&self.limits))?;
        writeln!(f, "{}", self.conclusion())
    }
}

impl Screen {
    fn conclusion(&self) -> String {
        if self.services.iter().any(|service| !service.is_ok) {
            return "Not every service is up.".to_owned();
        }
        if !self.is_ready {
            return "The main job cannot run: it needs cargo and rustc on the path.".to_owned();
        }
        let low = self.limits.iter().filter(|row| row.needs_action()).count();
        let ready = "The main job can run: cargo xtask perf-ci --quick";
        match low {
            0 => ready.to_owned(),
            _ => format!(
                "{ready}\nA command beside a limit raises it until the next start; sysctl needs root."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll::resources::advice::Advice;

    use super::super::{limits, parts};
    use super::*;

    const COLUMNS: usize = 80;
    /// The command and the prompt after it take the two others.
    const LINES: usize = 22;

    fn advice(name: &'static str, found: &str, action: &str) -> Advice {
        Advice {
            name,
            found: Some(found.to_owned()),
            advised: String::new(),
            ok: action.is_empty(),
            note: "",
            action: action.to_owned(),
        }
    }

    /// A machine where nothing is as it should be.
    fn worst() -> Screen {
        let advice = [
            advice("open files", "1048576", "ulimit -n 65536"),
            advice("net.core.somaxconn", "65534", "sysctl -w net.core.somaxconn=65535"),
            advice("net.ipv4.tcp_max_syn_backlog", "65534", "sysctl -w net.ipv4.tcp_max_syn_backlog=65535"),
            advice("vm.max_map_count", "262143", "sysctl -w vm.max_map_count=262144"),
            advice("cpu governor", "powersave", "cpupower frequency-set -g performance"),
            advice("busy processes", "load 12.50", "wait until the load is below 0.50"),
        ];
        let busy = ["rustc 1.98".to_owned(), "prometheus-node 0.97".to_owned()];
        Screen {
            services: Vec::new(),
            parts: parts::rows(&parts::none()),
            limits: advice.into_iter().map(|advice| limits::row(advice, &busy)).collect(),
            is_ready: true,
        }
    }

    #[test]
    fn even_the_worst_machine_fits_a_screen_of_80_by_24() {
        let text = worst().to_string();
        assert!(text.lines().count() <= LINES, "{} lines:\n{text}", text.lines().count());
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(COLUMNS), "{widest:?} columns:\n{text}");
    }

    #[test]
    fn the_screen_of_the_worst_machine() {
        insta::assert_snapshot!(worst().to_string());
    }

    #[test]
    fn a_service_that_is_down_stands_first_and_is_the_conclusion() {
        let down = Row {
            is_ok: false,
            name: "127.0.0.1:6379".to_owned(),
            found: "down".to_owned(),
            note: "no connection: Connection refused (os error 111)".to_owned(),
        };
        let text = Screen { services: vec![down], is_ready: false, ..worst() }.to_string();
        assert!(text.starts_with("Services\n  --  127.0.0.1:6379  down  no connection"), "{text}");
        assert!(text.ends_with("Not every service is up.\n"), "{text}");
    }
}
