//! What memory did: growth, the falls of a collector with the latency in them, and what a cooldown gave back.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{LeakVerdict, MemoryCooldown, MemoryProfile, SawtoothProfile, Set, Unit};

use super::runs::{prefix, runs};
use super::{Block, Note, Section};
use crate::{format, text};

/// The shortest run that says something of growth; in a shorter one only falls and cooldowns are worth a line.
const SHORTEST_NS: u64 = 60_000_000_000;

pub(super) fn section(set: &Set) -> Option<Section> {
    let notes = runs(set).flat_map(|(label, run)| {
        let prefix = prefix(set, &label);
        let is_long = run.duration_ns >= SHORTEST_NS;
        let is_worth = move |profile: &&MemoryProfile| {
            is_long || profile.sawtooth.is_some() || profile.cooldown.is_some()
        };
        let shown = run.memory.iter().filter(is_worth);
        shown.map(move |profile| Note::plain(format!("{prefix}{}", sentence(profile))))
    });
    Section::new("Memory", [Block::Notes(notes.collect())])
}

fn sentence(profile: &MemoryProfile) -> String {
    let bytes = |bytes| format::bytes(to_f64(bytes));
    let (mean, peak) = (bytes(profile.mean_bytes), bytes(profile.peak_bytes));
    let level = format!("{} {mean} on average, {peak} at its peak", text::name(&profile.target));
    let parts = [
        Some(level),
        Some(growth(profile)),
        profile.sawtooth.as_ref().map(teeth),
        profile.cooldown.as_ref().map(cooled),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn growth(profile: &MemoryProfile) -> String {
    let rate = |slope| format::per_minute(slope, Unit::Bytes);
    let slope = profile.slope_bytes_per_min.map_or_else(|| "an unknown rate".to_owned(), rate);
    match profile.verdict {
        LeakVerdict::Normal => format!("it does not grow ({slope})"),
        LeakVerdict::Watch => format!("it grows by {slope}, which is worth watching"),
        LeakVerdict::Leak => format!("it leaks {slope}"),
        LeakVerdict::NotEnoughData => {
            let enough = profile.enough_ns.map(|length| format!(", {} would do", format::span(length)));
            format!("too short to say whether it grows{}", enough.unwrap_or_default())
        }
    }
}

fn teeth(sawtooth: &SawtoothProfile) -> String {
    let time = |ns: Option<u64>| ns.map_or_else(|| "not measured".to_owned(), |ns| format::time(to_f64(ns)));
    format!(
        "it falls by {} about every {}, {} times; response p99 {} during the falls, {} elsewhere",
        format::bytes(to_f64(sawtooth.amplitude_bytes)),
        format::span(sawtooth.period_ns),
        format::count(sawtooth.falls.len() as u64),
        time(sawtooth.p99_in_falls_ns),
        time(sawtooth.p99_elsewhere_ns),
    )
}

fn cooled(cooldown: &MemoryCooldown) -> String {
    let kept = cooldown.retained_bytes.map(|bytes| format!(", {} more than before", format::bytes(bytes)));
    format!("cooling down changed it by {}{}", format::bytes(cooldown.delta_bytes), kept.unwrap_or_default())
}
