//! What operations and the generator say of themselves.

use std::collections::BTreeMap;

use plimsoll_metrics::brief;
use plimsoll_model::{Counts, DropCause, PhaseKind, Profile, Window};

use super::{rules, with_run, with_scenario};
use crate::support::{self, histogram};

#[test]
fn errors_need_more_than_one_percent() {
    let with_failed = |failed: u64| {
        let counts =
            Counts { planned: 1_000, started: 1_000, failed, ok: 1_000 - failed, ..Counts::default() };
        with_scenario(|scenario| scenario.counts = counts)
    };
    assert_eq!(rules(&with_failed(11)), ["error_rate"]);
    assert!(rules(&with_failed(10)).is_empty());
}

#[test]
fn a_queue_needs_more_than_a_quarter_of_the_response_time() {
    let with_queue = |share: f64| {
        with_scenario(|scenario| {
            scenario.latency.response.mean_ns = Some(1e6);
            scenario.latency.queue.mean_ns = Some(1e6 * share);
        })
    };
    assert_eq!(rules(&with_queue(0.26)), ["queue_build_up"]);
    assert!(rules(&with_queue(0.25)).is_empty());
}

#[test]
fn drops_need_one_arrival_that_was_due() {
    let dropped = BTreeMap::from([(DropCause::InFlightCap, 1)]);
    let with_counts = |counts| with_scenario(|scenario| scenario.counts = counts);
    let one = Counts { planned: 100, started: 99, ok: 99, dropped, ..Counts::default() };
    let none_due = Counts { planned: 100, started: 99, ok: 99, not_started: 1, ..Counts::default() };
    assert_eq!(rules(&with_counts(one)), ["drops"]);
    assert!(rules(&with_counts(none_due)).is_empty());
}

#[test]
fn a_late_generator_is_later_than_a_millisecond_and_a_tenth_of_the_median() {
    let with_lag = |lag: u64, median: u64| {
        with_run(|run| {
            run.generator.schedule_lag = support::latency(&[(lag, 100)]);
            run.scenarios[0].latency.response = support::latency(&[(median, 100)]);
        })
    };
    let millisecond = 1_000_000;
    assert_eq!(rules(&with_lag(2 * millisecond, 10 * millisecond)), ["generator_saturated"]);
    assert!(rules(&with_lag(2 * millisecond, 30 * millisecond)).is_empty());
    assert!(rules(&with_lag(millisecond * 9 / 10, millisecond)).is_empty());
}

#[test]
fn a_busy_generator_uses_more_than_80_percent_of_its_threads() {
    let with_cpu = |cpu| with_run(|run| run.generator.cpu_ratio = Some(cpu));
    assert_eq!(rules(&with_cpu(0.81)), ["generator_saturated"]);
    assert!(rules(&with_cpu(0.80)).is_empty());
}

#[test]
fn a_tail_is_ten_medians_away_and_ten_milliseconds() {
    let with_tail = |p50: u64, p99: u64| {
        with_scenario(|scenario| {
            scenario.latency.response = support::latency(&[(p50, 9_800), (p99, 200)]);
        })
    };
    let millisecond = 1_000_000;
    assert_eq!(rules(&with_tail(2 * millisecond, 21 * millisecond)), ["latency_tail"]);
    assert!(rules(&with_tail(2 * millisecond, 19 * millisecond)).is_empty());
    assert!(rules(&with_tail(millisecond / 2, 9 * millisecond)).is_empty());
}

#[test]
fn a_tail_of_a_few_operations_says_nothing() {
    let few = |times: u64| {
        with_scenario(|scenario| {
            scenario.latency.response = support::latency(&[(1_000_000, times - 20), (900_000_000, 20)]);
        })
    };
    assert_eq!(rules(&few(1_000)), ["latency_tail"]);
    assert!(rules(&few(999)).is_empty());
}

#[test]
fn growth_is_half_as_much_again_under_the_same_load() {
    assert_eq!(rules(&growing(15, 1.6, false)), ["latency_growth"]);
    assert!(rules(&growing(15, 1.4, false)).is_empty());
    assert!(rules(&growing(8, 1.6, false)).is_empty(), "too few windows");
    assert!(rules(&growing(15, 1.6, true)).is_empty(), "another load at the end");
}

/// Windows whose service times grow evenly from 4 ms to so many times of it.
fn growing(windows: u64, times: f64, is_ramp: bool) -> plimsoll_model::Analysis {
    with_run(|run| {
        let window = run.windows[0].clone();
        let service = |index: u64| {
            let share = index as f64 / (windows - 1) as f64;
            // Beyond the middle of the last third, so that its median has grown by that much.
            let ns = 4e6 * (1.0 + (times - 1.0) * (share * 1.5 - 0.25).clamp(0.0, 1.0));
            brief(&histogram(&[(ns as u64, 100)]))
        };
        run.windows =
            (0..windows).map(|index| Window { service: service(index), ..window.clone() }).collect();
        let phase = run
            .plan
            .phases
            .iter_mut()
            .find(|phase| phase.kind == PhaseKind::Measure)
            .expect("a fixture is valid");
        if let (true, Profile::Rate { stages }) = (is_ramp, &mut phase.profile) {
            stages[0].from = 1.0;
        }
    })
}
