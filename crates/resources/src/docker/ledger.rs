//! What happened to one container: heard from the engine, or found out afterwards.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::EventMessage;
use plimsoll_model::EventKind;

use super::inspection::{Inspection, State};
use crate::source::Noticed;

/// Something that happened, by the engine's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Happening {
    pub(super) at_ns: u64,
    pub(super) kind: EventKind,
    pub(super) detail: String,
}

/// Turns events and inspections into happenings, each once.
///
/// Events say every kill and every start, also of a container that lives for milliseconds, but an engine that
/// was restarted has forgotten them. Inspections say only how things stand, but never forget.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// The time of the last event: where to go on listening.
    heard_ns: u64,
    started_ns: u64,
    ended_ns: u64,
    oom_ns: u64,
    restart_count: Option<u64>,
    /// Starts that no inspection has explained yet.
    unexplained: usize,
    happenings: Vec<Happening>,
}

impl Ledger {
    /// A ledger that begins at a time of the engine: what was before is not of this run.
    pub(super) fn since(now_ns: u64) -> Ledger {
        Ledger { heard_ns: now_ns, started_ns: now_ns, ended_ns: now_ns, ..Ledger::default() }
    }

    /// Where to go on listening.
    pub(super) fn heard_ns(&self) -> u64 {
        self.heard_ns
    }

    /// Takes in an event. One that was heard before, as after going on listening, changes nothing.
    pub(super) fn hear(&mut self, event: &EventMessage) {
        let Some(at_ns) = event.time_nano.and_then(|nanos| u64::try_from(nanos).ok()) else { return };
        if at_ns <= self.heard_ns {
            return;
        }
        self.heard_ns = at_ns;
        let none = HashMap::new();
        let attributes = event.actor.as_ref().and_then(|actor| actor.attributes.as_ref()).unwrap_or(&none);
        let action = event.action.as_deref().unwrap_or("");
        match action.split_once(':').map_or((action, ""), |(action, rest)| (action, rest.trim())) {
            ("oom", _) => self.oom(at_ns, "a process was killed for lack of memory"),
            ("die", _) => self.end(at_ns, attributes.get("exitCode").and_then(|code| code.parse().ok())),
            ("start", _) => self.start(at_ns, "started"),
            ("health_status", health) => self.note(at_ns, EventKind::Health, health.to_owned()),
            ("update", _) => self.note(at_ns, EventKind::Update, "its limits were changed".to_owned()),
            ("pause" | "unpause", _) => self.note(at_ns, EventKind::Update, format!("{action}d")),
            _ => {}
        }
    }

    /// There is no such container yet: its restarts will count from zero.
    pub(super) fn unknown(&mut self) {
        self.restart_count = Some(0);
    }

    /// Explains the starts that were heard by the count of restarts, which only an inspection says.
    pub(super) fn explain(&mut self, inspection: &Inspection) {
        let before = self.restart_count.replace(inspection.restart_count);
        let by_policy = before.map_or(0, |before| inspection.restart_count.saturating_sub(before));
        let starts = std::mem::take(&mut self.unexplained);
        let by_hand = starts.saturating_sub(usize::try_from(by_policy).unwrap_or(usize::MAX));
        let begun: Vec<_> =
            self.happenings.iter_mut().filter(|happening| happening.kind == EventKind::Start).collect();
        let explained = begun.len().saturating_sub(starts);
        // A start by hand comes first: it sets the policy's count back.
        for (number, happening) in begun.into_iter().skip(explained).enumerate() {
            let who = if number < by_hand { "by hand" } else { "by its restart policy" };
            happening.detail = format!("{} {who}", happening.detail);
        }
    }

    /// Finds what happened before a time and was not heard: an engine that was restarted has forgotten it.
    ///
    /// An event is dated a little later than what an inspection says of the same, and never earlier.
    pub(super) fn reconcile(&mut self, inspection: &Inspection, before_ns: u64) {
        let missed = |at_ns: Option<u64>, heard_ns: u64| at_ns.filter(|at| heard_ns < *at && *at < before_ns);
        let finished_ns = missed(inspection.finished_ns, self.ended_ns);
        let started_ns = missed(inspection.started_ns, self.started_ns);
        if let Some(at_ns) = finished_ns {
            if inspection.oom_killed && self.oom_ns < self.started_ns.max(self.ended_ns) {
                self.oom(at_ns, "found out later: a process was killed for lack of memory");
            }
            self.end(at_ns, inspection.exit_code.filter(|_| inspection.state != State::Running));
        }
        if let Some(at_ns) = started_ns {
            self.start(at_ns, "found out later: started");
        }
    }

    /// What happened since the last call, in the order of time, with its age at a time of the engine.
    pub(super) fn take(&mut self, now_ns: u64) -> Vec<Noticed> {
        let mut happenings = std::mem::take(&mut self.happenings);
        self.unexplained = 0;
        happenings.sort_by_key(|happening| happening.at_ns);
        let noticed = |happening: Happening| Noticed {
            kind: happening.kind,
            detail: happening.detail,
            age: Duration::from_nanos(now_ns.saturating_sub(happening.at_ns)),
        };
        happenings.into_iter().map(noticed).collect()
    }

    fn oom(&mut self, at_ns: u64, detail: &str) {
        self.oom_ns = at_ns;
        self.note(at_ns, EventKind::Oom, detail.to_owned());
    }

    fn start(&mut self, at_ns: u64, detail: &str) {
        self.started_ns = at_ns;
        self.unexplained += 1;
        self.note(at_ns, EventKind::Start, detail.to_owned());
    }

    /// Exit code 137 alone is no lack of memory: `docker kill` gives it too.
    fn end(&mut self, at_ns: u64, exit_code: Option<i64>) {
        let ran_out = self.oom_ns > self.started_ns.max(self.ended_ns);
        self.ended_ns = at_ns;
        let code = exit_code.map_or_else(String::new, |code| format!(" with exit code {code}"));
        let why = if ran_out { " after a kill for lack of memory" } else { "" };
        self.note(at_ns, EventKind::Die, format!("ended{code}{why}"));
    }

    fn note(&mut self, at_ns: u64, kind: EventKind, detail: String) {
        self.happenings.push(Happening { at_ns, kind, detail });
    }
}
