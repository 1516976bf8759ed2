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
pub(super) struct Told {
    pub(super) frame: Frame,
    /// When its group was made.
    pub(super) created: String,
    /// What limits it; the host's own bounds are not among them.
    pub(super) bounds: Bounds,
}

/// Limits of a container by cAdvisor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bounds {
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
pub(super) fn told(api: Api, json: &[u8]) -> Result<Told, String> {
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
