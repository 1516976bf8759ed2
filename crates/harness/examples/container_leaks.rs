//! What is said of the memory of real containers whose growth is known: a table in Markdown.
//!
//! `cargo run --release -p plimsoll-harness --example container_leaks`. Starts a Docker engine of
//! its own, as root, and takes nine minutes. Fails when a goal is missed.

#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../../resources/tests/docker/engine.rs"]
mod engine;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use plimsoll_harness::{Sample, Sampling};
use plimsoll_load::{Load, op};
use plimsoll_model::{LeakVerdict, MemoryProfile, Profile, Run};
use plimsoll_resources::{Container, Source};

const MEGABYTE: f64 = 1e6;

/// A minute of warm-up, six of load, two of cooldown.
const WARM_UP: Duration = Duration::from_secs(60);
const LOAD: Duration = Duration::from_secs(360);
const COOLDOWN: Duration = Duration::from_secs(120);

/// What a container keeps in files in memory, which cannot be given back.
const CONTAINERS: [(&str, &str); 3] = [
    // 100 kB in each second, however long a step takes: to the size that the time since the start asks for.
    (
        "leak",
        "now() { busybox date +%s; }; from=$(now); while :; do dd if=/dev/zero of=/dev/shm/file bs=1000 \
              count=$((($(now) - from) * 100)) conv=notrunc 2>/dev/null; sleep 1; done",
    ),
    (
        "flat",
        "keep() { dd if=/dev/zero of=/dev/shm/$1 bs=1000000 count=$2 2>/dev/null; }; keep base 28; \
              while :; do for more in 0 2 1 3; do keep top $more; sleep 2; done; done",
    ),
    // 50 MB more from the warm-up on, 30 of them given back when the cooldown begins.
    (
        "cooling",
        "keep() { dd if=/dev/zero of=/dev/shm/$1 bs=1000000 count=$2 2>/dev/null; }; keep base 20; sleep 61; \
                 keep stays 20; keep goes 30; sleep 362; : >/dev/shm/goes; sleep 1000",
    ),
];

/// One line of the table.
struct Figure {
    what: &'static str,
    limit: &'static str,
    measured: String,
    is_met: bool,
}

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn show(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let Some(engine) = engine::own() else { return Ok(ExitCode::SUCCESS) };
    for (name, script) in CONTAINERS {
        engine.run(name, &["--memory", "256m", "--shm-size", "200m"], script);
    }
    let container =
        |name: &str| Box::new(Container::named(name).of_engine(&engine.address())) as Box<dyn Source>;
    let run = Load::new("leaks")
        .operation(op("nothing", |_| async {}))
        .warm_up(Profile::hold(1, WARM_UP))
        .measure(Profile::hold(1, LOAD))
        .cool_down(Profile::hold(1, COOLDOWN))
        .sample_with(Sampling::of(CONTAINERS.map(|(name, _)| container(name))))
        .run()
        .await?;
    let figures = [leak(&run), flat(&run), given_back(&run), retained(&run)];
    show(format_args!("| containers over 9 minutes | measured | goal | met |\n|---|---|---|---|"));
    for Figure { what, limit, measured, is_met } in &figures {
        show(format_args!("| {what} | {measured} | {limit} | {} |", if *is_met { "yes" } else { "no" }));
    }
    Ok(if figures.iter().all(|figure| figure.is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn profile<'a>(run: &'a Run, name: &str) -> &'a MemoryProfile {
    let target = format!("container:{name}");
    run.memory.iter().find(|profile| profile.target == target).expect("it was sampled")
}

fn leak(run: &Run) -> Figure {
    let profile = profile(run, "leak");
    let slope = profile.slope_bytes_per_min.unwrap_or(f64::NAN) / MEGABYTE;
    Figure {
        what: "growth of 6 MB a minute: verdict and slope",
        limit: "leak, 6 ± 1 MB a minute",
        measured: format!("{:?}, {slope:.2} MB a minute", profile.verdict),
        is_met: profile.verdict == LeakVerdict::Leak && (slope - 6.0).abs() <= 1.0,
    }
}

fn flat(run: &Run) -> Figure {
    let profile = profile(run, "flat");
    Figure {
        what: "28 to 31 MB, up and down: verdict",
        limit: "normal",
        measured: format!("{:?}", profile.verdict),
        is_met: profile.verdict == LeakVerdict::Normal,
    }
}

fn given_back(run: &Run) -> Figure {
    let delta = profile(run, "cooling").cooldown.map_or(f64::NAN, |cooldown| cooldown.delta_bytes / MEGABYTE);
    Figure {
        what: "50 MB under load, 30 of them given back: change in the cooldown",
        limit: "−30 ± 3 MB",
        measured: format!("{delta:+.1} MB"),
        is_met: (delta + 30.0).abs() <= 3.0,
    }
}

fn retained(run: &Run) -> Figure {
    let kept = profile(run, "cooling").cooldown.and_then(|cooldown| cooldown.retained_bytes);
    let kept = kept.unwrap_or(f64::NAN) / MEGABYTE;
    Figure {
        what: "the same: kept",
        limit: "20 ± 3 MB",
        measured: format!("{kept:.1} MB"),
        is_met: (kept - 20.0).abs() <= 3.0,
    }
}
