//! The machine by sysinfo, where there is no `/proc`.

use plimsoll_model::Environment;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

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
