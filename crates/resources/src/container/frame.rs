//! One look at a container, and the reading that it makes.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{GapCause, Unit};

use super::{DiskBytes, Limits, Memory};
use crate::source::{Description, Raw, Reading};

/// What can be known of a container. A source that does not tell all of it leaves gaps.
pub(crate) const METRICS: [Description; 16] = [
    Description::new("cpu", Unit::Ratio),
    Description::new("cpu_limit", Unit::Ratio),
    Description::new("throttled", Unit::Ratio),
    Description::new("memory", Unit::Bytes),
    Description::new("memory_usage", Unit::Bytes),
    Description::new("memory_hard", Unit::Bytes),
    Description::new("memory_limit", Unit::Bytes),
    Description::new("memory_share", Unit::Ratio),
    Description::new("memory_host_share", Unit::Ratio),
    Description::new("disk_read", Unit::BytesPerSecond),
    Description::new("disk_write", Unit::BytesPerSecond),
    Description::new("network_receive", Unit::BytesPerSecond),
    Description::new("network_transmit", Unit::BytesPerSecond),
    Description::new("network_drops", Unit::PerSecond),
    Description::new("threads", Unit::Count),
    Description::new("connections", Unit::Count),
];

/// Newer kernels, seen with Linux 6.18, count a disk in version 1 of control groups from the first limit on.
const DISKS: &str =
    "use of disks; version 1 of control groups may need a limit to count, such as --device-write-bps";

/// What one look at a container showed. `None` is what the source does not say, which is never zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Frame {
    /// The source's own time, in nanoseconds from any zero.
    pub(crate) time_ns: Option<u64>,
    /// Time that the container kept cores busy, ever growing in one life.
    pub(crate) busy_ns: Option<u64>,
    pub(crate) throttling: Option<Throttling>,
    pub(crate) memory: Option<Memory>,
    pub(crate) disk: Option<DiskBytes>,
    pub(crate) network: Option<NetworkBytes>,
    pub(crate) threads: Option<u64>,
    /// TCP sockets of the container's network namespace.
    pub(crate) connections: Option<u64>,
}

/// Periods of the CPU limit. None have passed where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Throttling {
    /// All periods in which the container wanted to run.
    pub(crate) periods: u64,
    /// Those in which it was held back.
    pub(crate) throttled: u64,
}

/// What passed the interfaces of a container, but its loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NetworkBytes {
    pub(crate) received: u64,
    pub(crate) transmitted: u64,
    /// Packets, both directions.
    pub(crate) dropped: u64,
}

impl NetworkBytes {
    /// The sum over interfaces; `None` without any, as with the network of the host.
    pub(crate) fn sum(interfaces: impl IntoIterator<Item = NetworkBytes>) -> Option<NetworkBytes> {
        interfaces.into_iter().reduce(|sum, one| NetworkBytes {
            received: sum.received.saturating_add(one.received),
            transmitted: sum.transmitted.saturating_add(one.transmitted),
            dropped: sum.dropped.saturating_add(one.dropped),
        })
    }
}

impl Frame {
    /// The reading of a container in one of its lives. Counters of two lives are never compared.
    pub(crate) fn reading(&self, life: String, limits: &Limits) -> Reading {
        let values = vec![
            ("cpu", told(self.busy_ns, "CPU time", Raw::Busy)),
            ("cpu_limit", told(limits.cores, "the limit of CPU", Raw::Gauge)),
            ("throttled", self.throttled()),
            ("memory", self.memory(Memory::working_set)),
            ("memory_usage", self.memory(|memory| Some(memory.usage_bytes))),
            ("memory_hard", self.memory(Memory::hard)),
            ("memory_limit", limits.memory_bytes.map_or_else(no_limit, |bytes| Raw::Gauge(to_f64(bytes)))),
            ("memory_share", limits.memory_bytes.map_or_else(no_limit, |limit| self.share(limit))),
            ("memory_host_share", self.host_share(limits)),
            ("disk_read", told(self.disk, DISKS, |disk| Raw::Counter(disk.read))),
            ("disk_write", told(self.disk, DISKS, |disk| Raw::Counter(disk.written))),
            ("network_receive", self.network(|network| network.received)),
            ("network_transmit", self.network(|network| network.transmitted)),
            ("network_drops", self.network(|network| network.dropped)),
            ("threads", told(self.threads.map(to_f64), "threads", Raw::Gauge)),
            ("connections", told(self.connections.map(to_f64), "connections", Raw::Gauge)),
        ];
        Reading { life, source_time_ns: self.time_ns, cores: limits.host_cores, values }
    }

    fn throttled(&self) -> Raw {
        match self.throttling {
            Some(Throttling { periods: 0, .. }) => unsupported("it has no limit of CPU".to_owned()),
            throttling => told(throttling, "throttling", |Throttling { periods, throttled }| Raw::Quotient {
                part: throttled,
                whole: periods,
            }),
        }
    }

    fn memory(&self, part: fn(&Memory) -> Option<u64>) -> Raw {
        told(self.memory.as_ref().and_then(part).map(to_f64), "what its memory is made of", Raw::Gauge)
    }

    fn network(&self, part: fn(NetworkBytes) -> u64) -> Raw {
        told(self.network.map(part), "network traffic of its own", Raw::Counter)
    }

    /// The share of a limit that the page cache cannot give back.
    fn share(&self, of_bytes: u64) -> Raw {
        let hard = self.memory.as_ref().and_then(Memory::hard);
        told(hard, "how much of its memory is page cache", |hard| Raw::Gauge(to_f64(hard) / to_f64(of_bytes)))
    }

    fn host_share(&self, limits: &Limits) -> Raw {
        match limits.host_memory_bytes {
            Some(bytes) => self.share(bytes),
            None => unsupported("the source does not say the memory of the host".to_owned()),
        }
    }
}

fn told<T>(value: Option<T>, what: &str, raw: impl FnOnce(T) -> Raw) -> Raw {
    value.map_or_else(|| unsupported(format!("the source does not say {what}")), raw)
}

fn no_limit() -> Raw {
    unsupported("it has no limit of memory".to_owned())
}

fn unsupported(detail: String) -> Raw {
    Raw::Missing { cause: GapCause::Unsupported, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn hog() -> Frame {
        Frame { memory: Some(Memory::of(60 * MIB, 10 * MIB, 20 * MIB)), ..Frame::default() }
    }

    fn limits(memory_bytes: Option<u64>) -> Limits {
        Limits { cores: Some(1.5), host_cores: Some(2.0), memory_bytes, host_memory_bytes: Some(240 * MIB) }
    }

    fn detail(raw: Option<&Raw>) -> &str {
        match raw {
            Some(Raw::Missing { cause: GapCause::Unsupported, detail }) => detail,
            other => panic!("{other:?} is not missing"),
        }
    }

    #[test]
    fn every_metric_has_a_value_or_a_reason() {
        let reading = Frame::default().reading(String::new(), &Limits::default());
        let names: Vec<_> = reading.values.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, METRICS.map(|metric| metric.name));
        assert!(reading.values.iter().all(|(_, raw)| matches!(raw, Raw::Missing { .. })), "{reading:?}");
    }

    #[test]
    fn the_share_of_memory_leaves_out_the_page_cache() {
        let reading = hog().reading(String::new(), &limits(Some(60 * MIB)));
        assert_eq!(reading.get("memory_share"), Some(&Raw::Gauge(0.5)));
        assert_eq!(reading.get("memory_usage"), Some(&Raw::Gauge(to_f64(60 * MIB))));
    }

    #[test]
    fn without_a_limit_only_the_share_of_the_host_is_known() {
        let reading = hog().reading(String::new(), &limits(None));
        assert_eq!(detail(reading.get("memory_share")), "it has no limit of memory");
        assert_eq!(detail(reading.get("memory_limit")), "it has no limit of memory");
        assert_eq!(reading.get("memory_host_share"), Some(&Raw::Gauge(0.125)));
    }

    #[test]
    fn a_container_without_a_cpu_limit_is_not_throttled_by_zero() {
        let frame = Frame { throttling: Some(Throttling::default()), ..Frame::default() };
        let reading = frame.reading(String::new(), &limits(None));
        assert_eq!(detail(reading.get("throttled")), "it has no limit of CPU");
    }
}
