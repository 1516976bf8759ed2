//! The machine by sysinfo, where there is no `/proc`.

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::GapCause;
use sysinfo::System;

use crate::source::{Raw, Reading};

#[derive(Debug, Default)]
pub(super) struct Reader {
    system: System,
    /// sysinfo says CPU use since its own refresh before, so that its first answer is none.
    refreshed: bool,
}

impl Reader {
    pub(super) fn read(&mut self) -> Reading {
        self.system.refresh_cpu_usage();
        self.system.refresh_memory();
        let values = vec![
            ("cpu", self.cpu()),
            ("load", load()),
            ("memory", Raw::Gauge(to_f64(self.system.used_memory()))),
            ("memory_share", Raw::Gauge(share(self.system.used_memory(), self.system.total_memory()))),
            ("swap", Raw::Gauge(to_f64(self.system.used_swap()))),
        ];
        self.refreshed = true;
        Reading::of(values)
    }

    /// Memory of the machine; `None` before the first reading.
    pub(super) fn memory_bytes(&self) -> Option<f64> {
        Some(self.system.total_memory()).filter(|bytes| *bytes > 0).map(to_f64)
    }

    fn cpu(&self) -> Raw {
        if self.refreshed {
            return Raw::Gauge(f64::from(self.system.global_cpu_usage()) / 100.0);
        }
        Raw::Missing { cause: GapCause::First, detail: "a rate needs two readings".to_owned() }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    ratio(to_f64(part), to_f64(whole)).unwrap_or(0.0)
}

fn load() -> Raw {
    if cfg!(windows) {
        let detail = "this platform has no load average".to_owned();
        return Raw::Missing { cause: GapCause::Unsupported, detail };
    }
    Raw::Gauge(System::load_average().one)
}
