//! Reads what was damaged at random, for as long as it is told, and fails when a reader panics, takes too long or
//! needs too much memory. Prints a table in Markdown.
//!
//! `cargo run --release -p plimsoll-baseline --example hostile_reading -- 300`, where the number is that of the
//! seconds for each reader.

#[path = "../tests/suite/support/sets.rs"]
mod support;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use plimsoll_baseline::BaselineFile;
use plimsoll_baseline::history::{Entry, History};
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::read;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{Figures, single};

const SECONDS: u64 = 300;
/// No document as small as these may keep a reader busy for longer.
const LONGEST: Duration = Duration::from_secs(2);
/// The most memory that reading may need, in KiB.
const MOST_KIB: u64 = 512 << 10;

/// A reader, and a text that it reads without complaint.
struct Target {
    name: &'static str,
    seed: Vec<u8>,
    read: fn(&[u8]),
}

fn main() -> io::Result<ExitCode> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    let mut out = io::stdout().lock();
    writeln!(out, "| reader | seconds | texts | longest | most memory | met |\n|---|---|---|---|---|---|")?;
    let mut all_met = true;
    for target in targets() {
        let (texts, longest) = attack(&target, Duration::from_secs(seconds));
        let memory = peak_memory_kib().unwrap_or(0);
        let is_met = longest <= LONGEST && memory <= MOST_KIB;
        all_met &= is_met;
        let met = if is_met { "yes" } else { "no" };
        let Target { name, .. } = target;
        writeln!(out, "| {name} | {seconds} | {texts} | {longest:.1?} | {} MiB | {met} |", memory >> 10)?;
    }
    Ok(if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn targets() -> [Target; 3] {
    let set = single("seed", Figures::default());
    let line = Entry::of(&set).line();
    [
        Target {
            name: "YAML",
            seed: include_bytes!("../../../baselines/query-service.yaml").to_vec(),
            read: |bytes| drop(BaselineFile::from_yaml("f.yaml", &String::from_utf8_lossy(bytes))),
        },
        Target {
            name: "set",
            seed: serde_json::to_vec(&set).expect("a set is plain data"),
            read: |bytes| drop(read::json("f.json", bytes)),
        },
        Target {
            name: "history",
            seed: [line.as_str(); 20].join("\n").into_bytes(),
            read: |bytes| drop(History::read(bytes)),
        },
    ]
}

/// Reads damaged texts until the time is over; how many, and how long the slowest took.
fn attack(target: &Target, length: Duration) -> (u64, Duration) {
    let timeline = Timeline::start(Clock::System);
    let mut random = ChaCha8Rng::seed_from_u64(17);
    let (mut texts, mut longest) = (0, 0);
    loop {
        let text = damaged(&target.seed, &mut random);
        let before = timeline.now();
        (target.read)(&text);
        let after = timeline.now();
        longest = longest.max(after - before);
        texts += 1;
        if u128::from(after) >= length.as_nanos() {
            return (texts, Duration::from_nanos(longest));
        }
    }
}

/// The seed with some of its bytes changed, cut, doubled or nested.
fn damaged(seed: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    /// What means something to one of the readers.
    const PIECES: [&[u8]; 16] = [
        b"[", b"]", b"{", b"}", b"\"", b":", b"- ", b"\n", b"&a ", b"*a", b"<<: *a", b"1e999", b"-0",
        b".nan", b"\\u0000", b"\xff",
    ];
    let mut text = seed.to_vec();
    for _ in 0..random.random_range(1..8) {
        let place = random.random_range(0..=text.len());
        let end = (place + random.random_range(0..64)).min(text.len());
        match random.random_range(0..5) {
            0 => text.truncate(place.max(1)),
            1 => drop(text.drain(place..end)),
            2 => {
                let part = text[place..end].to_vec();
                text.splice(place..place, part.repeat(random.random_range(1..32)));
            }
            3 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                text.splice(place..end, piece.repeat(random.random_range(1..64)));
            }
            _ if place < text.len() => text[place] = random.random(),
            _ => text.push(random.random()),
        }
    }
    text
}

/// The most memory that this process ever had, where the system says so.
fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
