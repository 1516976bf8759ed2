//! The main loop of a load program.

use std::fmt::{self, Debug};
use std::pin::Pin;

use plimsoll::Load;

use crate::{Exit, Flags, Session};

/// A load program: what its results are called, and which version made them.
///
/// A whole program, with all the shared flags, progress, signals, report, files and exit codes:
///
/// ```no_run
/// use std::process::ExitCode;
/// use std::time::Duration;
///
/// use clap::Parser;
/// use plimsoll::{Load, Profile, op, secs};
/// use plimsoll_cli::{Flags, Program, parse};
///
/// /// A cache under load.
/// #[derive(Parser)]
/// #[command(version)]
/// struct Cli {
///     #[command(flatten)]
///     flags: Flags,
/// }
///
/// # struct Cache;
/// # impl Cache {
/// #     async fn start() -> anyhow::Result<std::sync::Arc<Cache>> { Ok(std::sync::Arc::new(Cache)) }
/// #     async fn get(&self, _: u64) {}
/// # }
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     let flags = match parse::<Cli>() {
///         Ok(cli) => cli.flags,
///         Err(exit) => return exit.into(),
///     };
///     let program = Program::new("cache", env!("CARGO_PKG_VERSION"));
///     let exit = program.run(&flags, "reads", async |_iteration| {
///         let cache = Cache::start().await?;
///         let read = op("read", move |_| {
///             let cache = cache.clone();
///             async move { cache.get(7).await }
///         });
///         flags.load.apply(Load::new("reads").operation(read), Profile::hold(500, secs(30)))
///     });
///     exit.await.into()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What its results are called.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Program {
    /// A program of that name and version.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Program {
        Program { name: name.into(), version: version.into() }
    }

    /// Runs a workload as often as the flags say, reports, writes the files, and says how the program ends.
    ///
    /// `prepare` starts the service afresh before each iteration, counted from 1, and says what is done to
    /// it: a [`Load`], or a [`Prepared`] when there is something to tear down. SIGINT and SIGTERM are caught:
    /// the first ends the run and reports, the second ends the process.
    pub async fn run<P: Into<Prepared>>(
        &self,
        flags: &Flags,
        workload: &str,
        prepare: impl AsyncFnMut(u64) -> anyhow::Result<P>,
    ) -> Exit {
        let mut session = Session::begin(self, flags).await;
        session.run(workload, prepare).await;
        session.finish()
    }
}

/// What happens after a run.
type TearDown = Pin<Box<dyn Future<Output = anyhow::Result<()>>>>;

/// A load that is ready to run, and what happens after it.
pub struct Prepared {
    pub(crate) load: Load,
    pub(crate) tear_down: Option<TearDown>,
}

impl Prepared {
    /// A load with nothing to tear down.
    #[must_use]
    pub fn new(load: Load) -> Prepared {
        Prepared { load, tear_down: None }
    }

    /// Waits for something after the run, whatever its outcome: a service that stops.
    #[must_use]
    pub fn tear_down(self, tear_down: impl Future<Output = anyhow::Result<()>> + 'static) -> Prepared {
        Prepared { tear_down: Some(Box::pin(tear_down)), ..self }
    }
}

impl From<Load> for Prepared {
    fn from(load: Load) -> Prepared {
        Prepared::new(load)
    }
}

impl Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("load", &self.load).finish_non_exhaustive()
    }
}
