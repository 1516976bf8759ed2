//! Where a program speaks to.

use std::fmt::{self, Debug};
use std::io::{self, Write};

use crate::Log;
use crate::terminal::{Color, Facts, Terminal};

/// The two streams of a program: results on one, everything else on the other.
pub struct Streams {
    results: Box<dyn Write + Send>,
    results_terminal: Terminal,
    log: Log,
    log_terminal: Terminal,
}

impl Streams {
    /// Standard output and standard error, as they are.
    #[must_use]
    pub fn standard(color: Color) -> Streams {
        Streams {
            results: Box::new(io::stdout()),
            results_terminal: Terminal::new(&Facts::of_stdout(), color),
            log: Log::new(io::stderr()),
            log_terminal: Terminal::new(&Facts::of_stderr(), color),
        }
    }

    /// Streams of one's own, neither of them a terminal.
    pub fn plain(results: impl Write + Send + 'static, errors: impl Write + Send + 'static) -> Streams {
        let terminal =
            Terminal::new(&Facts { locale: "C.UTF-8".to_owned(), ..Facts::default() }, Color::Never);
        Streams {
            results: Box::new(results),
            results_terminal: terminal,
            log: Log::new(errors),
            log_terminal: terminal,
        }
    }

    /// What is said beside the results.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What the stream of the log can show.
    #[must_use]
    pub fn log_terminal(&self) -> &Terminal {
        &self.log_terminal
    }

    /// What the stream of results can show.
    #[must_use]
    pub fn results_terminal(&self) -> &Terminal {
        &self.results_terminal
    }

    /// Prints a result. A reader who has seen enough and left is no error.
    ///
    /// # Errors
    /// When the content cannot be made, or the stream fails in another way.
    pub fn print(&mut self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = io::BufWriter::new(&mut self.results);
        match content(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is still buffered has nowhere to go; a drop would try once more.
                drop(out.into_parts());
                Ok(())
            }
            printed => printed,
        }
    }
}

impl Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("results_terminal", &self.results_terminal)
            .field("log", &self.log)
            .field("log_terminal", &self.log_terminal)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream that fails in one way.
    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    fn print_to(kind: io::ErrorKind) -> io::Result<()> {
        Streams::plain(Failing(kind), io::sink()).print(|out| out.write_all(&[b'x'; 100_000]))
    }

    #[test]
    fn a_reader_who_left_is_no_error() {
        print_to(io::ErrorKind::BrokenPipe).unwrap();
    }

    #[test]
    fn a_full_disk_is_an_error() {
        assert_eq!(print_to(io::ErrorKind::StorageFull).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
