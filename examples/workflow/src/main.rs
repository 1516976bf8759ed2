//! A workflow engine under load: starts it, and returns the exit code.

use std::num::NonZeroU16;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use plimsoll_cli::{Flags, Prepared, Program, Session, parse};
use workflow::engine::{Engine, Settings};
use workflow::load::{load, offered};

/// A workflow engine in one process under load: agents, an event bus, a blackboard, a store, an API
///
/// Without flags: eight users for five seconds. Each hands a document in over the API, waits until its workflow has ended,
/// and fetches the summary. The parts of the engine are the steps of that.
#[derive(Debug, Parser)]
#[command(name = "workflow", version)]
struct Cli {
    /// How many agents there are, each a task with a queue of its own
    #[arg(long, value_name = "N", default_value = "4", help_heading = "Engine")]
    agents: NonZeroU16,

    /// Most workflows under way at the same time; the API refuses more with 503
    #[arg(long, value_name = "N", default_value = "256", help_heading = "Engine")]
    capacity: NonZeroU16,

    /// Words in a document
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Engine")]
    words: u32,

    /// Waits for the disk at each write of the store, and not only for the operating system
    #[arg(long, help_heading = "Engine")]
    sync: bool,

    #[command(flatten)]
    flags: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let settings = Settings { agents: cli.agents, capacity: cli.capacity, sync: cli.sync };
    let mut session = Session::begin(&Program::new("workflow", env!("CARGO_PKG_VERSION")), &cli.flags).await;
    let config = session.sitting().config("agents", cli.agents).config("capacity", cli.capacity);
    config.config("words", cli.words).config("sync", cli.sync);
    let prepare = async |_| {
        let own = offered()?;
        let is_open = cli.flags.load.profile(own.clone())?.is_open();
        let engine = Arc::new(Engine::start(settings).await?);
        // The engine has the program's threads, and the load one of its own.
        let load = load(&engine, cli.words, is_open)?.dedicated_threads(1);
        let load = cli.flags.load.apply(load, own)?;
        Ok(Prepared::new(load).tear_down(async move {
            engine.stop().await;
            Ok(())
        }))
    };
    session.run("workflow", prepare).await;
    session.finish().into()
}
