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
    /// Restarts that the policy has counted and whose starts were not heard yet: it counts when a life ends.
    owed: usize,
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
        self.owed = 0;
    }

    /// Explains the starts that were heard by the count of restarts, which only an inspection says.
    pub(super) fn explain(&mut self, inspection: &Inspection) {
        self.count_restarts(inspection.restart_count);
        let starts = std::mem::take(&mut self.unexplained);
        let by_policy = starts.min(self.owed);
        self.owed -= by_policy;
        let by_others = starts - by_policy;
        let begun: Vec<_> =
            self.happenings.iter_mut().filter(|happening| happening.kind == EventKind::Start).collect();
        let explained = begun.len().saturating_sub(starts);
        // A start by others comes first: it sets the policy's count back.
        for (number, happening) in begun.into_iter().skip(explained).enumerate() {
            let who =
                if number < by_others { "by a command or with its engine" } else { "by its restart policy" };
            happening.detail = format!("{} {who}", happening.detail);
        }
    }

    fn count_restarts(&mut self, count: u64) {
        let Some(before) = self.restart_count.replace(count) else { return };
        // A start by others sets the count back, and what was before it no longer matters.
        let (owed, further) = count.checked_sub(before).map_or((0, count), |further| (self.owed, further));
        self.owed = owed.saturating_add(usize::try_from(further).unwrap_or(usize::MAX));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The events of a container that ran out of memory and was started again three times, as recorded.
    const LOOP: &str = include_str!("../../fixtures/docker/events-oom-loop.json");

    fn events(lines: &str) -> Vec<EventMessage> {
        lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("an event is of the library's form"))
            .collect()
    }

    fn event(at_ns: i64, action: &str) -> EventMessage {
        EventMessage { action: Some(action.to_owned()), time_nano: Some(at_ns), ..EventMessage::default() }
    }

    fn told(ledger: &mut Ledger) -> Vec<(EventKind, String)> {
        ledger.take(1_000).into_iter().map(|noticed| (noticed.kind, noticed.detail)).collect()
    }

    fn inspection(started_ns: u64, finished_ns: u64, restart_count: u64) -> Inspection {
        Inspection {
            state: State::Running,
            started_ns: Some(started_ns),
            finished_ns: Some(finished_ns),
            restart_count,
            ..Inspection::default()
        }
    }

    #[test]
    fn a_loop_of_kills_is_told_life_by_life() {
        let mut ledger = Ledger::since(1);
        ledger.unknown();
        events(LOOP).iter().for_each(|event| ledger.hear(event));
        ledger.explain(&Inspection { restart_count: 3, ..Inspection::default() });
        let lines: Vec<_> =
            told(&mut ledger).iter().map(|(kind, detail)| format!("{kind:?}: {detail}")).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn an_event_that_is_heard_twice_is_told_once() {
        let mut ledger = Ledger::since(1);
        let oom = event(5, "oom");
        ledger.hear(&oom);
        ledger.hear(&oom);
        assert_eq!(told(&mut ledger).len(), 1);
    }

    #[test]
    fn what_was_before_the_run_is_not_told() {
        let mut ledger = Ledger::since(10);
        ledger.hear(&event(9, "oom"));
        ledger.reconcile(&inspection(8, 7, 0), 100);
        assert_eq!(told(&mut ledger), []);
    }

    #[test]
    fn a_count_of_restarts_that_falls_is_a_start_by_others() {
        let mut ledger = Ledger::since(1);
        ledger.explain(&inspection(0, 0, 2));
        ledger.hear(&event(5, "start"));
        ledger.explain(&inspection(5, 4, 0));
        let started = "started by a command or with its engine".to_owned();
        assert_eq!(told(&mut ledger), [(EventKind::Start, started)]);
    }

    #[test]
    fn the_policy_counts_when_a_life_ends_and_explains_the_start_that_comes_later() {
        let mut ledger = Ledger::since(1);
        ledger.explain(&inspection(0, 0, 0));
        ledger.hear(&event(4, "die"));
        ledger.explain(&inspection(0, 4, 1));
        told(&mut ledger);
        ledger.hear(&event(5, "start"));
        ledger.explain(&inspection(5, 4, 1));
        assert_eq!(told(&mut ledger), [(EventKind::Start, "started by its restart policy".to_owned())]);
    }

    #[test]
    fn a_restart_by_the_policy_that_never_came_explains_no_start_by_others() {
        let mut ledger = Ledger::since(1);
        ledger.explain(&inspection(0, 0, 0));
        ledger.hear(&event(4, "die"));
        ledger.explain(&inspection(0, 4, 1));
        told(&mut ledger);
        ledger.hear(&event(5, "start"));
        ledger.explain(&inspection(5, 4, 0));
        let started = "started by a command or with its engine".to_owned();
        assert_eq!(told(&mut ledger), [(EventKind::Start, started)]);
    }

    #[test]
    fn what_an_engine_forgot_is_found_out_by_comparing() {
        let mut ledger = Ledger::since(1);
        ledger.explain(&inspection(1, 0, 0));
        ledger.reconcile(&Inspection { oom_killed: true, ..inspection(40, 30, 1) }, 50);
        ledger.explain(&inspection(40, 30, 1));
        assert_eq!(
            told(&mut ledger),
            [
                (EventKind::Oom, "found out later: a process was killed for lack of memory".to_owned()),
                (EventKind::Die, "ended after a kill for lack of memory".to_owned()),
                (EventKind::Start, "found out later: started by its restart policy".to_owned()),
            ]
        );
    }

    #[test]
    fn what_was_heard_is_not_found_out_again() {
        let mut ledger = Ledger::since(1);
        for (at_ns, action) in [(31, "oom"), (32, "die"), (41, "start")] {
            ledger.hear(&event(at_ns, action));
        }
        ledger.take(50);
        ledger.reconcile(&Inspection { oom_killed: true, ..inspection(40, 30, 1) }, 50);
        assert_eq!(told(&mut ledger), []);
    }

    #[test]
    fn health_is_the_word_after_the_colon() {
        let mut ledger = Ledger::since(1);
        ledger.hear(&event(5, "health_status: unhealthy"));
        assert_eq!(told(&mut ledger), [(EventKind::Health, "unhealthy".to_owned())]);
    }

    #[test]
    fn an_event_is_as_old_as_the_engine_says() {
        let mut ledger = Ledger::since(1);
        ledger.hear(&event(400, "oom"));
        assert_eq!(ledger.take(1_000)[0].age, Duration::from_nanos(600));
    }
}
