//! A watch ends a run, and the result says why.

use std::time::Duration;

use async_trait::async_trait;
use plimsoll_harness::{Sample, Sampling};
use plimsoll_load::{Load, op};
use plimsoll_model::{EventKind, Profile, Run, Status, StopCause, TargetKind, Unit};
use plimsoll_resources::{Description, Raw, Reading, Source, SourceError, Watch};

const INTERVAL: Duration = Duration::from_millis(10);
const METRICS: [Description; 1] = [Description::new("cpu", Unit::Ratio)];

/// A container of so many cores whose use rises by a fifth of a core with each reading.
struct Container {
    target: &'static str,
    cores: Option<f64>,
    readings: u32,
}

impl Container {
    fn boxed(target: &'static str, cores: Option<f64>) -> Box<dyn Source> {
        Box::new(Container { target, cores, readings: 0 })
    }
}

#[async_trait]
impl Source for Container {
    fn target(&self) -> &str {
        self.target
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Container
    }

    fn metrics(&self) -> &[Description] {
        &METRICS
    }

    fn capacity(&self, metric: &str) -> Option<f64> {
        self.cores.filter(|_| metric == "cpu")
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        self.readings += 1;
        Ok(Reading::of(vec![("cpu", Raw::Gauge(0.2 * f64::from(self.readings)))]))
    }
}

/// A minute of load, unless a watch ends it.
async fn run(sources: impl IntoIterator<Item = Box<dyn Source>>, watches: &[Watch]) -> Run {
    let sampling = watches.iter().cloned().fold(Sampling::of(sources).every(INTERVAL), Sampling::watch);
    Load::new("stress")
        .operation(op("wait", |cx| async move { cx.sleep(Duration::from_millis(1)).await }))
        .measure(Profile::users(2, Duration::from_secs(60)))
        .seed(1)
        .sample_with(sampling)
        .run()
        .await
        .expect("nothing stands in its way")
}

/// Values of a target that a run has.
fn values(run: &Run, target: &str) -> Vec<f64> {
    let series = run.resources.iter().find(|series| series.target == target).expect("it was sampled");
    series.points.iter().filter_map(|(_, value)| *value).collect()
}

fn ninety_per_cent_of(target: &str) -> Watch {
    Watch::share(target, "cpu", 0.9)
}

#[tokio::test]
async fn a_run_ends_when_a_container_is_at_90_per_cent_of_its_cores() {
    let run = run([Container::boxed("container:db", Some(1.5))], &[ninety_per_cent_of("container:db")]).await;
    let stop = &run.stop;
    assert_eq!(stop.cause, StopCause::Watch);
    assert_eq!((stop.target.as_deref(), stop.metric.as_deref()), (Some("container:db"), Some("cpu")));
    assert!((stop.limit.unwrap() - 1.35).abs() < 1e-9, "{stop:?}");
    // 1.4 is the first value above 1.35, the second in a row is 1.6.
    assert!((stop.value.unwrap() - 1.6).abs() < 1e-9, "{stop:?}");
    assert!(run.duration_ns < 60_000_000_000);
}

#[tokio::test]
async fn the_verdict_names_target_metric_value_and_limit() {
    let run = run([Container::boxed("container:db", Some(1.5))], &[ninety_per_cent_of("container:db")]).await;
    assert_eq!(run.verdict.status, Status::Fail);
    insta::assert_snapshot!(
        run.verdict.reasons[0],
        @"stopped by a watch before its time: cpu of container:db was 160 %, the limit is 135 %"
    );
    let limit = run.events.iter().find(|event| event.kind == EventKind::Limit).expect("it is an event too");
    insta::assert_snapshot!(limit.detail, @"cpu was 160 %, the limit is 135 % (90 % of 150 %)");
}

#[tokio::test]
async fn a_run_is_told_to_stop_at_the_second_reading_above_its_limit() {
    let run = run([Container::boxed("container:db", Some(1.5))], &[ninety_per_cent_of("container:db")]).await;
    let told = run.events.iter().find(|event| event.kind == EventKind::Limit).expect("it is an event").t_ns;
    let series = run.resources.iter().find(|series| series.target == "container:db").expect("it was sampled");
    let above = |(at, value): &&(u64, Option<f64>)| *at <= told && value.is_some_and(|value| value > 1.35);
    assert_eq!(series.points.iter().filter(above).count(), 2);
}

#[tokio::test]
async fn what_the_others_used_is_kept() {
    let sources = [Container::boxed("container:db", Some(1.5)), Container::boxed("container:web", Some(8.0))];
    let run = run(sources, &[ninety_per_cent_of("container:db"), ninety_per_cent_of("container:web")]).await;
    assert_eq!(run.stop.target.as_deref(), Some("container:db"));
    assert!(values(&run, "container:web").iter().any(|value| *value >= 1.6));
}

#[tokio::test]
async fn limits_that_are_met_in_the_same_round_are_all_events() {
    let sources = [Container::boxed("container:db", Some(1.5)), Container::boxed("container:web", Some(1.5))];
    let run = run(sources, &[ninety_per_cent_of("container:db"), ninety_per_cent_of("container:web")]).await;
    let mut met: Vec<&str> = run.events.iter().map(|event| event.target.as_str()).collect();
    met.sort_unstable();
    assert_eq!(met, ["container:db", "container:web"]);
}

#[tokio::test]
async fn a_watch_that_can_watch_nothing_is_a_caveat() {
    let sampling = Sampling::of([Container::boxed("container:db", None)])
        .every(INTERVAL)
        .watch(ninety_per_cent_of("container:db"))
        .watch(ninety_per_cent_of("container:dv"));
    let run = Load::new("short")
        .operation(op("nothing", |_| async {}))
        .measure(Profile::iterations(1, 10))
        .sample_with(sampling)
        .run()
        .await
        .unwrap();
    assert_eq!(run.stop.cause, StopCause::Finished);
    let messages: Vec<&str> = run.caveats.iter().map(|caveat| caveat.message.as_str()).collect();
    insta::assert_snapshot!(messages.join("\n"));
}
