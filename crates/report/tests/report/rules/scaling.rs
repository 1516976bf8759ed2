//! How throughput grows, up to where, and what would move that point.

use plimsoll_model::{Analysis, Profile, Scaling, Set, SetRun, TargetKind, Unit, Window};
use plimsoll_report::analyze;

use super::{calm, host};
use crate::support;

/// A set with a run for each level, its throughput, and the CPU of the machine in it.
fn levels(points: &[(f64, f64)], cpu: f64, change: impl Fn(&mut SetRun, f64)) -> Set {
    let mut set = calm();
    let one = set.runs.remove(0);
    set.runs = points
        .iter()
        .map(|(level, throughput)| {
            let mut place = one.clone();
            place.run.scenarios[0].throughput.achieved_per_s = *throughput;
            place.run.resources = vec![host("cpu", Unit::Ratio, cpu * throughput / points[0].1)];
            change(&mut place, *level);
            place
        })
        .collect();
    for (index, place) in set.runs.iter_mut().enumerate() {
        place.iteration = index as u64 + 1;
    }
    set
}

fn users(place: &mut SetRun, users: f64) {
    let length_ns = 60_000_000_000;
    place.run.plan.phases[1].profile = Profile::Users { users: users as u64, length_ns };
}

fn rate(place: &mut SetRun, rate: f64) {
    place.run.plan.phases[1].profile =
        Profile::hold(rate, std::time::Duration::from_secs(60)).expect("a fixture is valid");
}

fn workers(place: &mut SetRun, workers: f64) {
    place.run.plan.parameters.insert("workers".to_owned(), workers.to_string());
}

fn scaling(set: &Set) -> Scaling {
    analyze(set).scaling.expect("enough levels")
}

#[test]
fn two_levels_are_not_enough() {
    assert_eq!(analyze(&levels(&[(1.0, 10.0), (2.0, 20.0)], 0.1, workers)).scaling, None);
    assert_eq!(analyze(&calm()).scaling, None);
}

#[test]
fn without_a_limit_nothing_is_called_for() {
    let found = scaling(&levels(&[(1.0, 10.0), (2.0, 19.8), (4.0, 39.0)], 0.1, workers));
    assert_eq!((found.dimension.as_str(), found.knee), ("workers", None));
    assert_eq!(found.points, [(1.0, 1.0), (2.0, 1.98), (4.0, 3.9)]);
    assert_eq!(found.law.as_deref(), Some("amdahl"));
    assert!(found.advice.starts_with("no limit was reached up to workers 4: neither"), "{}", found.advice);
}

#[test]
fn used_up_cpu_is_vertical_while_the_work_can_be_spread() {
    let found = scaling(&levels(&[(1.0, 10.0), (2.0, 19.9), (4.0, 39.4), (5.0, 39.6)], 0.22, workers));
    assert_eq!(found.knee, Some(4.0));
    assert!(
        found
            .advice
            .starts_with("from workers 4 on more does not help, since CPU is used up: scale vertically"),
        "{}",
        found.advice
    );
}

#[test]
fn used_up_cpu_is_horizontal_where_much_of_the_work_is_serial() {
    let found = scaling(&levels(&[(1.0, 10.0), (2.0, 14.0), (4.0, 16.0), (8.0, 16.5)], 0.55, workers));
    assert!(found.advice.contains("scale horizontally, since") && found.advice.contains("is serial"));
}

#[test]
fn one_busy_core_is_horizontal() {
    let found = scaling(&levels(&[(1.0, 100.0), (10.0, 400.0), (50.0, 410.0)], 0.1, |place, level| {
        users(place, level);
        let cpu = support::series("process", TargetKind::Process, "cpu", Unit::Ratio, 0.99, 1.0);
        place.run.resources.push(cpu);
    }));
    assert_eq!((found.dimension.as_str(), found.knee), ("users", Some(10.0)));
    assert!(
        found.advice.starts_with("from 10 users on more does not help, since one thread does all the work"),
        "{}",
        found.advice
    );
}

#[test]
fn a_limit_without_a_cause_is_no_reason_to_buy() {
    let found = scaling(&levels(&[(1.0, 100.0), (10.0, 400.0), (50.0, 410.0)], 0.1, users));
    assert!(found.advice.contains("nothing that was sampled is used up, so neither"), "{}", found.advice);
}

#[test]
fn a_saturated_generator_says_nothing_of_the_service() {
    let found = scaling(&levels(&[(100.0, 100.0), (200.0, 200.0), (400.0, 250.0)], 0.1, |place, level| {
        rate(place, level);
        place.run.generator.cpu_ratio = Some(0.97);
    }));
    assert_eq!((found.dimension.as_str(), found.knee), ("rate", Some(200.0)));
    assert!(found.advice.ends_with("the generator was the limit, so nothing follows for the service"));
}

#[test]
fn six_levels_are_fitted_by_the_universal_law() {
    let law = |n: f64| (n, 100.0 * n / (1.0 + 0.03 * (n - 1.0) + 0.004 * n * (n - 1.0)));
    let found = scaling(&levels(&[1.0, 2.0, 4.0, 8.0, 12.0, 16.0].map(law), 0.01, users));
    assert_eq!(found.law.as_deref(), Some("usl"));
    assert!(found.knee.is_some_and(|knee| (8.0..=16.0).contains(&knee)), "{found:?}");
}

#[test]
fn the_most_that_the_law_gives_is_a_range_and_may_lie_beyond_what_was_measured() {
    let law = |n: f64| 100.0 * n / (1.0 + 0.02 * (n - 1.0) + 0.001 * n * (n - 1.0));
    let noise = [1.01, 0.985, 1.02, 0.99, 1.015, 0.98, 1.005];
    let points: Vec<(f64, f64)> = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0]
        .into_iter()
        .zip(noise)
        .map(|(users, noise)| (users, law(users) * noise))
        .collect();
    let found = scaling(&levels(&points, 0.01, users));
    let most = found.capacity.expect("a place where throughput ends to grow");
    let truth = (0.98_f64 / 0.001).sqrt();
    assert!(most.lower < truth && most.upper.is_some_and(|upper| truth < upper), "{most:?}");
    assert!(most.lower < most.level && most.level > 24.0, "{most:?}");
    let sentence = found.advice;
    assert!(sentence.contains("users give the most") && sentence.contains("95 % interval"), "{sentence}");
}

#[test]
fn fewer_levels_than_six_have_no_such_range() {
    let law = |n: f64| (n, 100.0 * n / (1.0 + 0.03 * (n - 1.0) + 0.004 * n * (n - 1.0)));
    assert_eq!(scaling(&levels(&[1.0, 2.0, 4.0, 8.0, 12.0].map(law), 0.01, users)).capacity, None);
}

#[test]
fn the_steps_of_one_run_are_levels() {
    let mut set = calm();
    let run = &mut set.runs[0].run;
    let second = 1_000_000_000;
    run.plan.phases[1].profile = Profile::steps(&[100.0, 200.0, 400.0], std::time::Duration::from_secs(2))
        .expect("a fixture is valid");
    let start = run.phases[1].start_ns;
    let window = run.windows[0].clone();
    let at = |index: u64, ok| Window { start_ns: start + index * second, ok, ..window.clone() };
    run.windows = [100, 100, 199, 200, 250, 240].iter().zip(0..).map(|(ok, index)| at(index, *ok)).collect();
    let found = scaling(&set);
    assert_eq!((found.dimension.as_str(), found.knee), ("rate", Some(200.0)));
    assert_eq!(found.points, [(100.0, 1.0), (200.0, 1.995), (400.0, 2.45)]);
}

#[test]
fn different_operations_are_not_levels_of_one() {
    let mut set = levels(&[(1.0, 100.0), (10.0, 400.0), (50.0, 410.0)], 0.1, users);
    set.runs[1].run.plan.scenarios[0].name = "other".to_owned();
    assert_eq!(analyze(&set).scaling, None);
}

#[test]
fn what_other_estimators_found_is_kept() {
    let mut set = calm();
    let scaling = Scaling {
        dimension: "workers".to_owned(),
        points: vec![(1.0, 1.0), (2.0, 1.9)],
        law: None,
        knee: None,
        capacity: None,
        advice: "add workers".to_owned(),
    };
    set.analysis = Some(Analysis { scaling: Some(scaling.clone()), ..Analysis::default() });
    assert_eq!(analyze(&set).scaling, Some(scaling));
}
