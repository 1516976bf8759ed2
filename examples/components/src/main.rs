//! The components of a query service: measures those that were asked for, and returns an exit code.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use components::component::Component;
use components::llm::Model;
use components::parts::Parts;
use components::search::{Index, VECTORS};
use components::slow_down::SlowDown;
use components::texts::QUESTIONS;
use plimsoll_cli::{Flags, Program, Session, parse};

/// The components of a query service, each alone and all together, judged on their p99
///
/// Without flags: embedding within 200 ms, search among 5,000 vectors within 500 ms, the API within 100 ms, the answer of
/// a language model (a stand-in with a stated latency) and the whole way within 5 s. A component that misses its limit,
/// or fails in more than 1 %, ends with 1.
#[derive(Debug, Parser)]
#[command(name = "components", version)]
struct Cli {
    /// Which of them; several with commas [default: all]
    #[arg(long, value_name = "NAME,...", value_enum, value_delimiter = ',')]
    component: Vec<Component>,

    /// Calls of each component [default: 400, of llm and end_to_end 20]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        conflicts_with_all = ["requests", "duration", "rate", "stages"],
    )]
    samples: Option<u64>,

    /// Vectors that are searched, 500 to 50,000
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = vectors)]
    vectors: usize,

    /// Texts that are embedded at once, 1 to 12; of several numbers each in its turn
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "1,4,12", value_parser = batch)]
    batch: Vec<usize>,

    /// Makes a component slower, to see that it is found: search=600ms
    #[arg(long, value_name = "NAME=LENGTH")]
    slow_down: Option<SlowDown>,

    #[command(flatten)]
    flags: Flags,
}

fn vectors(text: &str) -> Result<usize, String> {
    let count = text.trim().parse().ok().filter(|count| VECTORS.contains(count));
    count.ok_or_else(|| "expected a whole number from 500 to 50000".to_owned())
}

fn batch(text: &str) -> Result<usize, String> {
    let count = text.trim().parse().ok().filter(|count| (1..=QUESTIONS.len()).contains(count));
    count.ok_or_else(|| "expected a whole number from 1 to 12".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let mut session =
        Session::begin(&Program::new("components", env!("CARGO_PKG_VERSION")), &cli.flags).await;
    session.sum_up();
    let parts = Parts {
        index: Arc::new(Index::of(cli.vectors)),
        batches: cli.batch.clone().into(),
        model: Model::default(),
        slow_down: cli.slow_down,
    };
    describe(&mut session, &cli, &parts);
    let all = Component::ALL.into_iter();
    for component in all.filter(|it| cli.component.is_empty() || cli.component.contains(it)) {
        measure(&mut session, &cli, &parts, component).await;
    }
    session.finish().into()
}

fn describe(session: &mut Session, cli: &Cli, parts: &Parts) {
    let list = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let sitting = session.sitting();
    sitting.config("vectors", cli.vectors).config("batch", list(&cli.batch)).derived("llm", parts.model);
    if let Some(samples) = cli.samples {
        sitting.config("samples", samples);
    }
    if let Some(slow_down) = cli.slow_down {
        sitting.config("slow_down", slow_down);
    }
}

async fn measure(session: &mut Session, cli: &Cli, parts: &Parts, component: Component) {
    let samples = cli.samples.unwrap_or(component.samples());
    let prepare = async |_| {
        let load = parts.load(component).await?;
        cli.flags.load.apply(load, component.offered(samples)?)
    };
    session.run(&component.workload(), prepare).await;
}
