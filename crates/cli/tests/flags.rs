//! What the shared flags accept, refuse and mean.

use std::ffi::OsString;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use plimsoll::model::{MixOrder, PhaseKind, Stage};
use plimsoll::{Compose, Load, Overload, Profile, Think, op, secs};
use plimsoll_cli::{Exit, Flags, parse_from};

#[derive(Debug, Parser)]
#[command(name = "shop", about = "A shop under load")]
struct Cli {
    #[command(flatten)]
    flags: Flags,
}

fn flags(line: &str) -> Flags {
    Cli::try_parse_from(arguments(line)).unwrap_or_else(|error| panic!("{error}")).flags
}

fn arguments(line: &str) -> Vec<OsString> {
    std::iter::once("shop").chain(line.split_whitespace()).map(OsString::from).collect()
}

#[test]
fn a_program_keeps_its_own_description() {
    let about = Cli::command().render_long_help().to_string();
    assert!(about.starts_with("A shop under load\n\nUsage: shop"), "{about}");
}

/// A program of 5 users for 10 s.
fn profile(line: &str) -> anyhow::Result<Profile> {
    flags(line).load.profile(Profile::users(5, secs(10)))
}

fn stage(from: f64, to: f64, seconds: u64) -> Stage {
    Stage { from, to, length_ns: seconds * 1_000_000_000 }
}

#[test]
fn the_help_tells_everything() {
    let help = Cli::command().term_width(100).render_long_help().to_string();
    insta::assert_snapshot!(help);
}

#[test]
fn each_wrong_usage_says_what_is_wrong() {
    let lines = [
        "--rate 100 --users 5",
        "--rate 100 --requests 500",
        "--requests 500 --duration 30s",
        "--stages 2m:100 --users 5",
        "--stages 2m:100 --duration 30s",
        "--users 5 --in-flight 10",
        "--users 5 --overload drop",
        "--rate 5 --think-time 2s",
        "--rate 5 --pacing 2s",
        "--users 5 --pacing 0s",
        "--users 5 --think-time 5s..1s",
        "--users 5 --think-time long",
        "--rate 0",
        "--rate fast",
        "--users 0",
        "--duration 30",
        "--warm-up 0s",
        "--stages 100",
        "--overload wait",
        "--sample disk",
        "--sample process:0",
        "--sample host,container",
        "--threshold p99",
        "--iterations 0",
        "--dedicated-threads 0",
        "--progress dots",
        "--warmup 5s",
        "--ramp-up 5s",
        "--ramp-up 0/s",
        "--ramp-up 5/s --requests 9",
    ];
    let refusal = |line: &str| {
        let error = Cli::try_parse_from(arguments(line)).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        // The message, without what clap says after each.
        let message = error.to_string().replace("\n\nFor more", "\n\nUsage");
        message.split("\n\nUsage").take(1).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(lines.map(refusal).join("\n"));
}

#[test]
fn wrong_usage_ends_with_2_and_help_with_0() {
    assert_eq!(parse_from::<Cli>(arguments("--rate 1 --users 1")).unwrap_err(), Exit::Usage);
    assert_eq!(parse_from::<Cli>(arguments("--help")).unwrap_err(), Exit::Success);
}

#[test]
fn without_flags_the_programs_own_load_runs() {
    assert_eq!(profile("").unwrap(), Profile::users(5, secs(10)).unwrap());
}

#[test]
fn users_and_duration_change_only_themselves() {
    assert_eq!(profile("--users 50").unwrap(), Profile::users(50, secs(10)).unwrap());
    assert_eq!(profile("--duration 2m").unwrap(), Profile::users(5, secs(120)).unwrap());
    assert_eq!(profile("--requests 99").unwrap(), Profile::iterations(5, 99).unwrap());
}

#[test]
fn a_rate_lasts_as_long_as_the_programs_own_load() {
    assert_eq!(profile("--rate 100").unwrap(), Profile::hold(100, secs(10)).unwrap());
    assert_eq!(profile("--rate 100 --duration 1m").unwrap(), Profile::hold(100, secs(60)).unwrap());
}

#[test]
fn stages_go_on_from_the_rate_of_the_one_before() {
    let stages = vec![stage(0.0, 100.0, 120), stage(100.0, 100.0, 300), stage(100.0, 0.0, 60)];
    assert_eq!(profile("--stages 2m:100,5m:100,1m:0").unwrap(), Profile::Rate { stages });
    let stages = vec![stage(50.0, 100.0, 120)];
    assert_eq!(profile("--rate 50 --stages 2m:100").unwrap(), Profile::Rate { stages });
}

#[test]
fn a_load_with_stages_cannot_be_stretched() {
    let own = Profile::steps(&[10.0, 20.0], secs(5));
    let error = flags("--duration 30s").load.profile(own).unwrap_err().to_string();
    assert_eq!(error, "--duration cannot say how long each of several stages lasts; give --stages");
}

#[test]
fn requests_need_users_from_somewhere() {
    let error = flags("--requests 5").load.profile(Profile::hold(10, secs(5))).unwrap_err().to_string();
    assert_eq!(error, "--requests needs --users here: the program's own load has a rate and no users");
}

#[test]
fn flags_of_the_open_model_are_refused_on_users() {
    let error = profile("--overload drop").unwrap_err().to_string();
    assert_eq!(
        error,
        "--overload is for open models; this load has users, so give --rate or --stages with it"
    );
}

#[test]
fn users_come_one_after_the_other() {
    assert_eq!(profile("--users 50 --ramp-up 10/s").unwrap(), Profile::ramp_up(50, 10, secs(10)).unwrap());
    assert_eq!(profile("--ramp-up 0.5/s").unwrap(), Profile::ramp_up(5, 0.5, secs(10)).unwrap());
    let error = flags("--ramp-up 10/s").load.profile(Profile::hold(10, secs(5))).unwrap_err().to_string();
    assert_eq!(error, "--ramp-up is for a number of users and a time; give --users and --duration with it");
}

#[test]
fn think_time_is_for_users() {
    let error = flags("--think-time 2s").load.profile(Profile::hold(10, secs(5))).unwrap_err().to_string();
    assert_eq!(
        error,
        "--think-time is for users; this load has a rate, so give --users or --requests with it"
    );
    let load = shop("--think-time 1s..5s");
    assert_eq!(load.plan().think, Think::uniform(secs(1), secs(5)).ok());
}

#[test]
fn pacing_is_for_users() {
    let error = flags("--pacing 2s").load.profile(Profile::hold(10, secs(5))).unwrap_err().to_string();
    assert_eq!(error, "--pacing is for users; this load has a rate, so give --users or --requests with it");
    assert_eq!(shop("--pacing 10s").plan().pacing_ns, Some(10_000_000_000));
}

#[test]
fn users_of_a_scenario_file_come_think_keep_a_pace_and_have_roles() {
    let text = "
duration: 20s
think_time: 1s..5s
pacing: 10s
workload: {type: mixed, distribution: {buy: 1, look: 4}, order: roles}
load_pattern: {type: constant, users: 50, ramp_up: 10/s}
";
    let file = scenario("users", text);
    let load = shop(&format!("--scenario {file} --think-time 2s"));
    load.validate().expect("it can be run");
    let plan = load.plan();
    assert_eq!(Ok(plan.phases[0].profile.clone()), Profile::ramp_up(50, 10, secs(20)));
    assert_eq!((plan.think, plan.pacing_ns), (Think::fixed(secs(2)).ok(), Some(10_000_000_000)));
    assert_eq!(plan.mix, MixOrder::Roles);
    let random = scenario("rates", &text.replace("order: roles", "order: random"));
    let rates = shop(&format!("--scenario {random} --rate 5"));
    rates.validate().expect("what is for users goes with them");
    assert_eq!((rates.plan().think, rates.plan().pacing_ns), (None, None));
}

#[test]
fn a_load_gets_everything_that_was_said() {
    let line =
        "--rate 100 --warm-up 5s --in-flight 7 --overload drop --threshold p99<20ms --sample host,process";
    let load = Load::new("shop").operation(op("buy", |_| async {}));
    let load = flags(line).load.apply(load, Profile::users(5, secs(10))).unwrap();
    let plan = load.plan();
    assert_eq!(plan.phases[0].kind, PhaseKind::Warmup);
    assert_eq!(plan.phases[0].profile, Profile::ramp(0, 100, secs(5)).unwrap());
    assert_eq!(plan.phases[1].profile, Profile::hold(100, secs(10)).unwrap());
    assert_eq!((plan.in_flight, plan.overload), (7, Overload::Drop));
    assert_eq!(plan.thresholds[0].to_string(), "p99 < 20ms");
    assert_eq!(plan.samples, ["host", "process"]);
    load.validate().unwrap();
}

/// A scenario file of that text.
fn scenario(name: &str, text: &str) -> String {
    let path = format!("{}/{name}.yaml", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&path, text).expect("the folder of tests can be written");
    path
}

const SCENARIO: &str = "
duration: 20s
warmup: 2s
cooldown: 4s
workload:
  type: mixed
  distribution: {buy: 0.75, look: 0.25}
load_pattern: {type: poisson, rate: 100}
thresholds: [p99(buy) < 20ms]
abort_unless: [error_rate < 50% over 5s]
";

/// A shop of three operations, with the flags.
fn shop(line: &str) -> Load {
    let load = Load::new("shop").mix(["look", "buy", "pay"].map(|name| (1, op(name, |_| async {}))));
    flags(line).load.apply(load, Profile::users(5, secs(10))).expect("the flags agree")
}

#[test]
fn a_scenario_file_takes_the_place_of_the_programs_own_load() {
    let load = shop(&format!("--scenario {}", scenario("whole", SCENARIO)));
    load.validate().expect("it can be run");
    let plan = load.plan();
    let phases: Vec<_> = plan.phases.iter().map(|phase| Ok(phase.profile.clone())).collect();
    let expected = [
        Profile::ramp(0, 100, secs(2)).poisson(),
        Profile::hold(100, secs(20)).poisson(),
        Profile::ramp(100, 0, secs(4)).poisson(),
    ];
    assert_eq!(phases, expected);
    let weights: Vec<_> = plan.scenarios.iter().map(|s| (s.name.as_str(), s.weight)).collect();
    assert_eq!(weights, [("look", 25), ("buy", 75)]);
    assert_eq!(plan.thresholds[0].to_string(), "p99(buy) < 20ms");
    assert_eq!(plan.abort_rules[0].to_string(), "error_rate < 50% over 5s");
}

#[test]
fn flags_go_before_the_scenario_file() {
    let file = scenario("before", SCENARIO);
    let load = shop(&format!("--scenario {file} --duration 60s --warm-up 9s --threshold p50<1s"));
    let plan = load.plan();
    assert_eq!(Ok(plan.phases[0].profile.clone()), Profile::ramp(0, 100, secs(9)).poisson());
    assert_eq!(Ok(plan.phases[1].profile.clone()), Profile::hold(100, secs(60)).poisson());
    let thresholds: Vec<_> = plan.thresholds.iter().map(ToString::to_string).collect();
    assert_eq!(thresholds, ["p50 < 1s"]);
    let users = shop(&format!("--scenario {file} --users 7"));
    assert_eq!(Ok(users.plan().phases[1].profile.clone()), Profile::users(7, secs(20)));
}

#[test]
fn a_scenario_file_that_cannot_be_meant_is_wrong_usage() {
    let file = scenario("wrong", "duration: 20s\nload_patern: {type: constant, rate: 1}\n");
    let error = Cli::try_parse_from(arguments(&format!("--scenario {file}"))).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("wrong.yaml:2: unknown field `load_patern`"), "{error}");
    assert!(error.to_string().contains("did you mean `load_pattern`?"), "{error}");
    let missing = Cli::try_parse_from(arguments("--scenario no/such.yaml")).unwrap_err();
    assert!(missing.to_string().contains("it cannot be read: No such file"), "{missing}");
}

#[test]
fn an_operation_that_the_program_does_not_have_is_named() {
    let text = "duration: 1s\nworkload: {type: sell}\nload_pattern: {type: constant, rate: 1}\n";
    let load = shop(&format!("--scenario {}", scenario("sell", text)));
    let mistake = load.validate().unwrap_err().to_string();
    assert_eq!(mistake, "distribution is about \"sell\"; expected operations of the load: look, buy, pay");
}

#[test]
fn users_warm_up_as_many_as_are_measured() {
    let load = Load::new("shop").operation(op("buy", |_| async {}));
    let load = flags("--warm-up 3s --requests 100").load.apply(load, Profile::users(5, secs(10))).unwrap();
    assert_eq!(load.plan().phases[0].profile, Profile::users(5, Duration::from_secs(3)).unwrap());
    load.validate().unwrap();
}

#[test]
fn a_result_keeps_what_was_given() {
    let config = flags("--rate 100 --stages 2m:200 --sample host --seed 4").config();
    let text: Vec<_> = config.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(text.join(" "), "rate=100 stages=2m:200 seed=4 sample=host iterations=1 environment=dev");
}
