//! The settings by `/proc` and `/sys`.

use std::collections::BTreeSet;

use super::Found;
use super::busy::{Work, Worker};
use crate::parse;
use crate::system::Root;

/// What every process of this machine has worked.
pub(super) fn work() -> Work {
    let root = Root::default();
    let worker = |entry: String| {
        let pid: u32 = entry.parse().ok()?;
        let stat = root.read(&format!("proc/{pid}/stat"), parse::process_stat).ok()?;
        let name = root.text(&format!("proc/{pid}/comm")).ok()?.trim_end().to_owned();
        let tick_ns = 1_000_000_000 / rustix::param::clock_ticks_per_second().max(1);
        Some(((pid, stat.start_ticks), Worker { name, busy_ns: stat.own_ticks.saturating_mul(tick_ns) }))
    };
    Work(root.names("proc").into_iter().filter_map(worker).collect())
}

pub(super) fn find(root: &Root) -> Found {
    let setting = |name: &str| root.text(&format!("proc/sys/{name}")).ok().map(|text| text.trim().to_owned());
    Found {
        open_files: root.read("proc/self/limits", |text| parse::open_files(text).map(str::to_owned)).ok(),
        somaxconn: setting("net/core/somaxconn"),
        syn_backlog: setting("net/ipv4/tcp_max_syn_backlog"),
        map_count: setting("vm/max_map_count"),
        governors: governors(root),
        load: root.read("proc/loadavg", parse::load).ok().map(|load| load.one_minute),
    }
}

fn governors(root: &Root) -> Vec<String> {
    const CORES: &str = "sys/devices/system/cpu";
    let of = |core: &String| root.text(&format!("{CORES}/{core}/cpufreq/scaling_governor")).ok();
    let found: BTreeSet<String> =
        root.names(CORES).iter().filter_map(of).map(|text| text.trim().to_owned()).collect();
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::judge;
    use super::*;

    #[test]
    fn a_machine_is_held_against_the_advice_row_by_row() {
        let root = Root::at(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/host"));
        let rows = judge(&find(&root), 2).into_iter().map(|one| {
            let found = one.found.as_deref().unwrap_or("-");
            format!("{} | {found} | {} | {} | {} | {}", one.name, one.advised, one.ok, one.note, one.action)
        });
        insta::assert_snapshot!(rows.collect::<Vec<_>>().join("\n"));
    }
}
