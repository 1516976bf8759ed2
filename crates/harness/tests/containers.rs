//! A load beside containers of a real engine: it goes on without the engine, and ends at the limit of a container.

#![cfg(target_os = "linux")]

#[expect(dead_code, reason = "the tests of resources use the rest of it")]
#[path = "../../resources/tests/docker/engine.rs"]
mod engine;

use std::fmt::Arguments;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use plimsoll_harness::protocols::{
    Idle, IdlePlan, SampledWatcher, Stress, StressPlan, SystemError, SystemUnderTest, conduct,
};
use plimsoll_harness::{Sample, Sampling};
use plimsoll_load::{Load, op};
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{EventKind, GapCause, Profile, ResourceSeries, Run, StopCause};
use plimsoll_resources::{Container, Host, Source, Watch};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::engine::{Engine, own};

#[expect(clippy::print_stdout, reason = "the figures are evidence; shown with --nocapture")]
fn show(figure: Arguments<'_>) {
    println!("{figure}");
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn container(engine: &Engine, name: &str) -> Box<dyn Source> {
    Box::new(Container::named(name).of_engine(&engine.address()))
}

fn series<'a>(run: &'a Run, target: &str, metric: &str) -> &'a ResourceSeries {
    let is_it = |series: &&ResourceSeries| series.target == target && series.metric == metric;
    run.resources.iter().find(is_it).expect("it was sampled")
}

#[tokio::test]
async fn a_load_goes_on_while_the_engine_is_away_and_nothing_that_happened_is_lost() {
    let Some(engine) = own().map(Arc::new) else { return };
    // It ends when it is told to, so that the engine is not kept waiting.
    engine.run("long", &["--restart", "always"], "while :; do sleep 0.1; done");
    let load = Load::new("steady")
        .operation(op("wait", |cx| async move { cx.sleep(Duration::from_millis(1)).await }))
        .measure(Profile::hold(50, secs(40)))
        .sample([container(&engine, "long"), Box::new(Host::new())]);
    let away = Arc::clone(&engine);
    let outage = async move {
        sleep(secs(4)).await;
        let stop_and_start = move || {
            away.stop();
            std::thread::park_timeout(secs(10));
            away.start_again();
        };
        tokio::task::spawn_blocking(stop_and_start).await.expect("the engine starts again");
    };
    let (run, ()) = tokio::join!(load.run(), outage);
    let run = run.expect("nothing stands in its way");
    assert_eq!(run.stop.cause, StopCause::Finished);
    let counts = &run.scenarios[0].counts;
    assert_eq!((counts.planned, counts.ok), (2_000, 2_000), "{counts:?}");
    let memory = series(&run, "container:long", "memory");
    let missing: Vec<_> = memory.gaps.iter().map(|gap| gap.cause).collect();
    assert!(missing.contains(&GapCause::Unavailable), "{:?}", memory.gaps);
    assert!(memory.points.last().is_some_and(|(_, value)| value.is_some()), "{:?}", memory.points);
    assert!(series(&run, "host", "memory").points.iter().all(|(_, value)| value.is_some()));
    let happened: Vec<_> = run.events.iter().map(|event| event.kind).collect();
    assert!(happened.contains(&EventKind::Die) && happened.contains(&EventKind::Start), "{:?}", run.events);
}

/// A web server whose every answer takes some milliseconds of CPU.
fn service(port: u16) -> String {
    let work =
        "echo Content-Type: text/plain; echo; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; echo done";
    format!(
        "busybox mkdir -p /www/cgi-bin; printf '#!/bin/sh\\n{work}\\n' >/www/cgi-bin/work; \
         busybox chmod +x /www/cgi-bin/work; httpd -f -p 127.0.0.1:{port} -h /www"
    )
}

async fn request(port: u16) -> io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"GET /cgi-bin/work HTTP/1.0\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.ends_with("done\n") { Ok(()) } else { Err(io::Error::other("no answer of the service")) }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    listener.local_addr().expect("it is bound").port()
}

#[tokio::test]
async fn a_ramp_ends_within_two_readings_of_the_limit_of_a_container_and_names_it() {
    let Some(engine) = own() else { return };
    let port = free_port();
    // Little, so that a machine at work has it to give.
    engine.run("stressed", &["--cpus", "0.2", "--network", "host"], &service(port));
    engine.run("calm", &["--cpus", "0.2"], "sleep 1000");
    let sampling = Sampling::of([container(&engine, "stressed"), container(&engine, "calm")])
        .watch(Watch::share("container:stressed", "cpu", 0.9));
    let run = Load::new("stress")
        .operation(op("request", move |_| request(port)))
        .measure(Profile::ramp(0, 60, secs(120)))
        .in_flight(32)
        .timeout(secs(10))
        .sample_with(sampling)
        .run()
        .await
        .expect("nothing stands in its way");
    let stop = &run.stop;
    show(format_args!("{stop:?}"));
    assert_eq!(stop.cause, StopCause::Watch, "{:?}", run.scenarios[0].counts);
    assert_eq!((stop.target.as_deref(), stop.metric.as_deref()), (Some("container:stressed"), Some("cpu")));
    let (value, limit) = stop.value.zip(stop.limit).expect("a watch has both");
    assert!((limit - 0.18).abs() < 1e-9 && value >= limit, "{stop:?}");
    let told = run.events.iter().find(|event| event.kind == EventKind::Limit).expect("it is an event too");
    assert!(told.detail.ends_with("the limit is 18 % (90 % of 20 %)"), "{told:?}");
    let cpu = &series(&run, "container:stressed", "cpu").points;
    let is_above = |(_, value): &&(u64, Option<f64>)| value.is_some_and(|value| value >= limit);
    let until = cpu.iter().filter(|(t_ns, _)| *t_ns <= stop.at_ns).rev().take_while(is_above).count();
    assert_eq!(until, 2, "{cpu:?}");
    // What is in flight is waited for, for the timeout at most; the load itself offers nothing more.
    let window = run.windows.iter().rev().find(|window| window.started > 0).expect("it started something");
    assert!(window.start_ns <= stop.at_ns, "{window:?}");
    assert!(series(&run, "container:calm", "cpu").summary.peak.is_some_and(|peak| peak < limit));
}

/// A container that works a little in each tenth of a second for each unit of load.
struct Worker {
    engine: Arc<Engine>,
}

const WORKER: &str = "echo 0 >/load; while :; do i=0; until=$(($(cat /load) * 2000)); \
                      while [ $i -lt $until ]; do i=$((i+1)); done; sleep 0.1; done";

#[async_trait]
impl SystemUnderTest for Worker {
    async fn reset(&mut self) -> Result<(), SystemError> {
        self.set_load(0).await
    }

    async fn set_load(&mut self, units: u64) -> Result<(), SystemError> {
        // In one step: whoever read an empty file meanwhile could not go on.
        let set = format!("echo {units} >/next && busybox mv /next /load");
        self.engine.docker(&["exec", "worker", "sh", "-c", &set]);
        Ok(())
    }

    async fn set_speed(&mut self, multiplier: u64) -> Result<(), SystemError> {
        Err(SystemError::new(format!("cannot set the speed to {multiplier}"), "it has none"))
    }

    async fn pause(&mut self) -> Result<(), SystemError> {
        self.set_load(0).await
    }

    async fn queued(&mut self) -> Result<u64, SystemError> {
        Ok(0)
    }
}

#[tokio::test]
async fn stress_finds_the_load_that_a_container_bears_and_names_the_limit() {
    let Some(engine) = own().map(Arc::new) else { return };
    engine.run("worker", &["--cpus", "0.2"], WORKER);
    let limit = Watch::share("container:worker", "cpu", 0.9);
    let timeline = Timeline::start(Clock::System);
    let mut watcher =
        SampledWatcher::start(vec![container(&engine, "worker")], [limit], timeline).expect("a thread");
    let plan = StressPlan { batch: 3, settle: secs(7), most: 60, ..StressPlan::default() };
    let mut worker = Worker { engine: Arc::clone(&engine) };
    let conducted = conduct(&mut Stress::new(plan), &mut worker, &mut watcher).await;
    let scenario = conducted.scenario();
    show(format_args!("{scenario:?}"));
    let trigger = &scenario.metadata["trigger"];
    assert_eq!(
        (trigger["container"].as_str(), trigger["metric"].as_str()),
        (Some("container:worker"), Some("cpu"))
    );
    assert!(trigger["value"].as_f64() >= trigger["limit"].as_f64(), "{trigger}");
    assert!(trigger["limit"].as_f64().is_some_and(|limit| (limit - 0.18).abs() < 1e-9), "{trigger}");
    // It ended in the stretch of the load that was too much, after two values of that load.
    let last = conducted.phases.last().expect("it was watched");
    assert_eq!(last.name, format!("load-{}", conducted.findings.held.unwrap_or(0) + 3));
    assert!((3..=4).contains(&last.samples), "{last:?}");
    let sampled = watcher.stop();
    assert!(sampled.series.iter().any(|series| series.metric == "cpu" && series.summary.count > 0));
}

/// A system whose container runs out of memory as soon as it is told anything, and is started again by its policy.
struct Looping(Arc<Engine>);

#[async_trait]
impl SystemUnderTest for Looping {
    async fn reset(&mut self) -> Result<(), SystemError> {
        Ok(())
    }

    async fn set_load(&mut self, _units: u64) -> Result<(), SystemError> {
        let options = ["--memory", "32m", "--memory-swap", "32m", "--restart", "on-failure:3"];
        self.0.run("hog", &options, "exec tail /dev/zero");
        Ok(())
    }

    async fn set_speed(&mut self, _multiplier: u64) -> Result<(), SystemError> {
        Ok(())
    }

    async fn pause(&mut self) -> Result<(), SystemError> {
        Ok(())
    }

    async fn queued(&mut self) -> Result<u64, SystemError> {
        Ok(0)
    }
}

#[tokio::test]
async fn a_loop_of_kills_that_no_reading_sees_ends_a_protocol_by_name() {
    let Some(engine) = own().map(Arc::new) else { return };
    let timeline = Timeline::start(Clock::System);
    let mut watcher = SampledWatcher::start(vec![container(&engine, "hog")], [], timeline).expect("a thread");
    // The engine is listened to from the first reading on.
    sleep(secs(3)).await;
    let mut idle = Idle::new(IdlePlan { length: secs(60), ..IdlePlan::default() });
    let conducted = conduct(&mut idle, &mut Looping(Arc::clone(&engine)), &mut watcher).await;
    let why = conducted.findings.aborted.expect("it ran out of memory");
    assert!(why.starts_with("container:hog ran out of memory after "), "{why}");
    let kills = watcher.stop().events.iter().filter(|event| event.kind == EventKind::Oom).count();
    show(format_args!("{why}; {kills} kills"));
    assert!((1..=4).contains(&kills), "{kills}");
}
