//! Two systems under the same load: measures them in turn, and returns what follows as an exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use ab_compare::checks::{self, Sides};
use ab_compare::load::{load, offered};
use ab_compare::pair::{Contestant, PairFile};
use ab_compare::service::{COMMAND, Kind, serve};
use clap::Parser;
use plimsoll::baseline::gate::{Gate, Looks, Next};
use plimsoll::model::{Caveat, Isolation, Protocol, Set, Side};
use plimsoll::{Run, Sitting};
use plimsoll_cli::{Flags, Program, Session, parse, refuse};

/// Two systems under the same load, in turn, until it is clear whether B is worse than A
///
/// Without flags: a monolith against a front with two workers, all of them built in. Ends with 1 when one of the five
/// checks fails.
#[derive(Debug, Parser)]
#[command(name = "ab-compare", version)]
struct Cli {
    /// The built-in system on side A
    #[arg(long, value_name = "KIND", default_value = "monolith")]
    a: Kind,

    /// The built-in system on side B
    #[arg(long, value_name = "KIND", default_value = "microservices")]
    b: Kind,

    /// How much more work than necessary one route of B does, to see that it is found: 20%
    #[arg(long, value_name = "SHARE", default_value = "0%", value_parser = share)]
    slow_down: f64,

    /// Two systems that run somewhere, from a YAML file, in place of built-in ones
    #[arg(long, value_name = "FILE", conflicts_with_all = ["a", "b", "slow_down"])]
    config: Option<PathBuf>,

    /// After how many runs of each side it is asked whether the answer is clear
    #[arg(long, value_name = "N,...", default_value = "12,24,36")]
    looks: Looks,

    #[command(flatten)]
    flags: Flags,
}

/// A share of at least nothing and at most tenfold.
fn share(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').and_then(|text| text.trim().parse().ok());
    let share = percent.map(|percent: f64| percent / 100.0).filter(|share| (0.0..=10.0).contains(share));
    share.ok_or_else(|| "expected a share from 0% to 1000%".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, part, looks] = &arguments[..]
        && command == COMMAND
    {
        return match serve(part, looks.parse().unwrap_or(1.0)).await {
            Ok(exit) => exit,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    if cli.flags.iterations != 1 {
        return refuse::<Cli>("--iterations is for one system; here --looks says how many runs there are")
            .into();
    }
    let [a, b] = match contestants(&cli) {
        Ok(contestants) => contestants,
        Err(error) => return refuse::<Cli>(&format!("{error:#}")).into(),
    };
    let program = Program::new("ab-compare", env!("CARGO_PKG_VERSION"));
    let mut session = Session::begin(&program, &cli.flags).await;
    session.sitting().config("a", a.name()).config("b", b.name()).config("looks", &cli.looks);
    for (name, contestant) in [("circuit_breaker_a", &a), ("circuit_breaker_b", &b)] {
        if let Some(breaker) = contestant.breaker() {
            session.sitting().config(name, breaker);
        }
    }
    if a.compression() || b.compression() {
        let message = "compression is gzip of what is answered over HTTP: permessage-deflate is not negotiated, and \
                       messages of WebSockets go uncompressed";
        session.sitting().caveat(Caveat::new("websocket_uncompressed", message));
    }
    if let Err(error) = compare(&mut session, &cli, &program, [&a, &b]).await {
        session.fail(&error);
    }
    session.finish().into()
}

fn contestants(cli: &Cli) -> anyhow::Result<[Contestant; 2]> {
    Ok(match &cli.config {
        Some(path) => {
            let file = PairFile::read(path)?;
            [Contestant::Elsewhere(file.a), Contestant::Elsewhere(file.b)]
        }
        None => [Contestant::BuiltIn(cli.a, 1.0), Contestant::BuiltIn(cli.b, 1.0 + cli.slow_down)],
    })
}

/// Measures the sides as the gate asks, until it has its answer or the user asked to stop.
async fn compare(
    session: &mut Session,
    cli: &Cli,
    program: &Program,
    contestants: [&Contestant; 2],
) -> anyhow::Result<()> {
    let policy = checks::policy(cli.looks.clone());
    let names = contestants.map(Contestant::name);
    let mut gate = Gate::new(policy, &format!("A, {}", names[0]), &format!("B, {}", names[1]));
    let mut sides = Sides::default();
    let comparison = loop {
        let side = match gate.next() {
            Next::Done(comparison) => break comparison.clone(),
            Next::Run(_) if session.is_interrupted() => break gate.interrupted(),
            Next::Run(side) => side,
        };
        let run = measure(session, cli, contestants[usize::from(side == Side::B)]).await?;
        sides.add(side, &run);
        session.sitting().add_side("ab-compare", side, Isolation::InProcess, run.clone());
        gate.observe(replicate(program, cli, run));
    };
    let checks = sides.check(&comparison);
    let verdict = checks::verdict(&checks, &comparison);
    let protocol = Protocol { name: "ab-compare".to_owned(), scenarios: vec![checks::scenario(&checks)] };
    session.sitting().comparison(comparison).protocol(protocol, verdict);
    Ok(())
}

/// One run of a side, its system started afresh.
async fn measure(session: &Session, cli: &Cli, contestant: &Contestant) -> anyhow::Result<Run> {
    let ready = contestant.prepare().await?;
    let load = cli.flags.load.apply(load(&ready), offered()?)?;
    Ok(session.measure(load).await?)
}

/// A set with one run, as the gate takes it.
fn replicate(program: &Program, cli: &Cli, run: Run) -> Set {
    let tool =
        plimsoll::model::Tool { name: program.name.clone(), version: program.version.clone(), git: None };
    let mut sitting = Sitting::begin("ab-compare", tool, &cli.flags.environment);
    sitting.add("ab-compare", Isolation::Process, run);
    sitting.finish()
}
