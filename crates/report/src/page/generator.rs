//! Whether the generator and the sampler were the limit themselves.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Generator, GeneratorMode, Quantile, Run, Set};

use super::runs::{prefix, runs};
use super::{Block, Note, Section};
use crate::format;

/// Runs that are told of; a comparison has dozens, and where the generator was in the way is said by verdict and caveats.
const SHOWN: usize = 10;

pub(super) fn section(set: &Set) -> Option<Section> {
    let told = runs(set).map(|(label, run)| Note::plain(format!("{}{}", prefix(set, &label), check(run))));
    let left_out = runs(set).count().saturating_sub(SHOWN);
    let rest = (left_out > 0)
        .then(|| Note::plain(format!("… and {left_out} more runs; the JSON document has them all")));
    Section::new("Generator", [Block::Notes(told.take(SHOWN).chain(rest).collect())])
}

fn check(run: &Run) -> String {
    let generator = &run.generator;
    let mut parts = vec![mode(generator), lag(generator)];
    parts.extend(generator.cpu_ratio.map(|cpu| format!("{} CPU", format::share(cpu))));
    if let Some(sampler) = &run.sampler {
        let cpu = sampler.cpu_ratio.map(|cpu| format!(", {} CPU", format::share(cpu))).unwrap_or_default();
        parts.push(format!(
            "sampler: {} rounds, {} late, {} missed{cpu}",
            format::count(sampler.ticks),
            format::count(sampler.late),
            format::count(sampler.missed)
        ));
    }
    parts.join(" · ")
}

fn mode(generator: &Generator) -> String {
    let threads = match generator.threads {
        1 => "1 thread".to_owned(),
        threads => format!("{} threads", format::count(threads)),
    };
    match generator.mode {
        GeneratorMode::CallerRuntime => format!("{threads} of the caller's runtime"),
        GeneratorMode::DedicatedThreads => format!("{threads} of its own"),
        GeneratorMode::Virtual => "virtual time".to_owned(),
    }
}

fn lag(generator: &Generator) -> String {
    let lag = &generator.schedule_lag;
    match lag.quantile(Quantile::P99) {
        Some(p99) => format!(
            "schedule lag p99 {}, max {}, {} arrivals over 1 ms late",
            format::time(to_f64(p99.value_ns)),
            format::time(to_f64(lag.max_ns)),
            format::count(generator.missed)
        ),
        None => "no schedule to be late for".to_owned(),
    }
}
