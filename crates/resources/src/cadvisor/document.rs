//! What cAdvisor answers, in versions 1.3, 2.0 and 2.1 of its API: from the document to a frame.

use std::collections::HashMap;

use plimsoll_metrics::num::to_f64;
use serde::Deserialize;

use super::Api;
use crate::container::{
    DiskBytes, Frame, Limits, Memory, NetworkBytes, Throttling, cpu_list, since_epoch_ns,
};

/// Where a limit of memory is larger, it stands for none: some kernels say 2^63 less a page.
const NO_LIMIT: u64 = 1 << 60;

/// What cAdvisor said last of one container.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Told {
    pub(crate) frame: Frame,
    /// When its group was made.
    pub(super) created: String,
    /// What limits it; the host's own bounds are not among them.
    pub(super) bounds: Bounds,
}

/// Limits of a container by cAdvisor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Bounds {
    /// Cores by quota and set; `None` where it does not say whether there is a quota.
    cores: Option<f64>,
    memory_bytes: Option<u64>,
}

/// The machine by cAdvisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(super) struct Machine {
    num_cores: u64,
    memory_capacity: u64,
}

impl Bounds {
    /// The limits on a machine.
    pub(super) fn on(&self, machine: Machine) -> Limits {
        let host_memory_bytes = Some(machine.memory_capacity).filter(|bytes| *bytes > 0);
        let host_cores = Some(to_f64(machine.num_cores)).filter(|cores| *cores > 0.0);
        Limits {
            host_cores,
            cores: self.cores.and_then(|_| Limits::tightest([self.cores, host_cores])),
            memory_bytes: self
                .memory_bytes
                .filter(|bytes| host_memory_bytes.is_none_or(|host| *bytes < host)),
            host_memory_bytes,
        }
    }
}

/// The machine of `/api/v1.3/machine`.
pub(super) fn machine(json: &[u8]) -> Option<Machine> {
    serde_json::from_slice(json).ok()
}

/// The only container of an answer, with its latest figures; why there is none otherwise.
pub(crate) fn told(api: Api, json: &[u8]) -> Result<Told, String> {
    let none = || "it answered without the container".to_owned();
    let form = |error: serde_json::Error| format!("its answer is not of the expected form: {error}");
    match api {
        Api::V2_0 => {
            let answer: HashMap<String, Vec<Stats>> = serde_json::from_slice(json).map_err(form)?;
            Told::latest(Spec::default(), answer.into_values().next().ok_or_else(none)?)
        }
        Api::V1_3 | Api::V2_1 => {
            let answer: HashMap<String, Info> = serde_json::from_slice(json).map_err(form)?;
            let info = answer.into_values().next().ok_or_else(none)?;
            Told::latest(info.spec, info.stats)
        }
    }
}

/// The names of all containers in `/api/v1.3/docker/`, sorted.
pub(super) fn names(json: &[u8]) -> Option<Vec<String>> {
    let answer: HashMap<String, Info> = serde_json::from_slice(json).ok()?;
    let mut names: Vec<_> = answer.into_values().filter_map(|info| info.aliases.into_iter().next()).collect();
    names.sort_unstable();
    Some(names)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Info {
    aliases: Vec<String>,
    spec: Spec,
    stats: Vec<Stats>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    creation_time: String,
    cpu: Option<CpuSpec>,
    memory: MemorySpec,
}

/// Its `limit` are shares, which limit nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CpuSpec {
    mask: String,
    quota: Option<u64>,
    period: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MemorySpec {
    limit: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stats {
    timestamp: String,
    cpu: Option<Cpu>,
    memory: Option<MemoryStats>,
    network: Option<Network>,
    diskio: DiskIo,
    processes: Processes,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cpu {
    usage: CpuUsage,
    cfs: Cfs,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CpuUsage {
    total: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cfs {
    periods: u64,
    throttled_periods: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MemoryStats {
    usage: u64,
    working_set: Option<u64>,
    total_active_file: Option<u64>,
    total_inactive_file: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Network {
    interfaces: Option<Vec<Interface>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Interface {
    rx_bytes: u64,
    tx_bytes: u64,
    rx_dropped: u64,
    tx_dropped: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DiskIo {
    io_service_bytes: Option<Vec<Device>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Device {
    major: u64,
    stats: HashMap<String, u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Processes {
    threads_current: Option<u64>,
}

impl Told {
    fn latest(spec: Spec, stats: Vec<Stats>) -> Result<Told, String> {
        // The oldest comes first in the answers that were seen; the time decides.
        let newest = stats.into_iter().max_by_key(|stats| since_epoch_ns(&stats.timestamp));
        let stats = newest.ok_or_else(|| "it has no figures of the container yet".to_owned())?;
        Ok(Told { frame: stats.frame(), bounds: spec.bounds(), created: spec.creation_time })
    }
}

impl Spec {
    fn bounds(&self) -> Bounds {
        Bounds {
            cores: self.cpu.as_ref().and_then(CpuSpec::cores),
            memory_bytes: self.memory.limit.filter(|bytes| (1..NO_LIMIT).contains(bytes)),
        }
    }
}

impl CpuSpec {
    /// The period is there with or without a quota; where it is not, this API says nothing of quotas.
    fn cores(&self) -> Option<f64> {
        let period = to_f64(self.period.filter(|period| *period > 0)?);
        let quota = self.quota.map(|quota| to_f64(quota) / period);
        Limits::tightest([quota, cpu_list(&self.mask).map(to_f64), Some(f64::INFINITY)])
    }
}

impl Stats {
    fn frame(&self) -> Frame {
        Frame {
            time_ns: since_epoch_ns(&self.timestamp),
            busy_ns: self.cpu.as_ref().map(|cpu| cpu.usage.total),
            throttling: self
                .cpu
                .as_ref()
                .map(|cpu| Throttling { periods: cpu.cfs.periods, throttled: cpu.cfs.throttled_periods }),
            memory: self.memory.as_ref().map(MemoryStats::memory),
            disk: self.diskio.bytes(),
            network: self.network.as_ref().and_then(Network::bytes),
            threads: self.processes.threads_current.filter(|threads| *threads > 0),
            connections: None,
        }
    }
}

impl MemoryStats {
    /// Older ones do not say the parts of the page cache; newer ones leave out a part that is zero.
    fn memory(&self) -> Memory {
        let memory = match (self.total_inactive_file, self.total_active_file) {
            (None, None) => Memory::usage(self.usage),
            (inactive, active) => Memory::of(self.usage, inactive.unwrap_or(0), active.unwrap_or(0)),
        };
        memory.with_working_set(self.working_set)
    }
}

impl Network {
    fn bytes(&self) -> Option<NetworkBytes> {
        let bytes = |one: &Interface| NetworkBytes {
            received: one.rx_bytes,
            transmitted: one.tx_bytes,
            dropped: one.rx_dropped.saturating_add(one.tx_dropped),
        };
        NetworkBytes::sum(self.interfaces.iter().flatten().map(bytes))
    }
}

impl DiskIo {
    fn bytes(&self) -> Option<DiskBytes> {
        let of = |device: &Device| {
            let bytes = |name: &str| device.stats.get(name).copied().unwrap_or(0);
            (device.major, DiskBytes { read: bytes("Read"), written: bytes("Write") })
        };
        DiskBytes::sum(self.io_service_bytes.iter().flatten().map(of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: Machine = Machine { num_cores: 4, memory_capacity: 1 << 34 };

    macro_rules! recorded {
        ($name:literal) => {
            include_bytes!(concat!("../../fixtures/cadvisor/", $name, ".json"))
        };
    }

    fn told(api: Api, json: &[u8]) -> Told {
        super::told(api, json).expect("the answer is of the form of this version")
    }

    #[test]
    fn all_versions_tell_the_same_of_the_same_container() {
        let (v1_3, v2_1) =
            (told(Api::V1_3, recorded!("version-1.3")), told(Api::V2_1, recorded!("version-2.1")));
        assert_eq!(told(Api::V2_0, recorded!("version-2.0")).frame, v2_1.frame);
        assert_eq!(v1_3.created, v2_1.created);
        assert_eq!((v1_3.frame.memory, v1_3.frame.network), (v2_1.frame.memory, v2_1.frame.network));
    }

    #[test]
    fn older_ones_leave_out_the_quota_in_version_2() {
        assert_eq!(told(Api::V1_3, recorded!("version-1.3")).bounds.on(MACHINE).cores, Some(0.5));
        assert_eq!(told(Api::V2_1, recorded!("version-2.1")).bounds.on(MACHINE).cores, None);
    }

    #[test]
    fn newer_ones_tell_the_parts_of_the_page_cache_and_the_threads() {
        let told = told(Api::V2_1, recorded!("version-2.1-newer"));
        assert_eq!(told.frame.memory.and_then(|memory| memory.hard()), Some(30_000_000));
        assert_eq!(told.frame.memory.and_then(|memory| memory.working_set()), Some(60_000_000));
        assert_eq!(told.frame.disk, Some(DiskBytes { read: 4_096, written: 8_192 }));
        assert_eq!(told.frame.threads, Some(7));
        assert_eq!(told.bounds.on(MACHINE).cores, Some(1.0));
    }

    #[test]
    fn numbers_that_stand_for_no_limit_are_none() {
        let limits = told(Api::V1_3, recorded!("unlimited")).bounds.on(MACHINE);
        assert_eq!((limits.cores, limits.memory_bytes), (Some(2.0), None));
        assert_eq!(told(Api::V2_1, recorded!("version-2.1-newer")).bounds.on(MACHINE).memory_bytes, None);
    }

    #[test]
    fn a_machine_tells_its_cores_and_memory() {
        assert_eq!(
            machine(recorded!("machine")),
            Some(Machine { num_cores: 2, memory_capacity: 25_276_502_016 })
        );
    }

    #[test]
    fn the_newest_figures_count_wherever_they_stand() {
        let json = br#"{"a":[{"timestamp":"2026-11-20T18:00:02Z","cpu":{"usage":{"total":2}}},
            {"timestamp":"2026-11-20T18:00:01Z","cpu":{"usage":{"total":1}}}]}"#;
        assert_eq!(told(Api::V2_0, json).frame.busy_ns, Some(2));
    }

    #[test]
    fn answers_without_figures_are_one_line() {
        let line = |json: &[u8]| super::told(Api::V1_3, json).expect_err("there are no figures");
        assert_eq!(line(b"{}"), "it answered without the container");
        assert_eq!(line(br#"{"a":{"stats":[]}}"#), "it has no figures of the container yet");
        assert!(line(b"<html>").starts_with("its answer is not of the expected form: "));
    }
}
