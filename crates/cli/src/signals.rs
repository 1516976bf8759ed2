//! Being asked to stop.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plimsoll::StopHandle;
use tokio::sync::oneshot;

use crate::{Exit, Log};

/// Whether the user asked to stop, and which run has to hear of it.
///
/// Copies share the same state.
#[derive(Debug, Clone, Default)]
pub struct Interrupts {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    is_interrupted: bool,
    running: Option<StopHandle>,
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To finish what is under way, and report: the first signal.
    Drain,
    /// To stop at once: any further one.
    Stop,
}

impl Interrupts {
    /// Takes a signal: the run in progress starts nothing more, and no other run follows.
    pub fn signal(&self) -> Asked {
        let mut state = self.lock();
        if std::mem::replace(&mut state.is_interrupted, true) {
            return Asked::Stop;
        }
        state.running.iter().for_each(StopHandle::interrupt);
        Asked::Drain
    }

    /// Whether the user asked to stop.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.lock().is_interrupted
    }

    /// Names the run that is about to start. After a signal it is stopped before it began.
    pub fn watch(&self, running: StopHandle) {
        let mut state = self.lock();
        if state.is_interrupted {
            running.interrupt();
        }
        state.running = Some(running);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens to SIGINT and SIGTERM (Ctrl-C elsewhere than on Unix) from now on, for as long as it lives.
#[derive(Debug)]
#[must_use = "it listens only as long as it lives"]
pub struct Listener {
    _until: oneshot::Sender<()>,
}

impl Listener {
    /// Begins to listen. The first signal drains; the second ends the process with 130.
    ///
    /// It listens on a thread of its own: a program whose runtime is held up can be stopped all the same.
    ///
    /// # Errors
    /// When the system has no thread or no handler to give.
    pub async fn start(interrupts: Interrupts, log: Log) -> io::Result<Listener> {
        let (until, dropped) = oneshot::channel::<()>();
        let (started, starting) = oneshot::channel();
        std::thread::Builder::new()
            .name("plimsoll-signals".to_owned())
            .spawn(move || listen(&interrupts, &log, started, dropped))?;
        match starting.await {
            Ok(outcome) => outcome.map(|()| Listener { _until: until }),
            Err(_) => Err(io::Error::other("the thread that listens to signals ended at its start")),
        }
    }
}

fn listen(
    interrupts: &Interrupts,
    log: &Log,
    started: oneshot::Sender<io::Result<()>>,
    mut dropped: oneshot::Receiver<()>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(started.send(Err(error))),
    };
    runtime.block_on(async {
        let mut signals = match Signals::new() {
            Ok(signals) => signals,
            Err(error) => return drop(started.send(Err(error))),
        };
        // Nobody waits for it any more when the program is already over.
        let _ = started.send(Ok(()));
        loop {
            tokio::select! {
                _ = &mut dropped => return,
                () = signals.next() => answer(interrupts, log),
            }
        }
    });
}

fn answer(interrupts: &Interrupts, log: &Log) {
    match interrupts.signal() {
        Asked::Drain => log.say("interrupted: finishing what is in flight; once more stops at once"),
        Asked::Stop => Exit::Interrupted.now(),
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => (),
            _ = self.terminate.recv() => (),
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn next(&mut self) {
        self.interrupt.recv().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_drains_and_the_second_stops() {
        let interrupts = Interrupts::default();
        assert!(!interrupts.is_interrupted());
        assert_eq!(interrupts.signal(), Asked::Drain);
        assert!(interrupts.clone().is_interrupted());
        assert_eq!(interrupts.signal(), Asked::Stop);
    }
}
