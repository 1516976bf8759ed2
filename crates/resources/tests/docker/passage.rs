//! What passes the disk and the network of a container.

use std::io::{self, Read};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use plimsoll_model::GapCause;
use plimsoll_resources::{Cgroup, Host, Process, Raw, Source};

use crate::disk::{self, WRITTEN};
use crate::engine::{Engine, present, shared};
use crate::probe::{Probe, of};
use crate::{container, show};

const MIB: u64 = 1 << 20;

/// The growth of a counter that has come to stand still, or to more than is expected.
async fn growth(probe: &mut Probe, metric: &str, expected: u64) -> u64 {
    let count = |probe: &Probe| match probe.raw(metric) {
        Some(Raw::Counter(count)) => *count,
        other => panic!("{metric}: {other:?}"),
    };
    let before = count(probe);
    for _ in 0..30 {
        probe.next().await.expect("it runs");
        if count(probe) - before >= expected {
            break;
        }
    }
    count(probe) - before
}

/// A container that writes to its disk when it is told to, with a limit that limits nothing: newer kernels with
/// version 1 of control groups count only under one.
fn writer(engine: &Engine, name: &str, device: &Path) {
    let limit = format!("{}:100gb", device.display());
    let options = ["--device-write-bps", &limit, "--device-read-bps", &limit];
    let command = disk::write_command("/file");
    engine.run(name, &options, &format!("while [ ! -e /go ]; do sleep 0.2; done; {command}; sleep 1000"));
}

#[tokio::test]
async fn a_direct_write_of_a_container_counts_once_by_its_engine_and_by_files() {
    let Some(engine) = shared() else { return };
    let Some(device) = present("disk", disk::below(engine.folder())) else { return };
    writer(&engine, "writer", &device);
    let pid = engine.pid("writer");
    let mut docker = Probe::new(container(&engine, "writer"));
    let mut files = Probe::new(Cgroup::of_process(pid));
    let mut process = Probe::new(Process::with_pid(pid));
    // A disk is counted from its first request on.
    engine.docker(&["exec", "writer", "dd", "if=/dev/zero", "of=/first", "bs=1M", "count=1", "oflag=direct"]);
    for probe in [&mut docker, &mut files, &mut process] {
        let values = probe.until("its disk is counted", |values, _| {
            values.as_ref().is_ok_and(|values| of(values, "disk_write") != Err(GapCause::Unsupported))
        });
        values.await.expect("it runs");
    }
    engine.docker(&["exec", "writer", "touch", "/go"]);
    for (name, probe) in [("engine", &mut docker), ("files", &mut files), ("process", &mut process)] {
        let written = growth(probe, "disk_write", *WRITTEN.start()).await;
        show(format_args!("{name}: {} MiB written, {written} bytes counted", disk::WRITTEN_MIB));
        assert!(WRITTEN.contains(&written), "{name}: {written}");
    }
}

#[tokio::test]
async fn a_disk_that_is_not_counted_is_a_gap_that_says_what_may_help() {
    let Some(engine) = shared() else { return };
    engine.run("uncounted", &[], "sleep 1000");
    let mut probe = Probe::new(container(&engine, "uncounted"));
    probe.next().await.expect("it runs");
    if let Some(Raw::Missing { cause, detail }) = probe.raw("disk_write") {
        assert_eq!(*cause, GapCause::Unsupported);
        assert!(detail.contains("--device-write-bps"), "{detail}");
    }
}

/// Two ends of a line, one of them in the network of a process; taken away when dropped.
struct Line {
    name: String,
    /// The address of the other end.
    far: String,
}

impl Line {
    fn into(pid: u32) -> Result<Line, String> {
        let (name, far) = (format!("plim{}", pid % 100_000), format!("plimc{}", pid % 100_000));
        // The block for benchmarks of RFC 2544, which no real network has.
        let net = format!("198.18.{}", pid % 250);
        let (near_address, far_address) = (format!("{net}.1/24"), format!("{net}.2/24"));
        ip(&["link", "add", &name, "type", "veth", "peer", "name", &far])?;
        let line = Line { name, far: format!("{net}.2") };
        let pid = pid.to_string();
        ip(&["link", "set", &far, "netns", &pid])?;
        ip(&["address", "add", &near_address, "dev", &line.name])?;
        ip(&["link", "set", &line.name, "up"])?;
        for arguments in [&["address", "add", &far_address, "dev", &far][..], &["link", "set", &far, "up"]] {
            run("nsenter", &[&["--net", "--target", &pid, "ip"], arguments].concat())?;
        }
        Ok(line)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = ip(&["link", "del", &self.name]);
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    run("ip", arguments)
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output =
        Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{program} {arguments:?}: {}", said.trim())) }
}

/// What the machine's cards have received and transmitted.
async fn of_cards(host: &mut Host) -> Option<u64> {
    let reading = host.read().await.expect("it is always there");
    let sum = ["network_receive", "network_transmit"].map(|metric| match reading.get(metric) {
        Some(Raw::Counter(bytes)) => Some(*bytes),
        _ => None,
    });
    Some(sum[0]? + sum[1]?)
}

#[tokio::test]
async fn what_passes_to_a_container_is_its_traffic_and_none_of_the_machines_cards() {
    let Some(engine) = shared() else { return };
    engine.run("receiver", &["--network", "none"], "while :; do nc -l -p 7000 >/dev/null; done");
    let pid = engine.pid("receiver");
    let Some(line) = present("ip", Line::into(pid)) else { return };
    let mut sources = [Probe::new(Cgroup::of_process(pid)), Probe::new(Process::with_pid(pid))];
    for probe in &mut sources {
        probe.next().await.expect("it runs");
    }
    let mut host = Host::new();
    let before = of_cards(&mut host).await;
    let mut stream = TcpStream::connect((line.far.as_str(), 7000)).expect("it listens");
    io::copy(&mut io::repeat(0).take(100 * MIB), &mut stream).expect("it reads");
    drop(stream);
    let after = of_cards(&mut host).await;
    for probe in &mut sources {
        let received = growth(probe, "network_receive", 100 * MIB).await;
        assert!((100 * MIB..110 * MIB).contains(&received), "{received}");
    }
    if let Some(passed) = after.zip(before).map(|(after, before)| after - before) {
        show(format_args!("100 MiB to a container: {passed} bytes passed the machine's cards meanwhile"));
        assert!(passed < 50 * MIB, "{passed}");
    }
}
