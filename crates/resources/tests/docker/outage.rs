//! An engine that goes away and comes back.

use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{EventKind, GapCause};
use plimsoll_resources::{Host, Sampler, Source};

use crate::engine::own;
use crate::probe::{Probe, of};
use crate::sampled::{rounds, series};
use crate::{container, show};

#[tokio::test]
async fn an_engine_that_was_away_is_a_gap_and_what_it_forgot_is_found_out() {
    let Some(engine) = own() else { return };
    engine.run("survivor", &["--restart", "always"], "while :; do sleep 0.1; done");
    let mut probe = Probe::new(container(&engine, "survivor"));
    probe
        .until("a value", |values, _| values.as_ref().is_ok_and(|values| of(values, "cpu").is_ok()))
        .await
        .expect("it runs");
    probe.noticed.clear();
    engine.stop();
    let error = probe.next().await.expect_err("nobody answers");
    assert_eq!(error.cause(), GapCause::Unavailable, "{error}");
    assert!(error.to_string().ends_with("is the Docker engine running?"), "{error}");
    engine.start_again();
    let values = probe.until("it runs again", |values, _| values.is_ok()).await.expect("it runs");
    assert_eq!(of(&values, "cpu"), Err(GapCause::CounterReset));
    assert!(probe.value("cpu").await.is_ok());
    probe.next().await.expect("it runs");
    let kinds: Vec<_> = probe.noticed.iter().map(|noticed| (noticed.kind, noticed.detail.as_str())).collect();
    assert!(kinds.iter().any(|(kind, _)| *kind == EventKind::Die), "{kinds:?}");
    assert!(kinds.iter().any(|(kind, _)| *kind == EventKind::Start), "{kinds:?}");
    show(format_args!("{kinds:?}"));
}

#[tokio::test]
async fn ten_seconds_without_an_engine_are_a_gap_of_its_container_alone() {
    let Some(engine) = own() else { return };
    engine.run("long", &["--restart", "always"], "sleep 1000");
    let sources: Vec<Box<dyn Source>> = vec![Box::new(container(&engine, "long")), Box::new(Host::new())];
    let sampler =
        Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System)).expect("a thread");
    rounds(2).await;
    engine.stop();
    rounds(5).await;
    engine.start_again();
    Probe::new(container(&engine, "long"))
        .until("it runs again", |values, _| values.is_ok())
        .await
        .expect("it runs");
    rounds(2).await;
    let sampled = sampler.stop();
    let (memory, host) = (series(&sampled, "container:long", "memory"), series(&sampled, "host", "memory"));
    let causes: Vec<_> = memory.gaps.iter().map(|gap| gap.cause).collect();
    assert!(causes.contains(&GapCause::Unavailable), "{causes:?}");
    assert!(memory.points.first().is_some_and(|(_, value)| value.is_some()), "{:?}", memory.points);
    assert!(memory.points.last().is_some_and(|(_, value)| value.is_some()), "{:?}", memory.points);
    assert!(host.gaps.iter().all(|gap| gap.cause == GapCause::Late), "{:?}", host.gaps);
    assert!(host.summary.count > memory.summary.count, "{host:?}");
    let kinds: Vec<_> = sampled.events.iter().map(|event| event.kind).collect();
    assert!(kinds.contains(&EventKind::Die) && kinds.contains(&EventKind::Start), "{kinds:?}");
}
