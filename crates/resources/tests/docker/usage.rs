//! What containers use, held against what they were given.

use plimsoll_model::{EventKind, GapCause};
use plimsoll_resources::{Cgroup, Process};

use crate::engine::{Engine, shared};
use crate::probe::{Probe, of};
use crate::{container, show};

const BUSY: &str = "while :; do :; done";

/// The mean CPU of a container over some seconds.
struct Cpu {
    /// As the engine's counters say.
    read: f64,
    /// As the kernel's files say.
    counted: f64,
    /// Share of the periods in which the limit held it back. How much of it the container gets is otherwise up to
    /// what else runs on the machine.
    held: f64,
}

async fn cpu(engine: &Engine, name: &str) -> Cpu {
    let mut probe = Probe::new(container(engine, name));
    let mut kernel = Probe::new(Cgroup::of_process(engine.pid(name)));
    // No average of a lifetime: the first reading says nothing.
    assert_eq!(probe.value("cpu").await, Err(GapCause::First));
    assert_eq!(kernel.value("cpu").await, Err(GapCause::First));
    let (mut read, mut counted, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..6 {
        let values = probe.next().await.expect("it runs");
        read.extend(of(&values, "cpu"));
        held.extend(of(&values, "throttled"));
        counted.extend(kernel.value("cpu").await);
    }
    let [read, counted, held] =
        [read, counted, held].map(|values| values.iter().sum::<f64>() / values.len() as f64);
    show(format_args!("{name}: read {read:.4}, counted by the kernel {counted:.4}, held back {held:.2}"));
    Cpu { read, counted, held }
}

#[tokio::test]
async fn half_a_core_reads_half_a_core() {
    let Some(engine) = shared() else { return };
    engine.run("half", &["--cpus", "0.5", "--memory", "64m"], BUSY);
    let Cpu { read, counted, held } = cpu(&engine, "half").await;
    assert!((read - counted).abs() <= 0.05, "{read} {counted}");
    assert!(read <= 0.55 && (read >= 0.45 || held < 0.9), "{read} {held}");
}

#[tokio::test]
async fn one_and_a_half_cores_read_more_than_one() {
    let Some(engine) = shared() else { return };
    // For a while only: on a small machine little is left to the engine and to the test.
    let script = "for loop in 1 2 3; do timeout 25 sh -c 'while :; do :; done' & done; wait; sleep 1000";
    engine.run("more", &["--cpus", "1.5"], script);
    let Cpu { read, counted, held } = cpu(&engine, "more").await;
    assert!((read - counted).abs() <= 0.07, "{read} {counted}");
    assert!(read <= 1.57 && (read >= 1.43 || held < 0.9), "{read} {held}");
}

#[tokio::test]
async fn cores_that_it_may_use_follow_its_limits() {
    let Some(engine) = shared() else { return };
    let quota = ["--cpu-quota", "75000", "--cpu-period", "50000", "--cpuset-cpus", "0"];
    for (name, options, cores) in [
        ("eff-half", &["--cpus", "0.5"][..], Some(0.5)),
        ("eff-more", &["--cpus", "1.5"], Some(1.5)),
        ("eff-quota", &quota, Some(1.0)),
        ("eff-none", &[], None),
    ] {
        engine.run(name, options, "sleep 1000");
        let mut probe = Probe::new(container(&engine, name));
        probe.next().await.expect("it runs");
        let host = engine.docker(&["info", "--format", "{{.NCPU}}"]).parse().expect("a number of cores");
        assert_eq!(probe.capacity("cpu"), cores.or(Some(host)), "{name}");
    }
}

#[tokio::test]
async fn a_limit_that_is_changed_holds_from_the_next_reading_on() {
    let Some(engine) = shared() else { return };
    engine.run("updated", &["--cpus", "0.5"], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "updated"));
    assert_eq!(probe.value("cpu_limit").await, Ok(0.5));
    engine.docker(&["update", "--cpus", "1.5", "updated"]);
    assert_eq!(probe.value("cpu_limit").await, Ok(1.5));
    assert!(probe.noticed.iter().any(|noticed| noticed.kind == EventKind::Update), "{:?}", probe.noticed);
}

#[tokio::test]
async fn page_cache_is_no_memory_pressure() {
    let Some(engine) = shared() else { return };
    let script = "dd if=/dev/zero of=/file bs=1M count=120; while :; do cat /file >/dev/null; done";
    engine.run("cache", &["--memory", "64m", "--cpus", "0.5"], script);
    let mut probe = Probe::new(container(&engine, "cache"));
    let full = probe.until("its memory is full of page cache", |values, _| {
        let values = values.as_deref().unwrap_or_default();
        of(values, "memory_usage").is_ok_and(|bytes| bytes > 0.95 * 64.0 * 1_048_576.0)
    });
    let values = full.await.expect("it runs");
    show(format_args!(
        "{:?}",
        values.iter().filter(|(name, _)| name.starts_with("memory")).collect::<Vec<_>>()
    ));
    assert!(of(&values, "memory_share").is_ok_and(|share| share < 0.10), "{values:?}");
    assert_eq!(probe.noticed, []);
}

#[tokio::test]
async fn without_a_limit_memory_is_a_share_of_the_host_only() {
    let Some(engine) = shared() else { return };
    engine.run("free", &[], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "free"));
    let values = probe.next().await.expect("it runs");
    assert_eq!(of(&values, "memory_share"), Err(GapCause::Unsupported));
    assert!(of(&values, "memory_host_share").is_ok_and(|share| (0.0..0.5).contains(&share)), "{values:?}");
    assert!(format!("{:?}", probe.raw("memory_limit")).contains("it has no limit of memory"));
}

#[tokio::test]
async fn children_that_come_and_go_count_as_the_control_group_counts_them() {
    let Some(engine) = shared() else { return };
    let script = "while :; do for n in 1 2 3 4; do timeout 1 sh -c 'while :; do :; done' & done; wait; done";
    engine.run("family", &["--cpus", "0.8"], script);
    let pid = engine.pid("family");
    let (mut tree, mut group) = (Probe::new(Process::with_pid(pid)), Probe::new(Cgroup::of_process(pid)));
    let busy = |probe: &Probe| match probe.raw("cpu") {
        Some(plimsoll_resources::Raw::Busy(busy_ns)) => *busy_ns as f64,
        other => panic!("{other:?}"),
    };
    tree.next().await.expect("it runs");
    group.next().await.expect("it runs");
    let (tree_before, group_before) = (busy(&tree), busy(&group));
    for _ in 0..6 {
        tree.next().await.expect("it runs");
        group.next().await.expect("it runs");
    }
    let share = (busy(&tree) - tree_before) / (busy(&group) - group_before);
    show(format_args!("process tree / control group: {share:.3}"));
    assert!((0.9..=1.1).contains(&share), "{share}");
}

#[tokio::test]
async fn sockets_of_a_container_are_counted_and_forgotten() {
    let Some(engine) = shared() else { return };
    engine.run("sockets", &[], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "sockets"));
    let before = probe.value("connections").await.expect("the engine is on this machine");
    let sockets = in_network_of(engine.pid("sockets"), 500);
    let during = probe.value("connections").await.expect("the engine is on this machine");
    drop(sockets);
    let after = probe.value("connections").await.expect("the engine is on this machine");
    show(format_args!("connections: {before} {during} {after}"));
    assert!((498.0..=502.0).contains(&(during - before)), "{before} {during}");
    assert!((after - before).abs() <= 2.0, "{before} {after}");
}

/// So many listening sockets in the network of a process.
fn in_network_of(pid: u32, sockets: usize) -> Vec<std::net::TcpListener> {
    let enter = move || {
        let namespace = std::fs::File::open(format!("/proc/{pid}/ns/net")).expect("it runs");
        let kind = Some(rustix::thread::LinkNameSpaceType::Network);
        rustix::thread::move_into_link_name_space(std::os::fd::AsFd::as_fd(&namespace), kind)
            .expect("we are root");
        (0..sockets).map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("there are ports")).collect()
    };
    // On a thread of its own, because it stays in there.
    std::thread::spawn(enter).join().expect("it ends")
}
