//! The program as a process, on a Docker engine of its own and without one.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

#[expect(dead_code, reason = "the tests of resources use the rest of it")]
#[path = "../../../crates/resources/tests/docker/engine.rs"]
mod engine;
mod support;

use std::fs;

use plimsoll::model::{LeakVerdict, Status};

use crate::support::{Place, number, ready, said, set_of};

#[expect(clippy::print_stdout, reason = "the figures are evidence; shown with --nocapture")]
fn show(figure: std::fmt::Arguments<'_>) {
    println!("{figure}");
}

const CHARTS: [&str; 9] = [
    "overview/cpu_heatmap",
    "overview/memory_heatmap",
    "duration/duration_timeline_app",
    "duration/duration_timeline_beside",
    "stress/stress_timeline_app",
    "stress/stress_comparison_cpu",
    "stress/stress_comparison_memory",
    "speed_scaling/speed_scaling_cpu",
    "speed_scaling/speed_scaling_memory",
];

#[test]
fn all_four_protocols_feed_each_other_and_leave_their_files_and_a_leak_is_found() {
    let Some(place) = ready() else { return };
    // Both have the teeth of a collector; only one leaks.
    let teeth = [("SAWTOOTH_MB", "8"), ("BESIDE_SAWTOOTH_MB", "8"), ("BESIDE_UNITS", "1")];
    let leaky = place.with(&[&[("LEAK_MB_PER_MIN", "30")], &teeth[..]].concat());
    let output = leaky.run(&["run", "--clean"]);
    show(format_args!("{}", said(&output)));
    let (folder, set) = leaky.result();
    let protocol = set.protocol.as_ref().unwrap();
    let names: Vec<_> = protocol.scenarios.iter().map(|scenario| scenario.scenario_name.as_str()).collect();
    assert_eq!(names, ["idle", "stress", "leak", "speed"]);
    assert!(protocol.scenarios.iter().all(|scenario| !scenario.aborted), "{protocol:?}");

    // Half a core at 90 %: the trigger names all four, and ends the batch within two readings of the load that did it.
    let stress = &protocol.scenarios[1];
    let trigger = &stress.metadata["trigger"];
    assert_eq!(
        (trigger["container"].as_str(), trigger["metric"].as_str()),
        (Some("container:app"), Some("cpu"))
    );
    assert!((number(&trigger["limit"]) - 0.45).abs() < 1e-9, "{trigger}");
    assert!(number(&trigger["value"]) >= 0.45, "{trigger}");
    assert_eq!(set.derived_config["threshold_cpu(container:beside)"], "135 %");

    // Half of what stress found drives the leak test, all of it speed.
    let held: u64 = set.derived_config["stress_load"].parse().unwrap();
    assert_eq!(set.derived_config["duration_load"], (held / 2).max(1).to_string());
    let steps = protocol.scenarios[3].metadata["step_results"].as_array().unwrap();
    for (step, doubled) in steps.iter().zip(1_u32..) {
        let multiplier = 2_u64.pow(doubled);
        assert_eq!(
            (&step["multiplier"], &step["load"]),
            (&multiplier.into(), &(held / multiplier).max(1).into())
        );
        assert_eq!(step["threshold_hit"], steps.len() == doubled as usize);
    }
    assert_eq!(protocol.scenarios[3].metadata["stopped_by_threshold"], true);
    let conclusion = protocol.scenarios[3].metadata["conclusion"].as_str().unwrap();
    assert!(conclusion.starts_with("CPU-bound at speed"), "{conclusion}");

    // 30 MB in a minute, under the teeth of a collector; the container beside it has the teeth alone.
    let leak = &protocol.scenarios[2];
    show(format_args!("{}\n{}", leak.metadata["leaks"], leak.metadata["cooldown_analysis"]));
    let of_app = &leak.metadata["leaks"]["container:app"];
    assert_eq!(of_app["verdict"], "leak");
    assert!(number(&of_app["lower_mb_per_min"]) > 1.0, "{of_app}");
    // Surely none, or too short to say: three minutes are the least for either.
    let of_beside = &leak.metadata["leaks"]["container:beside"];
    assert!(
        ["normal", "not_enough_data"].iter().any(|verdict| of_beside["verdict"] == *verdict),
        "{of_beside}"
    );
    let cooled = &leak.metadata["cooldown_analysis"]["container:app"];
    assert!((number(&cooled["retained_mb"]) - 100.0).abs() < 3.0, "{cooled}");
    assert_eq!(output.status.code(), Some(1), "a leak fails");
    let analysis = set.analysis.as_ref().unwrap();
    let told = analysis.leaks.iter().find(|leak| leak.target == "container:app").unwrap();
    assert_eq!(told.verdict, LeakVerdict::Leak);
    assert!(analysis.findings.iter().any(|finding| finding.rule == "memory_leak"), "{:?}", analysis.findings);

    for name in CHARTS {
        for extension in ["html", "png"] {
            let file = folder.join(format!("charts/{name}.{extension}"));
            assert!(fs::metadata(&file).is_ok_and(|file| file.len() > 500), "{}", file.display());
        }
    }
    assert!(place.engine.docker(&["ps", "--all", "--quiet"]).is_empty(), "what it started is gone");

    // Without any engine the same file gives the same analysis.
    let stored = folder.join("latest.json");
    let analyzed = place.elsewhere(&["analyze", &stored.display().to_string(), "--format", "json"]);
    assert_eq!(analyzed.status.code(), Some(0), "{}", said(&analyzed));
    assert_eq!(set_of(&analyzed.stdout).analysis, set.analysis);
}

#[test]
fn a_leak_test_that_is_too_short_says_so() {
    let Some(place) = ready() else { return };
    let quick = ["--most", "6", "--batch", "3", "--speed-max", "2", "--speed-step", "2s", "--active", "5s"];
    let output = place.run(&[&["run", "--clean", "--no-charts"], &quick[..]].concat());
    let (_, set) = place.result();
    let leak = &set.protocol.unwrap().scenarios[2];
    assert_eq!(leak.metadata["leaks"]["container:app"]["verdict"], "not_enough_data", "{}", said(&output));
    let reason = "leak: whether memory of container:app leaks cannot be said: too short or too noisy";
    assert!(set.verdict.reasons.iter().any(|told| told.starts_with(reason)), "{:?}", set.verdict);
    assert_eq!((set.verdict.status, output.status.code()), (Status::Inconclusive, Some(0)));
}

#[test]
fn a_kill_for_lack_of_memory_aborts_and_what_follows_refuses_with_the_reason() {
    let Some(place) = ready() else { return };
    let hungry = place.with(&[("HOG_MB_PER_UNIT", "12"), ("APP_MEMORY", "64m")]);
    let output = hungry.run(&["run", "--clean", "--no-charts", "--batch", "3"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let (_, set) = hungry.result();
    let scenarios = set.protocol.unwrap().scenarios;
    let why = |index: usize| scenarios[index].metadata["aborted_because"].as_str().unwrap().to_owned();
    show(format_args!("{}\n{}", why(1), why(2)));
    assert!(!scenarios[0].aborted && scenarios[1..].iter().all(|scenario| scenario.aborted));
    assert!(why(1).starts_with("container:app ran out of memory after "), "{}", why(1));
    assert_eq!(scenarios[1].metadata["load_reached"], 3);
    assert_eq!(why(2), format!("stress found no load that holds: {}", why(1)));
    assert_eq!(why(3), why(2));
    assert_eq!(set.verdict.status, Status::Fail);
}

#[test]
fn killed_in_the_middle_it_leaves_what_there_was_and_nothing_of_others_is_touched() {
    let Some(place) = ready() else { return };
    let mut child = place.command(&["run", "--clean", "--no-charts"]).spawn().unwrap();
    let kept = place.wait_for_result();
    child.kill().unwrap();
    child.wait().unwrap();
    // The compose that it may have started comes to its end by itself.
    std::thread::park_timeout(std::time::Duration::from_secs(15));
    let set = set_of(&fs::read(kept).unwrap());
    let scenarios = &set.protocol.as_ref().unwrap().scenarios;
    assert_eq!(scenarios[0].scenario_name, "idle");
    assert_eq!(set.verdict.status, Status::Interrupted);
    assert!(set.verdict.reasons[0].starts_with("this was written after "), "{:?}", set.verdict);

    // What it left runs on; a project that somebody else started is refused.
    let theirs = format!("--label=com.docker.compose.project={}", "theirs");
    place.engine.run("theirs-1", &["--network=none", &theirs], "sleep 1000");
    let refused = place.run(&["run", "--clean", "--no-charts", "--project", "theirs"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("containers that were not started here (theirs-1)"),
        "{}",
        said(&refused)
    );
    assert_eq!(place.engine.inspect("theirs-1", ".State.Running"), "true");

    // Its own is taken up again: the process that started it is no more.
    let again = place.command(&["run", "--clean", "--no-charts", "--most", "3", "--batch", "3"]);
    let again = support::interrupted(again, &place);
    assert_eq!(again.status.code(), Some(130), "{}", said(&again));
}

#[test]
fn check_tells_every_state_apart_by_text_and_code() {
    let Some(place) = ready() else { return };
    let engine = &place.engine;
    let checked = |name: &str, check: &str, interval: &str| {
        let options =
            ["--network=none", "--health-retries=1", "--health-cmd", check, "--health-interval", interval];
        engine.run(name, &options, "sleep 1000");
    };
    checked("well", "true", "1s");
    checked("ill", "exit 1", "1s");
    checked("undecided", "true", "1h");
    engine.run("ended", &["--network=none"], "exit 3");
    engine.run("unchecked", &["--network=none"], "sleep 1000");
    for _ in 0..40 {
        let health = |name: &str| engine.inspect(name, ".State.Health.Status");
        if health("well") == "healthy" && health("ill") == "unhealthy" {
            break;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(250));
    }
    let mut texts = std::collections::BTreeSet::new();
    let expected =
        [("well", 0), ("ill", 10), ("undecided", 11), ("no-such", 12), ("ended", 13), ("unchecked", 14)];
    for (name, code) in expected {
        let output = place.run(&["check", name]);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", said(&output));
        texts.insert(said(&output).replace(name, ""));
    }
    assert_eq!(texts.len(), expected.len(), "{texts:?}");
    let all = place.run(&["check", "well", "unchecked", "ill"]);
    assert_eq!((all.status.code(), said(&all).lines().count()), (Some(10), 3), "{}", said(&all));
    let nothing = place.run(&["check", "--project", "no-such-project"]);
    assert_eq!(nothing.status.code(), Some(12), "{}", said(&nothing));
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_runs() {
    let place = Place::without_engine();
    let file = place.folder().join("c.yaml");
    fs::write(&file, "scenarios:\n  batch: 2\n  cpu_percnt: 80\n").unwrap();
    let file = file.display().to_string();
    for (arguments, expected) in [
        (&["run", "--config", &file][..], "c.yaml:3: "),
        (&["run", "--cpu-percent", "190"], "expected a percentage above 0 and up to 100"),
        (&["run", "--remove-volumes"], "--clean"),
        (&["run", "--config", "/no/such.yaml"], "configuration /no/such.yaml cannot be read"),
        (&["analyze", "/no/such.json"], "/no/such.json cannot be opened"),
        (&["run", "--token-env", "NO_SUCH_NAME"], "the token cannot be read from NO_SUCH_NAME"),
        (&["run"], "is the Docker engine running?"),
        (&["check"], "is the Docker engine running?"),
        (&["scale"], "nothing was measured; no results are written"),
    ] {
        let output = place.elsewhere(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(expected), "{arguments:?}: {}", said(&output));
    }
    assert!(!place.folder().join("results").exists(), "nothing was measured");
    let help = said(&place.elsewhere(&["run", "--help"]));
    assert!(help.contains("--speed-step") && help.contains("--cooldown-interval"), "{help}");
}
