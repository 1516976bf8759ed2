//! Delivering what is due.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use plimsoll::model::Timestamp;
use plimsoll_cli::{Log, write_whole};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::alert::Alert;
use super::destination::{Destination, names};
use super::ledger::{Ledger, State};
use crate::trouble::{Change, Trouble};

/// The wait before a second attempt; each further one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How long the end may wait for deliveries.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// Tells each destination what is due, on tasks of its own: whoever takes long, or is not there, holds up nobody else.
///
/// What stands and who knows of it is in a file, so that nobody is told again after a restart. A process that is killed
/// between a delivery and its note in the file tells it once more.
#[derive(Debug)]
pub struct Courier {
    desk: Arc<Desk>,
    tasks: JoinSet<()>,
}

/// What the tasks share.
#[derive(Debug)]
struct Desk {
    ledger: Mutex<Ledger>,
    file: PathBuf,
    news: watch::Sender<News>,
    log: Log,
}

/// What the tasks wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// There may be something to tell.
    Result,
    /// This attempt is the last.
    End,
}

impl Courier {
    /// Begins to deliver what the ledger in a file says, which need not be there yet. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn start(file: PathBuf, destinations: Vec<Destination>, log: Log) -> anyhow::Result<Courier> {
        let mut ledger = read(&file)?;
        ledger.only(&names(&destinations));
        let desk =
            Arc::new(Desk { ledger: Mutex::new(ledger), file, news: watch::Sender::new(News::Result), log });
        let mut tasks = JoinSet::new();
        for destination in destinations {
            tasks.spawn(deliver(Arc::clone(&desk), destination));
        }
        Ok(Courier { desk, tasks })
    }

    /// Takes note of what a result gives cause for; see [`Ledger::observe`]. Waits for no delivery.
    pub fn observe(&self, seen: &[Alert], now: Timestamp, lasts: Duration) {
        let mut ledger = self.desk.ledger();
        ledger.observe(seen, now, lasts);
        for alert in ledger.in_state(State::Suspected) {
            self.desk.log.say(format!("suspected: {}: {}", alert.summary, alert.description));
        }
        for alert in ledger.in_state(State::Firing) {
            self.desk.log.say(format!("{}: {}: {}", alert.grade.word(), alert.summary, alert.description));
        }
        drop(ledger);
        self.desk.save();
        self.desk.news.send_replace(News::Result);
    }

    /// Whether a second look would tell more.
    #[must_use]
    pub fn has_suspicions(&self) -> bool {
        self.desk.ledger().has_suspicions()
    }

    /// Stops, after a last attempt to deliver what is due. What is not delivered then is in the file.
    pub async fn close(mut self) {
        self.desk.news.send_replace(News::End);
        let last = async { while self.tasks.join_next().await.is_some() {} };
        // Whatever does not arrive in time is told the next time, if it is still true.
        let _ = tokio::time::timeout(LAST_CHANCE, last).await;
    }
}

async fn deliver(desk: Arc<Desk>, destination: Destination) {
    let mut news = desk.news.subscribe();
    let (mut trouble, mut pause) = (Trouble::default(), FIRST_PAUSE);
    loop {
        let is_last = *news.borrow_and_update() == News::End;
        let outcome = desk.pass(&destination).await;
        let is_done = outcome.is_ok();
        match trouble.change(outcome) {
            Some(Change::Begins(why)) => {
                desk.log
                    .say(format!("warning: {} cannot be told: {why}; it is tried again", destination.name()));
            }
            Some(Change::Ends) => desk.log.say(format!("{} is told again", destination.name())),
            None => {}
        }
        if is_last {
            return;
        }
        let rest = if is_done { Duration::MAX } else { pause };
        pause = if is_done { FIRST_PAUSE } else { LONGEST_PAUSE.min(pause * 2) };
        // A new result is a reason to try at once.
        if let Ok(Err(_)) = tokio::time::timeout(rest, news.changed()).await {
            return;
        }
    }
}

impl Desk {
    /// Tries each message that is due once; the first error, when one did not arrive.
    async fn pass(&self, destination: &Destination) -> Result<(), String> {
        let due = self.ledger().due(destination.name(), destination.wants_reminders());
        let mut outcome = Ok(());
        for message in due {
            match destination.tell(&message).await {
                Ok(()) => {
                    self.ledger().settle(destination.name(), &message);
                    self.save();
                }
                Err(why) => outcome = outcome.and(Err(why)),
            }
        }
        outcome
    }

    fn save(&self) {
        let text = serde_json::to_vec_pretty(&*self.ledger()).expect("a ledger is plain data");
        if let Err(error) = write_whole(&self.file, |out| out.write_all(&text)) {
            self.log.say(format!("error: {} cannot be written: {error}", self.file.display()));
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // It is whole after every step.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &Path) -> anyhow::Result<Ledger> {
    match fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is no ledger of alerts; delete it to begin anew", file.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ledger::default()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}
