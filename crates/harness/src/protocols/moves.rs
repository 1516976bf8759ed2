//! What protocols want, and what they are told.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::{Event, Stop};
use serde_json::Value;

/// A standing protocol as a pure course of moves: no clock, no I/O.
pub trait Protocol: Send {
    /// Its name in results: `idle`, `stress`, `leak`, `speed`.
    fn name(&self) -> &'static str;

    /// What it wants next, after what was seen of its move before. After [`Move::Done`] it is not asked again.
    fn next(&mut self, seen: &Seen) -> Move;

    /// What it has found until now.
    fn found(&self) -> Findings;
}

/// What a protocol wants to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// The system begins anew.
    Reset,
    /// So many units of load from now on, whatever there were before.
    SetLoad(u64),
    /// So many times its own speed from now on.
    SetSpeed(u64),
    /// The system takes no new work, and finishes what it has.
    Pause,
    /// Time passes, and the system is watched.
    Watch(Stretch),
    /// Nothing more.
    Done,
}

/// A stretch of time in which the system is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its name in results: `active`, `drain`, `batch-3`, `4x`.
    pub phase: String,
    /// How long, at most.
    pub length: Duration,
    /// How often resources are read.
    pub interval: Duration,
    /// What ends it before its time; a kill for lack of memory always does.
    pub until: Until,
}

/// What ends a stretch before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Nothing.
    Time,
    /// A target that meets its limit.
    Limit,
    /// A system that has nothing left to do.
    Drained,
}

/// What was seen during the last move; nothing before the first, and of any but [`Move::Watch`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// The limit that a target met, which ended the stretch.
    pub trigger: Option<Stop>,
    /// A process that was killed for lack of memory, which ended the stretch.
    pub killed: Option<Event>,
    /// Whether the system had nothing left to do at the end.
    pub is_drained: bool,
    /// Somebody wants to stop, which ended the stretch and ends the protocol.
    pub is_interrupted: bool,
}

/// What a protocol has found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// What it was asked for, by name.
    pub params: BTreeMap<String, Value>,
    /// What it found, by name, in the words of the result document.
    pub metadata: BTreeMap<String, Value>,
    /// Why it came to no end of its own; `None` when it did.
    pub aborted: Option<String>,
    /// What should be kept in mind, a line each.
    pub caveats: Vec<String>,
    /// The load that held, or the highest speed, for the protocols that follow; `None` where there is none.
    pub held: Option<u64>,
}

/// What ended a stretch, as `trigger` of the result document.
pub(super) fn trigger(stop: &Stop) -> Value {
    serde_json::json!({
        "container": stop.target, "metric": stop.metric, "value": stop.value, "limit": stop.limit, "at_ns": stop.at_ns,
    })
}

/// Why a kill ended a protocol.
pub(super) fn killed(event: &Event) -> String {
    let seconds = plimsoll_model::human::span(event.t_ns);
    format!("{} ran out of memory after {seconds}: {}", event.target, event.detail)
}

/// A length in whole nanoseconds, as parameters have it.
pub(super) fn nanos(length: Duration) -> Value {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX).into()
}

/// A map from pairs.
pub(super) fn named<const N: usize>(pairs: [(&str, Value); N]) -> BTreeMap<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Watches for a while.
pub(super) fn watch(
    phase: impl Into<String>,
    (length, interval): (Duration, Duration),
    until: Until,
) -> Move {
    Move::Watch(Stretch { phase: phase.into(), length, interval, until })
}
