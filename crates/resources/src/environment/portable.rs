//! The machine by sysinfo, where there is no `/proc`.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::Environment;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use super::Room;

pub(super) fn machine() -> Environment {
    let wanted = RefreshKind::nothing()
        .with_cpu(CpuRefreshKind::nothing())
        .with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(wanted);
    Environment {
        os: System::long_os_version().unwrap_or_default(),
        kernel: System::kernel_version().unwrap_or_default(),
        cpu_model: system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default(),
        memory_bytes: system.total_memory(),
        ..Environment::default()
    }
}

/// Limits of processes are not known here: it may use the whole machine.
pub(super) fn room(_pid: u32) -> Room {
    let Environment { memory_bytes, .. } = machine();
    let memory_bytes = (memory_bytes > 0).then(|| to_f64(memory_bytes));
    Room { cores: to_f64(super::cores()), memory_bytes }
}
