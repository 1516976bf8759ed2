//! The machine by `/proc` and `/sys`.

use std::path::PathBuf;

use plimsoll_metrics::num::{ratio, to_f64};

use crate::parse::{self, Disk, Interface, Traffic};
use crate::source::{Raw, Reading};
use crate::system::{Root, Unread, raw, raw_field};

#[derive(Debug, Default)]
pub(super) struct Reader {
    root: Root,
}

type Values = Vec<(&'static str, Raw)>;

impl Reader {
    pub(super) fn under(root: impl Into<PathBuf>) -> Reader {
        Reader { root: Root::at(root) }
    }

    pub(super) fn read(&mut self) -> Reading {
        let disks = self.disks();
        let interfaces = self.interfaces();
        let mut values = self.cpu();
        values.extend(self.pressure());
        values.extend(self.memory());
        values.extend(disk_values(&disks));
        values.extend(network_values(&interfaces));
        values.extend(self.tcp());
        Reading { life: life(&disks, &interfaces), ..Reading::of(values) }
    }

    /// Memory of the machine, whatever its control groups leave of it.
    pub(super) fn memory_bytes(&self) -> Option<f64> {
        self.root.read("proc/meminfo", parse::memory).ok().map(|memory| to_f64(memory.total))
    }

    fn cpu(&self) -> Values {
        let stat = self.root.read("proc/stat", parse::stat);
        let load = self.root.read("proc/loadavg", parse::load);
        let share = |part: fn(&parse::Cpu) -> u64| {
            raw(&stat, |stat| Raw::Quotient { part: part(&stat.cpu), whole: stat.cpu.total })
        };
        vec![
            ("cpu", share(|cpu| cpu.busy)),
            ("iowait", share(|cpu| cpu.iowait)),
            ("steal", share(|cpu| cpu.steal)),
            ("load", raw(&load, |load| Raw::Gauge(load.one_minute))),
            ("runnable", raw_field(&stat, "procs_running", |stat| stat.runnable.map(gauge))),
            ("context_switches", raw_field(&stat, "ctxt", |stat| stat.context_switches.map(Raw::Counter))),
            ("threads", raw(&load, |load| gauge(load.threads))),
        ]
    }

    fn pressure(&self) -> Values {
        let of = |name| raw(&self.root.read(name, parse::stalled_ns), |stalled_ns| Raw::Busy(*stalled_ns));
        vec![
            ("cpu_pressure", of("proc/pressure/cpu")),
            ("memory_pressure", of("proc/pressure/memory")),
            ("io_pressure", of("proc/pressure/io")),
        ]
    }

    fn memory(&self) -> Values {
        let memory = self.root.read("proc/meminfo", parse::memory);
        let used = |memory: &parse::Memory| memory.total.saturating_sub(memory.available);
        vec![
            ("memory", raw(&memory, |memory| gauge(used(memory)))),
            ("memory_share", raw(&memory, |memory| share(used(memory), memory.total))),
            ("swap", raw(&memory, |memory| gauge(memory.swap_total.saturating_sub(memory.swap_free)))),
        ]
    }

    fn tcp(&self) -> Values {
        let version_4 = self.root.read("proc/net/sockstat", |text| parse::sockets(text, "TCP:"));
        // A machine without IPv6 has no such file, and no such sockets.
        let version_6 =
            self.root.read("proc/net/sockstat6", |text| parse::sockets(text, "TCP6:")).unwrap_or(0);
        let retransmits = self.root.read("proc/net/snmp", parse::tcp_retransmits);
        vec![
            ("connections", raw(&version_4, |sockets| gauge(sockets.saturating_add(version_6)))),
            ("tcp_retransmits", raw(&retransmits, |segments| Raw::Counter(*segments))),
        ]
    }

    /// The whole disks. Partitions are not in `/sys/block`.
    fn disks(&self) -> Result<Vec<Disk>, Unread> {
        let mut disks = self.root.read("proc/diskstats", |text| Some(parse::disks(text)))?;
        // `/` in the name of a device is `!` there.
        let whole = self.root.names("sys/block").into_iter().map(|name| name.replace('!', "/"));
        let whole: Vec<String> = whole.filter(|name| parse::is_whole_disk(name)).collect();
        disks.retain(|disk| whole.contains(&disk.name));
        if disks.is_empty() {
            return Err(Unread::nothing("this machine shows no disk of its own"));
        }
        Ok(disks)
    }

    /// The traffic of the interfaces that count.
    fn interfaces(&self) -> Result<Vec<Traffic>, Unread> {
        let mut traffic = self.root.read("proc/net/dev", |text| Some(parse::traffic(text)))?;
        let interfaces: Vec<Interface> = traffic.iter().map(|one| interface(&self.root, &one.name)).collect();
        let counted = parse::counted(&interfaces);
        traffic.retain(|one| counted.contains(&one.name.as_str()));
        if traffic.is_empty() {
            return Err(Unread::nothing("this machine shows no network interface that leads out"));
        }
        Ok(traffic)
    }
}

/// What `/sys/class/net` says of an interface.
pub(crate) fn interface(root: &Root, name: &str) -> Interface {
    let folder = format!("sys/class/net/{name}");
    Interface {
        name: name.to_owned(),
        real: ["device", "bonding"].iter().any(|mark| root.has(&format!("{folder}/{mark}"))),
        master: root.link_name(&format!("{folder}/master")),
    }
}

fn gauge(count: u64) -> Raw {
    Raw::Gauge(to_f64(count))
}

fn share(part: u64, whole: u64) -> Raw {
    Raw::Gauge(ratio(to_f64(part), to_f64(whole)).unwrap_or(0.0))
}

fn disk_values(disks: &Result<Vec<Disk>, Unread>) -> Values {
    let sum = |part: fn(&Disk) -> u64| move |disks: &Vec<Disk>| total(disks.iter().map(part));
    let (waited, requests) = (sum(|disk| disk.waited_ns), sum(|disk| disk.requests));
    let counter = |part: fn(&Disk) -> u64| raw(disks, |disks| Raw::Counter(sum(part)(disks)));
    let wait = |disks: &Vec<Disk>| Raw::Quotient { part: waited(disks), whole: requests(disks) };
    vec![
        ("disk_read", counter(|disk| disk.read_bytes)),
        ("disk_write", counter(|disk| disk.written_bytes)),
        ("disk_requests", counter(|disk| disk.requests)),
        ("disk_wait", raw(disks, wait)),
    ]
}

fn network_values(traffic: &Result<Vec<Traffic>, Unread>) -> Values {
    let counter =
        |part: fn(&Traffic) -> u64| raw(traffic, |traffic| Raw::Counter(total(traffic.iter().map(part))));
    vec![
        ("network_receive", counter(|one| one.received_bytes)),
        ("network_transmit", counter(|one| one.transmitted_bytes)),
        ("network_drops", counter(|one| one.drops)),
        ("network_errors", counter(|one| one.errors)),
    ]
}

fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

/// The devices that are summed up. One that comes or goes would otherwise look like traffic.
fn life(disks: &Result<Vec<Disk>, Unread>, interfaces: &Result<Vec<Traffic>, Unread>) -> String {
    let disks = disks.iter().flatten().map(|disk| disk.name.as_str());
    let interfaces = interfaces.iter().flatten().map(|one| one.name.as_str());
    disks.chain(interfaces).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use plimsoll_model::GapCause;

    use super::*;
    use crate::derive::{Derived, derive};
    use crate::host::METRICS;

    fn fixture(name: &str) -> Reading {
        Reader::under(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).read()
    }

    fn table(reading: &Reading) -> String {
        let rows = reading.values.iter().map(|(name, raw)| format!("{name}: {raw:?}"));
        [format!("life: {}", reading.life)].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_machine_shows_all_its_counters() {
        insta::assert_snapshot!(table(&fixture("host")));
    }

    #[test]
    fn a_sandbox_of_zeros_and_garbage_shows_what_it_has() {
        insta::assert_snapshot!(table(&fixture("sandbox")));
    }

    #[test]
    fn every_metric_has_a_value_and_every_value_is_a_metric() {
        let mut names: Vec<_> = fixture("host").values.iter().map(|(name, _)| *name).collect();
        let mut described = METRICS.map(|metric| metric.name);
        names.sort_unstable();
        described.sort_unstable();
        assert_eq!(names, described);
    }

    /// What became of each metric between the fixtures of a machine and of a sandbox of zeros.
    fn fallen(life: Option<&str>) -> Vec<Derived> {
        let (host, zero) = (fixture("host"), fixture("sandbox"));
        let life = life.unwrap_or(&host.life).to_owned();
        derive(&METRICS, Some(&Reading { life, ..host }), &zero, 2_000_000_000)
    }

    fn outcome(derived: &[Derived], name: &str) -> Result<f64, GapCause> {
        let found = derived.iter().find(|one| one.name == name).expect("every metric is derived");
        found.value.clone().map_err(|missing| missing.cause)
    }

    #[test]
    fn counters_that_fell_are_resets_and_gauges_go_on() {
        let derived = fallen(Some("eth0"));
        for name in ["cpu", "context_switches", "network_receive"] {
            assert_eq!(outcome(&derived, name), Err(GapCause::CounterReset), "{name}");
        }
        assert_eq!(outcome(&derived, "memory"), Ok(536_870_912.0));
    }

    #[test]
    fn devices_that_come_or_go_reset_even_counters_that_did_not_fall() {
        assert_eq!(outcome(&fallen(Some("eth0")), "network_errors"), Ok(0.0));
        assert_eq!(outcome(&fallen(None), "network_errors"), Err(GapCause::CounterReset));
    }

    #[test]
    fn two_readings_of_a_still_machine_are_idle_and_not_busy() {
        let host = fixture("host");
        let derived = derive(&METRICS, Some(&host), &host, 2_000_000_000);
        assert_eq!(outcome(&derived, "disk_wait"), Err(GapCause::Idle));
        assert_eq!(outcome(&derived, "disk_read"), Ok(0.0));
    }

    #[test]
    fn this_machine_has_memory_in_use_and_threads() {
        let reading = Reader::default().read();
        for name in ["memory", "threads"] {
            assert!(matches!(reading.get(name), Some(Raw::Gauge(value)) if *value > 0.0), "{reading:?}");
        }
    }
}
