//! The whole machine.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

use async_trait::async_trait;
use plimsoll_model::{TargetKind, Unit};

#[cfg(target_os = "linux")]
use self::linux::Reader;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::interface;
#[cfg(not(target_os = "linux"))]
use self::portable::Reader;
use crate::source::{Description, Reading, Source, SourceError};

const METRICS: [Description; 23] = [
    Description::new("cpu", Unit::Ratio),
    Description::new("iowait", Unit::Ratio),
    Description::new("steal", Unit::Ratio),
    Description::new("load", Unit::Count),
    Description::new("runnable", Unit::Count),
    Description::new("cpu_pressure", Unit::Ratio),
    Description::new("memory_pressure", Unit::Ratio),
    Description::new("io_pressure", Unit::Ratio),
    Description::new("context_switches", Unit::PerSecond),
    Description::new("threads", Unit::Count),
    Description::new("memory", Unit::Bytes),
    Description::new("memory_share", Unit::Ratio),
    Description::new("swap", Unit::Bytes),
    Description::new("disk_read", Unit::BytesPerSecond),
    Description::new("disk_write", Unit::BytesPerSecond),
    Description::new("disk_requests", Unit::PerSecond),
    Description::new("disk_wait", Unit::Nanoseconds),
    Description::new("network_receive", Unit::BytesPerSecond),
    Description::new("network_transmit", Unit::BytesPerSecond),
    Description::new("network_drops", Unit::PerSecond),
    Description::new("network_errors", Unit::PerSecond),
    Description::new("tcp_retransmits", Unit::PerSecond),
    Description::new("connections", Unit::Count),
];

/// The machine that the load test runs on, as target `host`.
///
/// Its metrics are in the [table of the crate](crate#metrics). CPU is a share of the whole machine, 0 to 1.
#[derive(Debug, Default)]
pub struct Host {
    reader: Reader,
}

impl Host {
    /// This machine.
    #[must_use]
    pub fn new() -> Host {
        Host::default()
    }

    /// A machine whose `/proc` and `/sys` are mounted below a folder, such as `/host` in a container. Its
    /// connections and traffic are those of the network namespace that the mounted `/proc` shows.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn under(root: impl Into<std::path::PathBuf>) -> Host {
        Host { reader: Reader::under(root) }
    }
}

#[async_trait]
impl Source for Host {
    fn target(&self) -> &str {
        "host"
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Host
    }

    fn metrics(&self) -> &[Description] {
        &METRICS
    }

    fn capacity(&self, metric: &str) -> Option<f64> {
        match metric {
            "cpu" | "iowait" | "steal" | "memory_share" => Some(1.0),
            "memory" => self.reader.memory_bytes(),
            _ => None,
        }
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        Ok(self.reader.read())
    }
}
