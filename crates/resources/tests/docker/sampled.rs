//! What a sampler leaves of containers.

use async_trait::async_trait;
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{Gap, GapCause, ResourceSeries, TargetKind, Unit};
use plimsoll_resources::{Description, Lookout, Raw, Reading, Sampled, Sampler, Source, SourceError, Watch};
use tokio::time::{Duration, interval, sleep};

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
    engine.run("calm", &["--cpus", "0.5"], "sleep 1000");
    // At rest first, then as busy as it may be.
    engine.run("stressed", &["--cpus", "0.5"], "sleep 5; while :; do :; done");
    let sources: Vec<Box<dyn Source>> =
        vec![Box::new(container(&engine, "stressed")), Box::new(container(&engine, "calm"))];
    let (sender, mut breached) = tokio::sync::mpsc::unbounded_channel();
    let lookout = Lookout::new([Watch::share("container:stressed", "cpu", 0.9)], move |breach| {
        let _ = sender.send(breach.clone());
    });
    let timeline = Timeline::start(Clock::System);
    let sampler = Sampler::start_watching(sources, Sampler::INTERVAL, lookout, timeline).expect("a thread");
    let breach = breached.recv().await.expect("the sampler lives");
    let sampled = sampler.stop();
    assert_eq!((breach.target.as_str(), breach.metric.as_str()), ("container:stressed", "cpu"));
    assert!((breach.limit - 0.45).abs() < 1e-9 && breach.value >= breach.limit, "{breach:?}");
    assert!(series(&sampled, "container:calm", "cpu").summary.peak.is_some_and(|peak| peak < 0.45));
}
