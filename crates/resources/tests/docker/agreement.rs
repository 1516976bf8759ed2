//! Three ways to the same container.

use plimsoll_metrics::{Clock, Timeline};
use plimsoll_resources::{Api, Cadvisor, Cgroup, Sampler, Source, SourceError};

use crate::engine::shared;
use crate::probe::{Probe, of};
use crate::sampled::{mean, rounds};
use crate::{cadvisor, container, show};

/// Thirty MiB that stay, and half a core.
const STEADY: &str = "dd if=/dev/zero of=/dev/shm/file bs=1M count=30; while :; do :; done";
const LIMITS: [&str; 4] = ["--cpus", "0.5", "--memory", "64m"];

#[tokio::test]
async fn docker_control_groups_and_cadvisor_agree() {
    let Some(engine) = shared() else { return };
    let Some(daemon) = cadvisor::beside(&engine) else { return };
    engine.run("agreed", &LIMITS, STEADY);
    Probe::new(Cadvisor::at(&daemon.url, "agreed"))
        .until("it is seen", |values, _| values.is_ok())
        .await
        .expect("it runs");
    let sources: Vec<Box<dyn Source>> = vec![
        Box::new(container(&engine, "agreed").labelled("docker")),
        Box::new(Cgroup::of_process(engine.pid("agreed")).labelled("files")),
        Box::new(Cadvisor::at(&daemon.url, "agreed").labelled("cadvisor")),
    ];
    let sampler =
        Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System)).expect("a thread");
    rounds(15).await;
    let sampled = sampler.stop();
    let targets = ["container:docker", "container:files", "container:cadvisor"];
    let cpu = targets.map(|target| mean(&sampled, target, "cpu"));
    let memory = targets.map(|target| mean(&sampled, target, "memory"));
    show(format_args!("docker, files, cadvisor: cpu {cpu:.4?}, memory {memory:.0?}"));
    assert!(spread(cpu) <= 0.03, "{cpu:?}");
    assert!(spread(memory) <= 0.02 * memory[0], "{memory:?}");
}

/// The largest less the smallest.
fn spread(values: [f64; 3]) -> f64 {
    values.iter().copied().fold(f64::MIN, f64::max) - values.iter().copied().fold(f64::MAX, f64::min)
}

#[tokio::test]
async fn docker_and_control_groups_agree_without_a_cadvisor() {
    let Some(engine) = shared() else { return };
    engine.run("pair", &LIMITS, STEADY);
    let sources: Vec<Box<dyn Source>> = vec![
        Box::new(container(&engine, "pair").labelled("docker")),
        Box::new(Cgroup::of_process(engine.pid("pair")).labelled("files")),
    ];
    let sampler =
        Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System)).expect("a thread");
    rounds(6).await;
    let sampled = sampler.stop();
    let both = |metric| ["container:docker", "container:files"].map(|target| mean(&sampled, target, metric));
    let ([cpu, cpu_by_files], [memory, memory_by_files]) = (both("cpu"), both("memory"));
    assert!((cpu - cpu_by_files).abs() <= 0.03, "{cpu} {cpu_by_files}");
    assert!((memory - memory_by_files).abs() <= 0.02 * memory, "{memory} {memory_by_files}");
}

#[tokio::test]
async fn every_version_of_cadvisors_interface_reads() {
    let Some(engine) = shared() else { return };
    let Some(daemon) = cadvisor::beside(&engine) else { return };
    engine.run("versions", &LIMITS, "sleep 1000");
    for api in [Api::V1_3, Api::V2_0, Api::V2_1] {
        let mut probe = Probe::new(Cadvisor::at(&daemon.url, "versions").with_api(api));
        let values = probe.until("it is seen", |values, _| values.is_ok()).await.expect("it runs");
        assert!(of(&values, "memory").is_ok_and(|bytes| bytes > 0.0), "{api:?}: {values:?}");
    }
    let all = Cadvisor::all_at(&daemon.url).await.expect("it answers");
    assert!(all.iter().any(|one| one.target() == "container:versions"), "{all:?}");
    let error = Cadvisor::at(&daemon.url, "nobody").read().await.expect_err("there is none");
    assert!(matches!(error, SourceError::NotRunning { .. }), "{error}");
}
