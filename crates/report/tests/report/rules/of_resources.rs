//! What hosts, processes and containers used.

use plimsoll_model::{Event, EventKind, ResourceSeries, TargetKind, Unit};
use plimsoll_report::analyze;

use super::{calm, host, rules, with_resources, with_run};
use crate::support;

#[test]
fn cpu_saturation_needs_more_than_80_percent_of_the_machine() {
    let with_cpu = |mean| with_run(|run| run.resources = vec![cpu("host", TargetKind::Host, mean)]);
    assert_eq!(rules(&with_cpu(0.81)), ["cpu_saturation"]);
    assert!(rules(&with_cpu(0.80)).is_empty());
}

#[test]
fn cpu_of_a_process_is_judged_by_the_cores_it_may_use() {
    let with_cpu = |mean| with_run(|run| run.resources = vec![cpu("process", TargetKind::Process, mean)]);
    assert_eq!(rules(&with_cpu(6.5)), ["cpu_saturation"]);
    assert!(rules(&with_cpu(6.3)).is_empty());
}

#[test]
fn a_machine_that_waits_for_its_disk_is_not_called_short_of_cpu() {
    let with_wait = |wait| {
        with_run(|run| {
            let mut iowait = cpu("host", TargetKind::Host, wait);
            iowait.metric = "iowait".to_owned();
            run.resources = vec![cpu("host", TargetKind::Host, 0.85), iowait];
        })
    };
    assert_eq!(rules(&with_wait(0.09)), ["cpu_saturation"]);
    assert_eq!(rules(&with_wait(0.11)), ["io_wait"]);
}

#[test]
fn memory_needs_more_than_90_percent_of_the_limit() {
    let with_memory =
        |peak| with_run(|run| run.resources = vec![bytes("memory", peak), bytes("memory_limit", 1e9)]);
    assert_eq!(rules(&with_memory(0.91e9)), ["memory_nearly_full"]);
    assert!(rules(&with_memory(0.90e9)).is_empty());
}

#[test]
fn one_busy_core_is_told_from_two_half_busy_ones() {
    let with_cpu = |mean, peak| {
        with_resources([support::series("process", TargetKind::Process, "cpu", Unit::Ratio, mean, peak)])
    };
    assert_eq!(rules(&with_cpu(0.98, 1.02)), ["one_core_busy"]);
    assert!(rules(&with_cpu(0.94, 1.02)).is_empty());
    assert!(rules(&with_cpu(0.98, 1.2)).is_empty());
}

#[test]
fn one_user_cannot_keep_two_cores_busy() {
    let with_users = |users| {
        with_run(|run| {
            let profile = plimsoll_model::Profile::Users { users, length_ns: 1_000_000_000 };
            run.plan.phases.iter_mut().for_each(|phase| phase.profile = profile.clone());
            run.resources = vec![cpu("process", TargetKind::Process, 0.99)];
        })
    };
    assert_eq!(rules(&with_users(2)), ["one_core_busy"]);
    assert!(rules(&with_users(1)).is_empty());
}

#[test]
fn swapping_needs_more_than_16_mib_while_it_ran() {
    let with_swap = |first: f64, peak: f64| {
        let mut swap = host("swap", Unit::Bytes, peak);
        swap.points[0].1 = Some(first);
        with_resources([swap])
    };
    let mebibyte = 1_048_576.0;
    assert_eq!(rules(&with_swap(0.0, 17.0 * mebibyte)), ["swapping"]);
    assert!(rules(&with_swap(0.0, 16.0 * mebibyte)).is_empty());
    assert!(rules(&with_swap(900.0 * mebibyte, 910.0 * mebibyte)).is_empty(), "what lay there before");
}

#[test]
fn a_target_that_was_killed_for_memory_is_critical() {
    let with_event = |kind| {
        with_run(|run| {
            run.events =
                vec![Event { t_ns: 9, target: "container:db".into(), kind, detail: "by the kernel".into() }];
        })
    };
    let killed = with_event(EventKind::Oom);
    assert_eq!(rules(&killed), ["out_of_memory"]);
    assert_eq!(killed.findings[0].severity, plimsoll_model::Severity::Critical);
    assert!(rules(&with_event(EventKind::Die)).is_empty());
}

#[test]
fn a_collector_is_too_busy_above_six_falls_a_minute() {
    let with_teeth = |seconds: u64| with_resources([sawtooth("process", TargetKind::Process, seconds)]);
    assert_eq!(rules(&with_teeth(9)), ["collector_frequency"]);
    assert!(rules(&with_teeth(10)).is_empty());
    assert!(rules(&with_resources([sawtooth("host", TargetKind::Host, 9)])).is_empty(), "teeth of nobody");
}

/// Two minutes of memory that falls every so many seconds, read every second.
fn sawtooth(target: &str, kind: TargetKind, seconds: u64) -> ResourceSeries {
    let second = 1_000_000_000;
    let points = (0..120).map(|at| (at * second, Some(50e6 + 1e6 * (at % seconds) as f64))).collect();
    ResourceSeries { points, ..support::series(target, kind, "memory", Unit::Bytes, 55e6, 60e6) }
}

#[test]
fn contention_is_many_switches_with_cpu_left() {
    // 8 cores, 4,000 operations in each second.
    let with_switches = |switches, cpu| {
        with_resources([
            host("context_switches", Unit::PerSecond, switches),
            host("cpu", Unit::Ratio, cpu),
            host("threads", Unit::Count, 300.0),
        ])
    };
    assert_eq!(rules(&with_switches(81_000.0, 0.5)), ["thread_contention"]);
    assert!(rules(&with_switches(80_000.0, 0.5)).is_empty());
    assert_eq!(rules(&with_switches(81_000.0, 0.81)), ["cpu_saturation"], "they wait for a core");
}

#[test]
fn switches_that_the_operations_explain_are_no_contention() {
    let with_rate = |operations| {
        with_run(|run| {
            run.scenarios[0].throughput.achieved_per_s = operations;
            run.resources =
                vec![host("context_switches", Unit::PerSecond, 90_000.0), host("cpu", Unit::Ratio, 0.5)];
        })
    };
    assert_eq!(rules(&with_rate(8_900.0)), ["thread_contention"]);
    assert!(rules(&with_rate(9_000.0)).is_empty());
}

#[test]
fn io_wait_needs_more_than_a_tenth_of_the_time() {
    let with_wait = |wait| with_resources([host("iowait", Unit::Ratio, wait)]);
    assert_eq!(rules(&with_wait(0.11)), ["io_wait"]);
    assert!(rules(&with_wait(0.10)).is_empty());
}

#[test]
fn a_disk_is_slow_above_20_ms_a_request() {
    let with_wait = |wait| with_resources([host("disk_wait", Unit::Nanoseconds, wait)]);
    assert_eq!(rules(&with_wait(21e6)), ["slow_disk"]);
    assert!(rules(&with_wait(20e6)).is_empty());
}

#[test]
fn a_network_is_full_above_80_percent_of_the_speed_that_is_known() {
    let with_traffic = |network: Option<&str>, bytes| {
        let mut set = calm();
        set.environment.network = network.map(ToOwned::to_owned);
        set.runs[0].run.resources = vec![host("network_transmit", Unit::BytesPerSecond, bytes)];
        analyze(&set)
    };
    let gigabit = Some("eth0, 1 Gbit/s");
    assert_eq!(rules(&with_traffic(gigabit, 101e6)), ["network_saturation"]);
    assert!(rules(&with_traffic(gigabit, 100e6)).is_empty());
    assert_eq!(rules(&with_traffic(Some("100 Mbps"), 11e6)), ["network_saturation"]);
    assert!(rules(&with_traffic(Some("a fast one"), 101e6)).is_empty());
    assert!(rules(&with_traffic(None, 101e6)).is_empty());
}

#[test]
fn loss_needs_more_than_a_packet_or_ten_retransmits_a_second() {
    for (metric, limit) in [("network_drops", 1.0), ("network_errors", 1.0), ("tcp_retransmits", 10.0)] {
        let with_rate = |rate| with_resources([host(metric, Unit::PerSecond, rate)]);
        assert_eq!(rules(&with_rate(limit * 1.01)), ["network_loss"], "{metric}");
        assert!(rules(&with_rate(limit)).is_empty(), "{metric}");
    }
}

#[test]
fn advice_on_cpu_follows_what_the_target_can_use() {
    let advice = |target: &str, kind, mean| {
        let analysis = with_resources([cpu(target, kind, mean)]);
        analysis.recommendations[0].message.clone()
    };
    assert!(
        advice("process", TargetKind::Process, 7.0).contains("it has shown that it can use several cores")
    );
    assert!(advice("host", TargetKind::Host, 0.9).contains("a larger machine (vertical)"));
    assert!(advice("host", TargetKind::Host, 0.9).contains("averaged 90 % of what it may use at 5,000/s"));
}

#[test]
fn what_is_not_a_number_fires_no_rule() {
    let metrics = [
        ("cpu", Unit::Ratio),
        ("iowait", Unit::Ratio),
        ("memory", Unit::Bytes),
        ("swap", Unit::Bytes),
        ("context_switches", Unit::PerSecond),
        ("disk_wait", Unit::Nanoseconds),
        ("network_receive", Unit::BytesPerSecond),
        ("tcp_retransmits", Unit::PerSecond),
    ];
    for odd in [f64::NAN, f64::INFINITY] {
        let mut set = calm();
        set.environment.network = Some("1 Gbit/s".to_owned());
        set.runs[0].run.resources = metrics.map(|(metric, unit)| host(metric, unit, odd)).into();
        assert_eq!(rules(&analyze(&set)), Vec::<&str>::new());
    }
}

fn cpu(target: &str, kind: TargetKind, mean: f64) -> ResourceSeries {
    support::series(target, kind, "cpu", Unit::Ratio, mean, mean)
}

fn bytes(metric: &str, peak: f64) -> ResourceSeries {
    support::series("container:db", TargetKind::Container, metric, Unit::Bytes, peak, peak)
}
