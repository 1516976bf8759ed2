//! What stands, and who was told of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use plimsoll::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::alert::{Alert, Grade};
use super::message::{Message, Status};

/// What stands from one result to the next, and who was told of it. Plain data: it knows no clock and no network.
///
/// What is seen for the first time is only a suspicion; it becomes an alert when the next result has it too, and is over
/// with the first that has it no more. Where it becomes graver, it is over in its old form and stands in the graver one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    standing: Vec<Standing>,
    /// Results that were looked at.
    turns: u64,
    /// When the last of them was.
    at: Option<Timestamp>,
}

/// Where an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Seen once.
    Suspected,
    /// Seen twice in a row, or graver than before.
    Firing,
    /// Not seen any more; kept until everybody knows.
    Over,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Standing {
    alert: Alert,
    state: State,
    since: Timestamp,
    /// When it ends, or is to be taken for ended unless somebody hears of it again.
    until: Timestamp,
    /// The last result that had it.
    turn: u64,
    /// Who knows of it, and since which result.
    told: BTreeMap<String, u64>,
}

impl Ledger {
    /// Takes note of what a result gives cause for. What stands counts for `lasts` if nobody looks again.
    pub fn observe(&mut self, seen: &[Alert], now: Timestamp, lasts: Duration) {
        self.turns += 1;
        self.at = Some(now);
        let (turn, until) = (self.turns, now.after(lasts));
        let mut graver = Vec::new();
        for one in self.standing.iter_mut().filter(|one| one.state != State::Over) {
            match seen.iter().find(|alert| alert.is_about_the_same(&one.alert)) {
                Some(alert) if alert.grade > one.alert.grade && one.state == State::Firing => {
                    graver.push(Standing::new(alert, State::Firing, one.since, until, turn));
                    one.end(now);
                }
                Some(alert) => one.see_again(alert, until, turn),
                None => one.end(now),
            }
        }
        self.standing.extend(graver);
        for alert in seen {
            let stands = |one: &Standing| one.state != State::Over && one.alert.is_about_the_same(alert);
            if !self.standing.iter().any(stands) {
                self.standing.push(Standing::new(alert, State::Suspected, now, until, turn));
            }
        }
        self.forget();
    }

    /// Whether something was seen for the first time, and a second look would tell.
    #[must_use]
    pub fn has_suspicions(&self) -> bool {
        self.in_state(State::Suspected).next().is_some()
    }

    /// What is in a state.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = &Alert> {
        self.standing.iter().filter(move |one| one.state == state).map(|one| &one.alert)
    }

    /// What somebody has to be told: what is over first, then what stands. Who asks for it is told again what stands
    /// after each result.
    #[must_use]
    pub fn due(&self, destination: &str, wants_reminders: bool) -> Vec<Message> {
        let (mut over, mut firing) = (Vec::new(), Vec::new());
        for one in &self.standing {
            let told = one.told.get(destination);
            match one.state {
                State::Over if told.is_some() => over.push(one.message(Status::Resolved)),
                State::Firing if told.is_none_or(|turn| wants_reminders && *turn < one.turn) => {
                    firing.push(one.message(Status::Firing));
                }
                _ => {}
            }
        }
        over.extend(firing);
        over
    }

    /// Takes note that a message arrived.
    pub fn settle(&mut self, destination: &str, message: &Message) {
        let key = message.alert.key();
        // Of two with one key, the one that is over came first.
        let is_it = |one: &&mut Standing| one.since == message.since && one.alert.key() == key;
        match (self.standing.iter_mut().find(is_it), message.status) {
            (Some(one), Status::Firing) => drop(one.told.insert(destination.to_owned(), message.turn)),
            (Some(one), Status::Resolved) => drop(one.told.remove(destination)),
            // It was over, and forgotten, while the message was under way: that has to be told now.
            (None, Status::Firing) => {
                let end = self.at.unwrap_or(message.since);
                let mut one = Standing::new(&message.alert, State::Over, message.since, end, message.turn);
                one.told.insert(destination.to_owned(), message.turn);
                self.standing.push(one);
            }
            (None, Status::Resolved) => {}
        }
        self.forget();
    }

    /// Forgets who is not told any more.
    pub fn only(&mut self, destinations: &BTreeSet<&str>) {
        for one in &mut self.standing {
            one.told.retain(|destination, _| destinations.contains(destination.as_str()));
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.standing.retain(|one| one.state != State::Over || !one.told.is_empty());
    }
}

impl Standing {
    fn new(alert: &Alert, state: State, since: Timestamp, until: Timestamp, turn: u64) -> Standing {
        Standing { alert: alert.clone(), state, since, until, turn, told: BTreeMap::new() }
    }

    /// The second look makes an alert of a suspicion. The grade stays, so that it is not told twice.
    fn see_again(&mut self, alert: &Alert, until: Timestamp, turn: u64) {
        let grade: Grade = self.alert.grade.max(alert.grade);
        self.alert = Alert { grade, ..alert.clone() };
        (self.state, self.until, self.turn) = (State::Firing, until, turn);
    }

    fn end(&mut self, now: Timestamp) {
        (self.state, self.until) = (State::Over, now);
    }

    fn message(&self, status: Status) -> Message {
        let Standing { alert, since, until, turn, .. } = self;
        Message { status, alert: alert.clone(), since: *since, until: *until, turn: *turn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTS: Duration = Duration::from_secs(3_600);

    fn alert(grade: Grade) -> Alert {
        Alert { grade, metric: Some("p95".to_owned()), ..Alert::failed("because") }
    }

    fn at(turn: u64) -> Timestamp {
        Timestamp::EPOCH.after(Duration::from_secs(turn * 60))
    }

    /// Lets results with these alerts come in, one after the other, and delivers what is due after each; what arrived.
    fn arrived(turns: &[&[Alert]], wants_reminders: bool) -> Vec<(usize, Status, Grade)> {
        let mut ledger = Ledger::default();
        let mut arrived = Vec::new();
        for (turn, seen) in turns.iter().enumerate() {
            ledger.observe(seen, at(turn as u64), LASTS);
            for message in ledger.due("them", wants_reminders) {
                ledger.settle("them", &message);
                arrived.push((turn, message.status, message.alert.grade));
            }
            assert_eq!(ledger.due("them", wants_reminders), [], "nothing is due twice");
        }
        arrived
    }

    #[test]
    fn what_stands_is_told_once_and_once_that_it_is_over() {
        let bad = [alert(Grade::Warning)];
        let turns: [&[Alert]; 7] = [&[], &bad, &bad, &bad, &bad, &[], &[]];
        let expected = [(2, Status::Firing, Grade::Warning), (5, Status::Resolved, Grade::Warning)];
        assert_eq!(arrived(&turns, false), expected);
    }

    #[test]
    fn what_was_seen_once_is_never_told() {
        let bad = [alert(Grade::Critical)];
        assert_eq!(arrived(&[&bad, &[], &bad, &[]], false), []);
    }

    #[test]
    fn who_wants_reminders_is_told_after_each_result() {
        let bad = [alert(Grade::Warning)];
        let told: Vec<usize> = arrived(&[&bad, &bad, &bad, &bad, &[]], true).iter().map(|it| it.0).collect();
        assert_eq!(told, [1, 2, 3, 4]);
    }

    #[test]
    fn what_becomes_graver_is_told_again_and_what_becomes_less_grave_is_not() {
        let (warning, critical) = ([alert(Grade::Warning)], [alert(Grade::Critical)]);
        let turns: [&[Alert]; 6] = [&warning, &warning, &critical, &critical, &warning, &[]];
        let expected = [
            (1, Status::Firing, Grade::Warning),
            (2, Status::Resolved, Grade::Warning),
            (2, Status::Firing, Grade::Critical),
            (5, Status::Resolved, Grade::Critical),
        ];
        assert_eq!(arrived(&turns, false), expected);
    }

    #[test]
    fn who_could_not_be_reached_while_it_stood_is_not_told_that_it_is_over() {
        let bad = [alert(Grade::Warning)];
        let mut ledger = Ledger::default();
        ledger.observe(&bad, at(0), LASTS);
        ledger.observe(&bad, at(1), LASTS);
        let message = ledger.due("one", false).remove(0);
        ledger.settle("one", &message);
        ledger.observe(&[], at(2), LASTS);
        assert_eq!(ledger.due("other", false), []);
        let over = ledger.due("one", false).remove(0);
        assert_eq!((over.status, over.since, over.until), (Status::Resolved, at(0), at(2)));
        ledger.settle("one", &over);
        assert_eq!(ledger.standing, [], "nothing is kept for ever");
    }

    #[test]
    fn what_is_over_while_its_message_is_under_way_is_told_to_be_over() {
        let bad = [alert(Grade::Warning)];
        let mut ledger = Ledger::default();
        ledger.observe(&bad, at(0), LASTS);
        ledger.observe(&bad, at(1), LASTS);
        let under_way = ledger.due("them", false).remove(0);
        ledger.observe(&[], at(2), LASTS);
        ledger.settle("them", &under_way);
        let over = ledger.due("them", false).remove(0);
        assert_eq!((over.status, over.until), (Status::Resolved, at(2)));
    }

    #[test]
    fn a_ledger_comes_back_from_its_file() {
        let bad = [alert(Grade::Warning)];
        let mut ledger = Ledger::default();
        ledger.observe(&bad, at(0), LASTS);
        ledger.observe(&bad, at(1), LASTS);
        let message = ledger.due("them", false).remove(0);
        ledger.settle("them", &message);
        let text = serde_json::to_string(&ledger).unwrap();
        let mut back: Ledger = serde_json::from_str(&text).unwrap();
        assert_eq!((&back, back.due("them", false).len()), (&ledger, 0));
        back.only(&BTreeSet::from(["others"]));
        assert_eq!(back.due("them", false).len(), 1, "who was forgotten knows nothing");
    }
}
