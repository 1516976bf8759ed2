//! What is said on the standard error, and kept for `run.log`.

use std::fmt::{self, Debug};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;

/// Says lines on a stream, mostly the standard error, and keeps them.
///
/// Copies share the same lines. A stream that is closed or broken changes nothing: nobody is left to tell.
#[derive(Clone)]
pub struct Log {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    stream: Box<dyn Write + Send>,
    lines: Vec<String>,
    bar: Option<ProgressBar>,
}

impl Log {
    /// An empty log that speaks to a stream.
    pub fn new(stream: impl Write + Send + 'static) -> Log {
        let shared = Shared { stream: Box::new(stream), lines: Vec::new(), bar: None };
        Log { shared: Arc::new(Mutex::new(shared)) }
    }

    /// Says a line. What would control the terminal is left out of it.
    pub fn say(&self, line: impl Into<String>) {
        let line: String = line.into().chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        let mut shared = self.lock();
        let Shared { stream, bar, .. } = &mut *shared;
        let mut write = || writeln!(stream, "{line}").and_then(|()| stream.flush());
        // There is nowhere to report that reporting failed.
        let _: io::Result<()> = match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        shared.lines.push(line);
    }

    /// Everything said so far, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        self.lock().lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Takes a bar off the terminal while a line is said.
    pub(crate) fn attach(&self, bar: Option<ProgressBar>) {
        self.lock().bar = bar;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("lines", &self.lock().lines.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream whose other end is gone.
    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_broken_stream_loses_no_line() {
        let log = Log::new(Broken);
        log.say("one");
        log.clone().say("two");
        assert_eq!(log.text(), "one\ntwo\n");
    }

    #[test]
    fn nothing_that_controls_a_terminal_is_said() {
        let log = Log::new(io::sink());
        log.say("a\u{1b}[31mb\rc");
        assert_eq!(log.text(), "a[31mbc\n");
    }
}
