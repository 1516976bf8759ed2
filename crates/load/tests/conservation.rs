//! Whatever the plan and whatever the operations do, the account of a run adds up.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use plimsoll_load::{Context, Load, Operation, Outcome, StopHandle, op};
use plimsoll_model::{Overload, PhaseKind, Profile, Run, Think};
use proptest::prelude::*;

/// What a case is made of; times are in units that a test chooses.
#[derive(Debug, Clone)]
struct Case {
    warm_up: Vec<Shape>,
    measure: Vec<Shape>,
    cool_down: Vec<Shape>,
    operations: u64,
    in_flight: u64,
    overload: Overload,
    timeout: Option<u32>,
    drain: u32,
    window: u32,
    stop: Option<(u32, bool)>,
    random_mix: bool,
    think: Option<u32>,
    pacing: Option<u32>,
    seed: u64,
}

#[derive(Debug, Clone)]
enum Shape {
    /// Arrivals in a thousand units, at the start and at the end.
    Rate(u32, u32, u32),
    Users(u64, u32),
    Iterations(u64, u64),
    RampUsers(u64, u64, u32),
    PerUser(u64, u64),
}

fn open() -> impl Strategy<Value = Shape> {
    (0..400u32, 1..400u32, 1..800u32).prop_map(|(from, to, length)| Shape::Rate(from, to, length))
}

fn closed() -> impl Strategy<Value = Shape> {
    let ramp =
        (0..9u64, 1..9u64, 1..800u32).prop_map(|(from, to, length)| Shape::RampUsers(from, to, length));
    prop_oneof![(1..9u64, 1..800u32).prop_map(|(users, length)| Shape::Users(users, length)), ramp]
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![open(), closed()]
}

fn measured() -> impl Strategy<Value = Vec<Shape>> {
    let iterations = (1..9u64, 1..60u64).prop_map(|(users, count)| vec![Shape::Iterations(users, count)]);
    prop_oneof![
        3 => prop::collection::vec(open(), 1..4),
        3 => prop::collection::vec(closed(), 1..4),
        1 => iterations,
        1 => (1..9u64, 1..9u64).prop_map(|(users, count)| vec![Shape::PerUser(users, count)]),
    ]
}

fn overload() -> impl Strategy<Value = Overload> {
    prop_oneof![
        Just(Overload::Drop),
        Just(Overload::Skip),
        (0..20u64).prop_map(|limit| Overload::Queue { limit })
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    let shapes =
        (prop::collection::vec(any_shape(), 0..3), measured(), prop::collection::vec(any_shape(), 0..3));
    let limits = (1..12u64, overload(), prop::option::of(20..500u32), 0..600u32, 300..1_500u32);
    let rest = (1..4u64, prop::option::of((0..2_000u32, any::<bool>())), any::<bool>(), any::<u64>());
    let waits = (prop::option::of(1..100u32), prop::option::of(1..300u32));
    (shapes, limits, rest, waits).prop_map(|(shapes, limits, rest, waits)| {
        let (warm_up, measure, cool_down) = shapes;
        let (in_flight, overload, timeout, drain, window) = limits;
        let (operations, stop, random_mix, seed) = rest;
        let is_closed = |shape: &Shape| !matches!(shape, Shape::Rate(..));
        let has_users = [&warm_up, &measure, &cool_down].into_iter().flatten().any(is_closed);
        let (think, pacing) = if has_users { waits } else { (None, None) };
        // Nothing follows on a number of operations, and nothing that never ends is waited for.
        let is_endless = matches!(measure[..], [Shape::Iterations(..) | Shape::PerUser(..)]);
        let cool_down = if is_endless { Vec::new() } else { cool_down };
        let timeout = if is_endless { timeout.or(Some(500)) } else { timeout };
        Case {
            warm_up,
            measure,
            cool_down,
            operations,
            in_flight,
            overload,
            timeout,
            drain,
            window,
            stop,
            random_mix,
            think,
            pacing,
            seed,
        }
    })
}

struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        calm_panic();
    }
}

/// A panic that leaves the hook, and so the terminal, alone.
fn calm_panic() {
    if !std::thread::panicking() {
        std::panic::resume_unwind(Box::new("calm"));
    }
}

/// An operation that does, by its seed, any of what operations do.
fn unruly(name: String, unit: Duration, stop: Option<(Duration, bool, StopHandle)>) -> Operation {
    op(name, move |cx: Context| {
        if let Some((_, gives_up, stop)) = stop.as_ref().filter(|(at, ..)| cx.now() >= *at) {
            if *gives_up { stop.cancel() } else { stop.interrupt() }
        }
        let (kind, length) = (cx.seed() % 16, u32::try_from(cx.seed() / 16 % 200).unwrap());
        if kind == 0 {
            calm_panic();
        }
        async move {
            let _guard = (kind == 1).then_some(PanicsOnDrop);
            if kind == 2 {
                std::future::pending::<()>().await;
            }
            if kind != 3 {
                cx.sleep(unit * (1 + length)).await;
            }
            match kind {
                4 => calm_panic(),
                5 => return Outcome::fail("refused", "not today"),
                6 => tokio::task::yield_now().await,
                _ => {}
            }
            Outcome::ok().items(length.into())
        }
    })
}

fn profile(shape: &Shape, unit: Duration) -> Profile {
    let per_second = |rate: u32| f64::from(rate) / (1_000.0 * unit.as_secs_f64());
    let profile = match *shape {
        Shape::Rate(from, to, length) => Profile::ramp(per_second(from), per_second(to), unit * length),
        Shape::Users(users, length) => Profile::users(users, unit * length),
        Shape::Iterations(users, iterations) => Profile::iterations(users, iterations),
        Shape::RampUsers(from, to, length) => Profile::ramp_users(from, to, unit * length),
        Shape::PerUser(users, iterations) => Profile::per_user(users, iterations),
    };
    profile.unwrap()
}

fn load(case: &Case, unit: Duration) -> Load {
    let mut load = Load::new("case").seed(case.seed).in_flight(case.in_flight).overload(case.overload);
    let stop = case.stop.map(|(at, gives_up)| (unit * at, gives_up, load.stop_handle()));
    let operation = |n: u64| (n + 1, unruly(format!("op-{n}"), unit, stop.clone()));
    load = load.mix((0..case.operations).map(operation)).drain(unit * case.drain).window(unit * case.window);
    load = case.warm_up.iter().fold(load, |load, shape| load.warm_up(profile(shape, unit)));
    load = case.measure.iter().fold(load, |load, shape| load.measure(profile(shape, unit)));
    load = case.cool_down.iter().fold(load, |load, shape| load.cool_down(profile(shape, unit)));
    if case.random_mix {
        load = load.random_mix();
    }
    if let Some(think) = case.think {
        load = load.think_time(Think::exponential(unit * think));
    }
    if let Some(pacing) = case.pacing {
        load = load.pacing(unit * pacing);
    }
    match case.timeout {
        Some(timeout) => load.timeout(unit * timeout),
        None => load.no_timeout(),
    }
}

fn check(case: &Case, run: &Run) {
    let is_open = matches!(case.measure[0], Shape::Rate(..));
    let was_stopped = run.stop.cause != plimsoll_model::StopCause::Finished;
    for scenario in &run.scenarios {
        let counts = &scenario.counts;
        assert!(counts.is_conserved(), "{counts:?}");
        for latency in [&scenario.latency.response, &scenario.latency.service, &scenario.latency.queue] {
            assert_eq!(latency.count, counts.started);
        }
        let windows = || run.windows.iter().filter(|window| window.scenario == scenario.name);
        assert_eq!(windows().map(|window| window.started).sum::<u64>(), counts.started);
        assert_eq!(windows().map(|window| window.completed).sum::<u64>(), counts.started);
        assert_eq!(windows().map(|window| window.ok).sum::<u64>(), counts.ok);
        assert_eq!(windows().map(|window| window.failed).sum::<u64>(), counts.errors());
        let offered: u64 = windows().map(|window| window.offered).sum();
        // In real time a lane may be kept from its thread for longer than its drain: then it has not come to
        // the last arrivals, which are not started.
        let saw_all = run.generator.mode == plimsoll_model::GeneratorMode::Virtual && !was_stopped;
        match (is_open, !saw_all) {
            (true, false) => assert_eq!(offered, counts.planned),
            (true, true) => assert!(offered <= counts.planned && offered >= counts.started),
            (false, _) => assert_eq!(offered, counts.started),
        }
        assert_eq!(scenario.errors.iter().map(|error| error.count).sum::<u64>(), counts.errors());
        let mut end = None;
        for window in windows() {
            assert!(end.is_none_or(|end| end == window.start_ns), "a gap before {window:?}");
            end = Some(window.start_ns + window.length_ns);
        }
        // Work that took no time at all is still in a window, of a nanosecond.
        let end = end.filter(|_| run.measured_ns() > 0).unwrap_or(0);
        assert!(end <= run.duration_ns, "{end} of {}", run.duration_ns);
    }
    check_phases(run, was_stopped);
}

fn check_phases(run: &Run, was_stopped: bool) {
    let mut start = 0;
    for (phase, planned) in run.phases.iter().zip(&run.plan.phases) {
        assert_eq!((&phase.name, phase.start_ns), (&planned.name, start));
        start += phase.length_ns;
        if let Some(length) = planned.profile.length_ns() {
            assert!(phase.length_ns == length || was_stopped && phase.length_ns < length);
        }
    }
    assert!(was_stopped || run.phases.len() == run.plan.phases.len());
    assert!(start <= run.duration_ns, "phases end at {start}, the run at {}", run.duration_ns);
    let measured = run.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure);
    assert_eq!(measured.map(|phase| phase.length_ns).sum::<u64>(), run.measured_ns());
}

fn carry_out(load: Load) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(load.run()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_virtual_time(case in cases()) {
        let load = load(&case, Duration::from_millis(1)).virtual_time();
        check(&case, &carry_out(load));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_dedicated_threads(case in cases(), threads in prop::sample::select(vec![1usize, 2, 3, 5])) {
        let load = load(&case, Duration::from_micros(20)).dedicated_threads(threads);
        check(&case, &carry_out(load));
    }

    #[test]
    fn on_the_callers_runtime(case in cases(), workers in 1..3usize) {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(workers).enable_all().build().unwrap();
        let load = load(&case, Duration::from_micros(20));
        check(&case, &runtime.block_on(load.run()).unwrap());
    }
}
