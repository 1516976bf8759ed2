//! What of this machine stands in a load test's way, against what is advised. Changes nothing.

mod busy;
#[cfg(target_os = "linux")]
mod linux;

pub use self::busy::{Busy, Work};
use crate::environment::cores;

/// One setting against the advice for load tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is looked at: `open files`, `net.core.somaxconn`, …
    pub name: &'static str,
    /// What was found; `None` where this machine does not have it or does not tell.
    pub found: Option<String>,
    /// What is advised.
    pub advised: String,
    /// Whether that is what was found, or better. Never so when nothing was found.
    pub ok: bool,
    /// What it is good for; `not available here` when nothing was found.
    pub note: &'static str,
    /// What to do about it, as a command where there is one; empty where there is nothing to be done.
    pub action: String,
}

/// All advice for this machine, always the same rows in the same order.
///
/// ```
/// let advice = plimsoll_resources::advice::check();
/// assert!(advice.iter().any(|one| one.name == "open files"));
/// ```
#[must_use]
pub fn check() -> Vec<Advice> {
    judge(&find(), cores())
}

/// What the machine says, before it is judged.
#[derive(Debug, Clone, Default)]
struct Found {
    open_files: Option<String>,
    somaxconn: Option<String>,
    syn_backlog: Option<String>,
    map_count: Option<String>,
    /// Of each core that has one, without repeats.
    governors: Vec<String>,
    load: Option<f64>,
}

#[cfg(target_os = "linux")]
fn find() -> Found {
    linux::find(&crate::system::Root::default())
}

/// Elsewhere than on Linux there are none of these.
#[cfg(not(target_os = "linux"))]
fn find() -> Found {
    Found::default()
}

fn judge(found: &Found, cores: u64) -> Vec<Advice> {
    vec![
        at_least(
            "open files",
            &found.open_files,
            65_536,
            "each connection takes a file descriptor",
            "ulimit -n ",
        ),
        at_least(
            "net.core.somaxconn",
            &found.somaxconn,
            65_535,
            "connections that wait to be accepted",
            "sysctl -w net.core.somaxconn=",
        ),
        at_least(
            "net.ipv4.tcp_max_syn_backlog",
            &found.syn_backlog,
            65_535,
            "connections that are being opened",
            "sysctl -w net.ipv4.tcp_max_syn_backlog=",
        ),
        at_least(
            "vm.max_map_count",
            &found.map_count,
            262_144,
            "threads and databases need mappings",
            "sysctl -w vm.max_map_count=",
        ),
        governor(&found.governors),
        busy(found.load, cores),
    ]
}

/// `command` raises the setting when the number is put behind it.
fn at_least(
    name: &'static str,
    found: &Option<String>,
    advised: u64,
    note: &'static str,
    command: &str,
) -> Advice {
    let enough = |found: &str| found == "unlimited" || found.parse().is_ok_and(|found: u64| found >= advised);
    let ok = found.as_deref().is_some_and(enough);
    advice(name, found.clone(), advised.to_string(), ok, note, format!("{command}{advised}"))
}

fn governor(found: &[String]) -> Advice {
    let ok = found == ["performance"];
    let found = (!found.is_empty()).then(|| found.join(", "));
    let note = "clocks that change make times that change";
    let action = "cpupower frequency-set -g performance".to_owned();
    advice("cpu governor", found, "performance".to_owned(), ok, note, action)
}

/// A machine is quiet while less than a quarter of its cores has something to do.
fn busy(load: Option<f64>, cores: u64) -> Advice {
    let most = plimsoll_metrics::num::to_f64(cores) / 4.0;
    let found = load.map(|load| format!("load {load:.2}"));
    let ok = load.is_some_and(|load| load <= most);
    let advised = format!("load {most:.2} at most on {cores} cores");
    let action = format!("wait until the load is below {most:.2}");
    advice("busy processes", found, advised, ok, "others take from what is measured", action)
}

fn advice(
    name: &'static str,
    found: Option<String>,
    advised: String,
    ok: bool,
    note: &'static str,
    action: String,
) -> Advice {
    let note = if found.is_some() { note } else { "not available here" };
    let action = if ok || found.is_none() { String::new() } else { action };
    Advice { name, found, advised, ok, note, action }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(advice: &'a [Advice], name: &str) -> &'a Advice {
        advice.iter().find(|one| one.name == name).expect("every row is always there")
    }

    #[test]
    fn what_is_missing_is_not_available_and_not_fine() {
        for one in judge(&Found::default(), 2) {
            assert_eq!((one.found, one.ok, one.note), (None, false, "not available here"), "{}", one.name);
            assert_eq!(one.action, "");
        }
    }

    #[test]
    fn as_much_as_advised_is_enough_and_one_less_is_not() {
        let found = |text: &str| Found { somaxconn: Some(text.to_owned()), ..Found::default() };
        assert!(row(&judge(&found("65535"), 2), "net.core.somaxconn").ok);
        assert!(!row(&judge(&found("65534"), 2), "net.core.somaxconn").ok);
    }

    #[test]
    fn what_is_low_says_what_to_do_and_what_is_fine_does_not() {
        let found = |text: &str| Found { map_count: Some(text.to_owned()), ..Found::default() };
        let action = |text: &str| row(&judge(&found(text), 2), "vm.max_map_count").action.clone();
        assert_eq!(
            (action("65530").as_str(), action("262144").as_str()),
            ("sysctl -w vm.max_map_count=262144", "")
        );
    }

    #[test]
    fn unlimited_files_are_enough() {
        let found = Found { open_files: Some("unlimited".to_owned()), ..Found::default() };
        assert!(row(&judge(&found, 2), "open files").ok);
    }

    #[test]
    fn every_core_must_run_at_full_clock() {
        let found = |names: &[&str]| Found {
            governors: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Found::default()
        };
        assert!(row(&judge(&found(&["performance"]), 2), "cpu governor").ok);
        let mixed = judge(&found(&["performance", "powersave"]), 2);
        let mixed = row(&mixed, "cpu governor");
        assert_eq!((mixed.found.as_deref(), mixed.ok), (Some("performance, powersave"), false));
    }

    #[test]
    fn load_is_judged_by_the_number_of_cores() {
        let found = Found { load: Some(1.5), ..Found::default() };
        assert!(!row(&judge(&found, 2), "busy processes").ok);
        assert!(row(&judge(&found, 8), "busy processes").ok);
    }

    #[test]
    fn this_machine_gets_every_row() {
        assert_eq!(check().len(), 6);
    }
}
