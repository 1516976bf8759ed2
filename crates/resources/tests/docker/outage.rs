//! An engine that goes away and comes back.

use plimsoll_model::{EventKind, GapCause};

use crate::engine::own;
use crate::probe::{Probe, of};
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
