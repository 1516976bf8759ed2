//! What a generator reached.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::work;

/// What a generator did in the middle of its run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    operations: f64,
    seconds: f64,
    cpu_seconds: f64,
}

/// What stands before the figures.
const MARK: &str = "measured:";

impl Measured {
    pub(crate) fn parse(text: &str) -> anyhow::Result<Measured> {
        let line = text.lines().find_map(|line| line.strip_prefix(MARK)).context("it was not measured")?;
        let figures: Vec<f64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [operations, seconds, cpu_seconds] = figures[..] else {
            anyhow::bail!("{line:?} has no three figures")
        };
        Ok(Measured { operations, seconds, cpu_seconds })
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.operations / self.seconds
    }

    pub(crate) fn per_cpu_second(&self) -> f64 {
        self.operations / self.cpu_seconds
    }
}

/// Watches the work from a thread of its own: waits for the first operation, lets the generator find its pace for a
/// third of the time, takes the rest, prints it to standard error and ends the process.
pub(crate) fn watch(length: Duration) {
    std::thread::spawn(move || {
        while work::count() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(length / 3);
        let (count, cpu, begun) = (work::count(), cpu_seconds(), Instant::now());
        std::thread::sleep(length - length / 3);
        let (operations, cpu) = (work::count() - count, cpu_seconds() - cpu);
        eprintln!("{MARK} {operations} {} {cpu}", begun.elapsed().as_secs_f64());
        std::process::exit(0);
    });
}

/// CPU time of this process so far, of the user's and the system's, in hundredths as the kernel has it.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything, come 11 fields and then the two.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// The middle one of some figures.
pub(crate) fn median(measured: &[Measured], of: fn(&Measured) -> f64) -> f64 {
    let mut figures: Vec<f64> = measured.iter().map(of).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The middle one, the least and the most.
pub(crate) fn spread(measured: &[Measured], of: fn(&Measured) -> f64) -> String {
    let figures = measured.iter().map(of);
    let (least, most) = figures.fold((f64::MAX, f64::MIN), |(least, most), f| (least.min(f), most.max(f)));
    format!("{} [{} .. {}]", whole(median(measured, of)), whole(least), whole(most))
}

/// A whole number, in groups of three.
fn whole(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
