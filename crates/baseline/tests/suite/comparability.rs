//! What has to agree before numbers are compared.

use plimsoll_baseline::{Thresholds, screening};
use plimsoll_model::{
    Comparison, Condition, ContainerLimits, Effect, Environment, GeneratorMode, Isolation, MixOrder,
    Overload, Plan, Profile, SchemaVersion, Set, SetRun, Status,
};

use crate::support::{Figures, set_of, single, with_run};

fn compare_after(change: impl FnOnce(&mut Set)) -> Comparison {
    let mut candidate = single("after", Figures::default());
    change(&mut candidate);
    screening::compare(&single("before", Figures::default()), &candidate, &Thresholds::default())
}

/// A field, and something that makes it differ.
type Change<T> = (&'static str, fn(&mut T));

/// The fields that differ, with what that means.
fn differences(comparison: &Comparison) -> Vec<(&str, Effect)> {
    let differing = comparison.comparability.iter().filter(|entry| entry.effect != Effect::Same);
    differing.map(|entry| (entry.field.as_str(), entry.effect)).collect()
}

#[test]
fn equal_circumstances_are_listed_as_the_same() {
    let comparison = compare_after(|_| {});
    assert!(differences(&comparison).is_empty());
    assert!(comparison.comparability.iter().any(|entry| entry.field == "cpu_model"));
    assert!(comparison.comparability.iter().any(|entry| entry.field == "checkout: plan.in_flight"));
}

#[test]
fn another_machine_is_refused_with_everything_that_differs() {
    let comparison = compare_after(|set| {
        let environment = &mut set.environment;
        environment.cpu_model = "Model B".to_owned();
        environment.cores = 16;
        environment.memory_bytes = 32_000_000_000;
        environment.os = "Linux 2".to_owned();
        environment.gpu = Some("G1".to_owned());
        environment.container_limits =
            Some(ContainerLimits { cpu_millicores: Some(500), memory_bytes: None });
    });
    assert!(comparison.metrics.is_empty());
    assert_eq!(comparison.verdict.status, Status::Invalid);
    insta::assert_snapshot!(comparison.verdict.reasons.join("\n"));
}

#[test]
fn memory_within_one_percent_is_the_same() {
    let with = |memory_bytes| compare_after(|set| set.environment.memory_bytes = memory_bytes).verdict.status;
    assert_eq!([with(7_930_000_000), with(7_900_000_000)], [Status::Pass, Status::Invalid]);
}

#[test]
fn another_build_or_label_is_a_caveat() {
    let changes: [Change<Environment>; 6] = [
        ("label", |it| it.label = "staging".to_owned()),
        ("kernel", |it| it.kernel = "2.0".to_owned()),
        ("rustc", |it| it.rustc = "1.90.0".to_owned()),
        ("git_revision", |it| it.git_revision = Some("abc".to_owned())),
        ("git_revision", |it| it.git_dirty = Some(true)),
        ("software", |it| drop(it.software.insert("redis".to_owned(), "7".to_owned()))),
    ];
    for (field, change) in changes {
        let comparison = compare_after(|set| change(&mut set.environment));
        assert_eq!(differences(&comparison), [(field, Effect::Caveat)]);
        assert_eq!(comparison.verdict.status, Status::Pass);
        assert!(comparison.caveats.iter().any(|caveat| caveat.code == "other_circumstances"));
    }
}

#[test]
fn another_schema_major_is_refused_and_a_minor_is_not() {
    let with = |major, minor| {
        compare_after(|set| set.schema_version = SchemaVersion { major, minor }).verdict.status
    };
    assert_eq!([with(1, 9), with(2, 0)], [Status::Pass, Status::Invalid]);
}

#[test]
fn every_field_of_the_plan_that_decides_the_load_is_refused() {
    let changes: [Change<Plan>; 10] = [
        ("plan.name", |it| it.name = "other".to_owned()),
        ("plan.scenarios", |it| it.scenarios[0].weight = 2),
        ("plan.mix", |it| it.mix = MixOrder::Random),
        ("plan.phases", |it| it.phases[0].profile = Profile::Users { users: 5, length_ns: 1 }),
        ("plan.phases", |it| it.phases[0].name = "steady".to_owned()),
        ("plan.in_flight", |it| it.in_flight = 200),
        ("plan.overload", |it| it.overload = Overload::Skip),
        ("plan.timeout", |it| it.timeout_ns = None),
        ("plan.drain", |it| it.drain_ns = 1),
        ("plan.parameters.payload", |it| drop(it.parameters.insert("payload".to_owned(), "1KB".to_owned()))),
    ];
    for (field, change) in changes {
        let comparison = compare_after(|set| change(&mut set.runs[0].run.plan));
        assert_eq!(differences(&comparison), [(format!("checkout: {field}").as_str(), Effect::Refused)]);
        assert_eq!(comparison.verdict.status, Status::Invalid);
    }
}

#[test]
fn thresholds_of_a_plan_do_not_matter() {
    let threshold: Condition = "p95 < 1s".parse().unwrap();
    let comparison = compare_after(|set| set.runs[0].run.plan.thresholds.push(threshold));
    assert!(differences(&comparison).is_empty());
}

#[test]
fn circumstances_of_a_run_are_caveats() {
    let changes: [Change<SetRun>; 3] = [
        ("isolation", |it| it.isolation = Isolation::InProcess),
        ("generator.mode", |it| it.run.generator.mode = GeneratorMode::CallerRuntime),
        ("plan.samples", |it| it.run.plan.samples.push("host".to_owned())),
    ];
    for (field, change) in changes {
        let comparison = compare_after(|set| change(&mut set.runs[0]));
        assert_eq!(differences(&comparison), [(format!("checkout: {field}").as_str(), Effect::Caveat)]);
    }
}

#[test]
fn virtual_time_is_refused_beside_real_time() {
    let comparison = compare_after(|set| set.runs[0].run.generator.mode = GeneratorMode::Virtual);
    assert_eq!(comparison.verdict.status, Status::Invalid);
}

#[test]
fn one_unlike_run_is_enough_to_refuse() {
    let runs = [Figures::default(), Figures::default()];
    let mut candidate = set_of("after", &runs);
    candidate.runs[1].run.plan.in_flight = 7;
    let comparison = screening::compare(&set_of("before", &runs), &candidate, &Thresholds::default());
    assert_eq!(comparison.verdict.status, Status::Invalid);
}

#[test]
fn another_plan_refuses_its_workload_and_the_rest_is_still_shown() {
    let both = |id| with_run(single(id, Figures::default()), "search", &Figures::default());
    let mut candidate = both("after");
    candidate.runs[0].run.plan.in_flight = 7;
    let comparison = screening::compare(&both("before"), &candidate, &Thresholds::default());
    assert_eq!(comparison.verdict.status, Status::Invalid);
    assert!(
        !comparison.metrics.is_empty() && comparison.metrics.iter().all(|line| line.workload == "search")
    );
}
