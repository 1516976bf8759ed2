//! What `GET /containers/NAME/stats` answers: from the document to a frame.

use bollard::models::{
    ContainerBlkioStats, ContainerCpuStats, ContainerMemoryStats, ContainerNetworkStats,
    ContainerStatsResponse,
};

use crate::container::{DiskBytes, Frame, Memory, NetworkBytes, Throttling, since_epoch_ns};

/// The frame of a running container. `None` for the frame of zeros that the engine goes on to answer for one
/// that is not: it bears the year 1 and no CPU time of the system.
pub(crate) fn frame(stats: &ContainerStatsResponse) -> Option<Frame> {
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

#[cfg(test)]
mod tests {
    use plimsoll_model::GapCause;

    use super::*;
    use crate::container::{Limits, METRICS};
    use crate::derive::derive;

    fn answer(json: &str) -> ContainerStatsResponse {
        serde_json::from_str(json).expect("the engine's answer is of the library's form")
    }

    macro_rules! recorded {
        ($name:literal) => {
            answer(include_str!(concat!("../../fixtures/docker/", $name, ".json")))
        };
    }

    /// The CPU of the second answer after the first, in one life.
    fn cpu(before: &ContainerStatsResponse, after: &ContainerStatsResponse) -> Result<f64, GapCause> {
        let reading = |stats| frame(stats).expect("it runs").reading(String::new(), &Limits::default());
        let derived = derive(&METRICS, Some(&reading(before)), &reading(after), 1);
        derived[0].value.clone().map_err(|missing| missing.cause)
    }

    #[test]
    fn cpu_is_over_the_wall_clock_of_the_engine() {
        let cpu = cpu(&recorded!("version-1"), &recorded!("version-1-later"));
        // By hand: (631419296570 - 630446431603) ns of work in 2.037924535 s.
        assert!(cpu.is_ok_and(|cpu| (cpu - 972_864_967.0 / 2_037_924_535.0).abs() < 1e-12), "{cpu:?}");
    }

    #[test]
    fn counters_after_a_restart_have_begun_anew() {
        let cpu = cpu(&recorded!("version-1-later"), &recorded!("restarted"));
        assert_eq!(cpu, Err(GapCause::CounterReset));
    }

    #[test]
    fn a_frame_of_zeros_is_no_frame() {
        assert_eq!(frame(&recorded!("not-running")), None);
        assert_eq!(frame(&ContainerStatsResponse::default()), None);
    }

    #[test]
    fn version_1_of_control_groups_tells_all_but_disks() {
        let frame = frame(&recorded!("version-1")).expect("it runs");
        assert_eq!(frame.throttling, Some(Throttling { periods: 12_813, throttled: 11_242 }));
        assert_eq!(frame.memory, Some(Memory::of(323_584, 0, 0)));
        assert_eq!(frame.network, Some(NetworkBytes { received: 1_602, transmitted: 0, dropped: 0 }));
        assert_eq!((frame.threads, frame.disk), (Some(1), None));
    }

    #[test]
    fn version_2_of_control_groups_has_other_names_for_the_same() {
        let frame = frame(&recorded!("version-2")).expect("it runs");
        assert_eq!(frame.memory.and_then(|memory| memory.working_set()), Some(60_000_000));
        assert_eq!(frame.memory.and_then(|memory| memory.hard()), Some(35_000_000));
        assert_eq!(frame.network, Some(NetworkBytes { received: 1_007, transmitted: 508, dropped: 3 }));
        // The device mapper over the disk says the same bytes again.
        assert_eq!(frame.disk, Some(DiskBytes { read: 7_593_984, written: 100 }));
    }

    #[test]
    fn podman_tells_its_local_time_and_no_parts_of_memory() {
        let stats = recorded!("podman");
        let frame = frame(&stats).expect("it runs");
        assert_eq!(frame.time_ns, super::frame(&recorded!("version-2")).and_then(|frame| frame.time_ns));
        assert_eq!(frame.memory, Some(Memory::usage(5_000_000)));
        assert_eq!(system_ns_per_core(&stats), None);
    }

    #[test]
    fn the_network_of_the_host_is_not_the_containers_own() {
        assert_eq!(frame(&recorded!("host-network")).map(|frame| frame.network), Some(None));
    }

    #[test]
    fn unlimited_says_the_memory_of_the_host_which_is_no_limit() {
        let frame = frame(&recorded!("unlimited")).expect("it runs");
        assert_eq!(frame.throttling, Some(Throttling::default()));
    }
}
