//! `cargo xtask perf-ci --every 1h`: the main job again and again.
//!
//! Each turn is a whole job of its own, compared with a [`Reference`]: the newest results that gave no cause for an
//! alert. What becomes worse is looked at again at once, and told when it is still there ([`crate::alerts`]). Results,
//! history and trends are kept, and what they take of the disk has a bound ([`Keep`]).

mod keep;
mod reference;
mod world;

use std::path::PathBuf;
use std::time::Duration;

use plimsoll::model::{Set, Status, Timestamp, human};
use plimsoll_cli::{Color, Exit, HISTORY_FILE, Log, Results, Streams, read_baseline, read_history, read_set};

pub use self::keep::Keep;
pub use self::reference::Reference;
use self::world::Here;
pub use self::world::{Turn, World};
use super::Args;
use crate::alerts::{Alert, Courier, Destination, from_environment, is_incomparable, of};
use crate::signals::Signals;
use crate::trends;

/// The file that remembers what stands and who was told.
pub const LEDGER_FILE: &str = "alerts.ledger";
/// The page of trends that each turn leaves.
pub const TRENDS_FILE: &str = "trends.html";
/// Turns that may fail or be late before what stands counts as over for who is not reminded of it.
const LATE_TURNS: u32 = 3;
/// What a turn may take beside its interval.
const LONGEST_TURN: Duration = Duration::from_secs(3_600);

/// What is done again and again.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of results.
    pub folder: PathBuf,
    /// From the start of a turn to that of the next.
    pub interval: Duration,
    /// What is kept of old results.
    pub keep: Keep,
    /// What each turn is compared with; the newest good results when it is not said.
    pub previous: Option<Set>,
}

/// Measures again and again, until a signal comes.
///
/// # Errors
/// When something is wrong that no later turn would mend: targets, the earlier result, the environment, the folder.
pub(super) async fn perform(args: &Args, interval: Duration) -> anyhow::Result<Exit> {
    read_baseline(&args.baseline)?;
    let previous = args.previous.as_deref().map(read_set).transpose()?;
    let destinations = from_environment(|name| std::env::var(name).ok())?;
    Results::create(&args.out)?;
    Results::probe(&args.out)?;
    let signals = Signals::listen()?;
    let log = Streams::standard(Color::default()).log().clone();
    let names: Vec<&str> = destinations.iter().map(Destination::name).collect();
    let told = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    log.say(format!("a turn every {}; told of what becomes worse: {told}", span(interval)));
    let courier = Courier::start(args.out.join(LEDGER_FILE), destinations, log.clone())?;
    let settings = Settings {
        folder: args.out.clone(),
        interval,
        keep: Keep { results: args.keep, bytes: args.keep_mb.saturating_mul(1_000_000) },
        previous,
    };
    let exit = go_on(&mut Here { args, signals }, &settings, &courier, &log).await;
    courier.close().await;
    Ok(exit)
}

/// Measures again and again in a world that may be a pretended one, until it asks to stop.
pub async fn go_on(world: &mut impl World, settings: &Settings, courier: &Courier, log: &Log) -> Exit {
    let begin = world.now();
    let lasts = (settings.interval.max(LONGEST_TURN)).saturating_mul(LATE_TURNS);
    let mut is_second_look = false;
    loop {
        let seen = match world.measure(settings.reference(log).as_ref()).await {
            Ok(Turn::Done(set)) if set.verdict.status == Status::Interrupted => return Exit::Success,
            Ok(Turn::Done(set)) => settings.take(&set, log),
            Ok(Turn::Stopped) => return Exit::Success,
            Ok(Turn::StoppedAtOnce) => return Exit::Interrupted,
            Err(error) => vec![Alert::failed(&format!("{error:#}"))],
        };
        courier.observe(&seen, world.now(), lasts);
        // One more look for each turn, so that a machine full of noise is not measured without end.
        is_second_look = !is_second_look && courier.has_suspicions();
        let next = if is_second_look { world.now() } else { next(begin, settings.interval, world.now()) };
        log.say(format!("next turn at {}", next.human()));
        if !world.wait_until(next).await {
            return Exit::Success;
        }
    }
}

impl Settings {
    fn reference(&self, log: &Log) -> Option<Set> {
        self.previous.clone().or_else(|| Reference::of(&self.folder).read(log))
    }

    /// Takes over a result: what it gives cause for, and what is kept. What cannot be written is said and tried again
    /// with the next.
    fn take(&self, set: &Set, log: &Log) -> Vec<Alert> {
        let seen = of(set);
        let verdict = &set.verdict;
        log.say(format!("{}: {}", set.started_at.human(), verdict.status.word()));
        let kept = self.keep_result(set, seen.is_empty(), log);
        if let Err(error) = kept {
            log.say(format!("error: {error:#}"));
        }
        seen
    }

    fn keep_result(&self, set: &Set, is_good: bool, log: &Log) -> anyhow::Result<()> {
        let reference = Reference::of(&self.folder);
        if is_incomparable(set) && self.previous.is_none() {
            log.say("machine or plan are others than before: comparisons begin anew with the next turn");
            reference.clear()?;
        } else if is_good {
            reference.add(set)?;
        }
        self.keep.apply(&self.folder)?;
        let history = read_history(&self.folder.join(HISTORY_FILE))?;
        let trends = trends::of_history(&self.folder, history, std::slice::from_ref(set), Vec::new())?;
        Results::create(&self.folder)?.write(TRENDS_FILE, |out| trends.render(out))?;
        Ok(())
    }
}

/// The next start after now: a whole number of intervals after the first, so that turns do not drift.
fn next(begin: Timestamp, interval: Duration, now: Timestamp) -> Timestamp {
    let turns = now.since(begin).as_nanos() / interval.as_nanos().max(1) + 1;
    let nanos = turns.saturating_mul(interval.as_nanos());
    begin.after(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
}

/// A length of time for people.
fn span(length: Duration) -> String {
    human::span(u64::try_from(length.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_do_not_drift_and_what_was_missed_is_not_made_up_for() {
        let at = |seconds| Timestamp::EPOCH.after(Duration::from_secs(seconds));
        let hour = Duration::from_secs(3_600);
        assert_eq!(next(at(100), hour, at(100)), at(3_700));
        assert_eq!(next(at(100), hour, at(3_699)), at(3_700));
        assert_eq!(next(at(100), hour, at(3_700)), at(7_300));
        assert_eq!(next(at(100), hour, at(20_000)), at(21_700));
    }
}
