//! What `GET /containers/NAME/stats` answers: from the document to a frame.

use bollard::models::{
    ContainerBlkioStats, ContainerCpuStats, ContainerMemoryStats, ContainerNetworkStats,
    ContainerStatsResponse,
};

use crate::container::{DiskBytes, Frame, Memory, NetworkBytes, Throttling, since_epoch_ns};

/// The frame of a running container. `None` for the frame of zeros that the engine goes on to answer for one
/// that is not: it bears the year 1 and no CPU time of the system.
pub(super) fn frame(stats: &ContainerStatsResponse) -> Option<Frame> {
    let time_ns = since_epoch_ns(stats.read.as_deref()?)?;
    let cpu = stats.cpu_stats.as_ref()?;
    Some(Frame {
        time_ns: Some(time_ns),
        busy_ns: Some(busy_ns(stats)?),
        throttling: throttling(cpu),
        memory: stats.memory_stats.as_ref().and_then(memory),
        disk: stats.blkio_stats.as_ref().and_then(disk),
        network: NetworkBytes::sum(stats.networks.iter().flat_map(|all| all.values()).map(network)),
        threads: stats.pids_stats.as_ref().and_then(|pids| pids.current),
        connections: None,
    })
}

/// Time that the container kept cores busy.
pub(super) fn busy_ns(stats: &ContainerStatsResponse) -> Option<u64> {
    stats.cpu_stats.as_ref()?.cpu_usage.as_ref()?.total_usage
}

/// The engine's own denominator, for `docker stats`' figure: the busy and idle time of all cores, in ticks of
/// 10 ms and without steal, over their number.
pub(super) fn system_ns_per_core(stats: &ContainerStatsResponse) -> Option<u64> {
    let cpu = stats.cpu_stats.as_ref()?;
    cpu.system_cpu_usage?.checked_div(u64::from(cpu.online_cpus?))
}

fn throttling(cpu: &ContainerCpuStats) -> Option<Throttling> {
    let data = cpu.throttling_data.as_ref()?;
    Some(Throttling { periods: data.periods?, throttled: data.throttled_periods? })
}

/// Version 1 of control groups says the sums of a group and those below it under names of their own, beside
/// the group's own parts under the plain names that version 2 has.
fn memory(memory: &ContainerMemoryStats) -> Option<Memory> {
    let usage = memory.usage?;
    let part = |name: &str| memory.stats.as_ref()?.get(name).copied();
    let either = |name: &str| part(&format!("total_{name}")).or_else(|| part(name));
    // Podman says no parts.
    let Some((inactive, active)) = either("inactive_file").zip(either("active_file")) else {
        return Some(Memory::usage(usage));
    };
    Some(Memory::of(usage, inactive, active).less_kernel(part("slab_reclaimable").unwrap_or(0)))
}

/// An empty list is an engine that cannot see it, and not a container that reads nothing.
fn disk(stats: &ContainerBlkioStats) -> Option<DiskBytes> {
    let entries = stats.io_service_bytes_recursive.as_ref()?;
    DiskBytes::sum(
        entries
            .iter()
            .filter_map(|entry| Some((entry.major?, DiskBytes::of(entry.op.as_deref()?, entry.value?)))),
    )
}

fn network(stats: &ContainerNetworkStats) -> NetworkBytes {
    NetworkBytes {
        received: stats.rx_bytes.unwrap_or(0),
        transmitted: stats.tx_bytes.unwrap_or(0),
        dropped: stats.rx_dropped.unwrap_or(0).saturating_add(stats.tx_dropped.unwrap_or(0)),
    }
}
