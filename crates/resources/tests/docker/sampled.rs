//! What a sampler leaves of containers.

use async_trait::async_trait;
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{EventKind, Gap, GapCause, ResourceSeries, TargetKind, Unit};
use plimsoll_resources::{Description, Lookout, Raw, Reading, Sampled, Sampler, Source, SourceError, Watch};
use tokio::time::{Duration, interval, sleep, timeout};

use crate::container;
use crate::engine::shared;

/// Lets rounds of a sampler at its own interval pass.
pub(crate) async fn rounds(count: usize) {
    let mut ticks = interval(Sampler::INTERVAL);
    for _ in 0..=count {
        ticks.tick().await;
    }
}

/// A series of a target.
pub(crate) fn series<'a>(sampled: &'a Sampled, target: &str, metric: &str) -> &'a ResourceSeries {
    let is_it = |series: &&ResourceSeries| series.target == target && series.metric == metric;
    sampled.series.iter().find(is_it).expect("every target has its series")
}

/// The mean of a series over the time.
pub(crate) fn mean(sampled: &Sampled, target: &str, metric: &str) -> f64 {
    let series = series(sampled, target, metric);
    series.summary.mean.unwrap_or_else(|| panic!("no value of {target}: {:?}", series.gaps))
}

/// A target whose source takes five seconds to answer.
struct Slow;

#[async_trait]
impl Source for Slow {
    fn target(&self) -> &str {
        "container:slow"
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Container
    }

    fn metrics(&self) -> &[Description] {
        const { &[Description::new("memory", Unit::Bytes)] }
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        sleep(Duration::from_secs(5)).await;
        Ok(Reading::of(vec![("memory", Raw::Gauge(1.0))]))
    }
}

#[tokio::test]
async fn eight_containers_are_read_at_each_round_whatever_a_ninth_does() {
    let Some(engine) = shared() else { return };
    let names: Vec<_> = (1..=8).map(|number| format!("eight-{number}")).collect();
    names.iter().for_each(|name| engine.run(name, &[], "sleep 1000"));
    let mut sources: Vec<Box<dyn Source>> =
        names.iter().map(|name| Box::new(container(&engine, name)) as Box<dyn Source>).collect();
    sources.push(Box::new(Slow));
    let sampler =
        Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System)).expect("a thread");
    rounds(6).await;
    let sampled = sampler.stop();
    for name in &names {
        let memory = series(&sampled, &format!("container:{name}"), "memory");
        assert!((5..=8).contains(&memory.summary.count), "{name}: {memory:?}");
        // The engine itself may take a second to answer on a busy machine; waiting for the ninth would be five.
        let is_the_engines =
            |gap: &Gap| gap.cause == GapCause::Late && gap.end_ns - gap.start_ns < 4_000_000_000;
        assert!(memory.gaps.iter().all(is_the_engines), "{name}: {:?}", memory.gaps);
    }
    let slow = series(&sampled, "container:slow", "memory");
    assert_eq!((slow.summary.count, slow.gaps[0].cause), (0, GapCause::Unavailable));
}

#[tokio::test]
async fn a_container_at_its_limit_of_cpu_is_named_within_two_rounds() {
    let Some(engine) = shared() else { return };
    // Little, so that a machine at work has it to give.
    let (cores, limit) = (["--cpus", "0.2"], 0.18);
    engine.run("calm", &cores, "sleep 1000");
    // At rest first, then as busy as it may be.
    engine.run("stressed", &cores, "sleep 5; while :; do :; done");
    let sources: Vec<Box<dyn Source>> =
        vec![Box::new(container(&engine, "stressed")), Box::new(container(&engine, "calm"))];
    let (sender, mut breached) = tokio::sync::mpsc::unbounded_channel();
    let lookout = Lookout::new([Watch::share("container:stressed", "cpu", 0.9)], move |breach| {
        let _ = sender.send(breach.clone());
    });
    let timeline = Timeline::start(Clock::System);
    let sampler = Sampler::start_watching(sources, Sampler::INTERVAL, lookout, timeline).expect("a thread");
    // On a machine that has not even so little to give, this fails instead of waiting for ever.
    let told = timeout(Duration::from_secs(120), breached.recv()).await;
    let breach = told.expect("it is busy by now").expect("the sampler lives");
    let sampled = sampler.stop();
    assert_eq!((breach.target.as_str(), breach.metric.as_str()), ("container:stressed", "cpu"));
    assert!((breach.limit - limit).abs() < 1e-9 && breach.value >= breach.limit, "{breach:?}");
    // Two values in a row, and no third one.
    let cpu = series(&sampled, "container:stressed", "cpu");
    let is_above = |(_, value): &&(u64, Option<f64>)| value.is_some_and(|value| value >= limit);
    let until: Vec<_> = cpu.points.iter().filter(|(t_ns, _)| *t_ns <= breach.at_ns).collect();
    assert_eq!(until.iter().rev().take_while(|point| is_above(point)).count(), 2, "{breach:?} {cpu:?}");
    assert!(series(&sampled, "container:calm", "cpu").summary.peak.is_some_and(|peak| peak < limit));
}

/// Files in memory cannot be given back, and stay at a size that can be chosen: 97 % of 64 MiB here.
const NEAR: &str = "sleep 3; dd if=/dev/zero of=/dev/shm/file bs=1024 count=63100; sleep 1000";

#[tokio::test]
async fn memory_near_the_limit_warns_within_two_rounds_and_page_cache_never_does() {
    let Some(engine) = shared() else { return };
    let memory = ["--memory", "64m", "--memory-swap", "64m"];
    engine.run("near", &[&memory[..], &["--shm-size", "100m"]].concat(), NEAR);
    let cached =
        "dd if=/dev/zero of=/file bs=1M count=120; while :; do cat /file >/dev/null; sleep 0.2; done";
    engine.run("cached", &memory, cached);
    let sources: Vec<Box<dyn Source>> =
        vec![Box::new(container(&engine, "near")), Box::new(container(&engine, "cached"))];
    let sampler =
        Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System)).expect("a thread");
    rounds(8).await;
    let sampled = sampler.stop();
    let near = series(&sampled, "container:near", "memory_share");
    let is_near = |(_, share): &&(u64, Option<f64>)| share.is_some_and(|share| share > 0.95);
    let since_ns = near.points.iter().find(is_near).expect("it has come near").0;
    let warnings: Vec<_> = sampled.events.iter().filter(|event| event.kind == EventKind::Limit).collect();
    let [warning] = warnings.as_slice() else { panic!("{:?}", sampled.events) };
    assert_eq!(warning.target, "container:near");
    assert!(warning.detail.ends_with("of the limit of 64 MiB"), "{warning:?}");
    assert!(warning.t_ns - since_ns <= 4_000_000_000, "{warning:?}, near since {since_ns}");
    assert!(sampled.events.iter().all(|event| event.kind != EventKind::Oom), "{:?}", sampled.events);
    let usage = series(&sampled, "container:cached", "memory_usage").summary.peak;
    assert!(usage.is_some_and(|bytes| bytes > 0.95 * 64.0 * 1_048_576.0), "{usage:?}");
}
