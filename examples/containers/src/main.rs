//! What a deployment of containers can bear: chooses what to do, and returns an exit code.

mod check;
mod run;
mod scale;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use containers::config::Config;
use containers::image;
use plimsoll::report::{AnalysisText, Json, Renderer, analyze};
use plimsoll_cli::{Color, Exit, Format, Log, Streams, parse, read_set};

/// What a deployment of containers can bear: idle, stress up to a limit, leak, speed
#[derive(Debug, Parser)]
#[command(name = "containers", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs idle, stress, leak and speed, each fed by the ones before
    Run(run::Args),
    /// Runs stress with more and more CPU, and says what each step gains
    Scale(scale::Args),
    /// Says how containers are: 0 healthy, 10 unhealthy, 11 starting, 12 missing, 13 exited, 14 no health check
    Check(check::Args),
    /// Says what a stored result tells, without any container
    Analyze(Analyze),
    /// Makes the image of the simulation that compose.yaml is made of, by docker import
    Image {
        /// The program of the simulation [default: the one beside this one]
        #[arg(long, value_name = "FILE")]
        program: Option<PathBuf>,
    },
}

/// A configuration file, and flags that go before it.
#[derive(Debug, clap::Args)]
struct Configured {
    /// The configuration file; every flag below goes before what it says
    #[arg(long = "config", value_name = "FILE")]
    file: Option<PathBuf>,

    #[command(flatten)]
    flags: Config,
}

#[derive(Debug, clap::Args)]
struct Analyze {
    /// A result, or a folder with one
    #[arg(value_name = "FILE|DIR")]
    input: PathBuf,

    /// Form of the answer; JSON is the whole set with its analysis
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let log = Log::new(std::io::stderr());
    let outcome = match cli.command {
        Command::Run(args) => return run::run(args).await.into(),
        Command::Scale(args) => return scale::scale(args).await.into(),
        Command::Check(args) => check::check(&args).await,
        Command::Analyze(args) => analysis(&args).map(|()| ExitCode::SUCCESS),
        Command::Image { program } => make_image(program, &log).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        log.say(format!("error: {error:#}"));
        Exit::Usage.into()
    })
}

impl Configured {
    fn read(&self) -> anyhow::Result<Config> {
        let file = self.file.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        Ok(self.flags.clone().or(file))
    }
}

fn make_image(program: Option<PathBuf>, log: &Log) -> anyhow::Result<()> {
    let program = program.map_or_else(image::beside, Ok)?;
    image::make(&program)?;
    log.say(format!("image {} from {}", image::NAME, program.display()));
    Ok(())
}

fn analysis(args: &Analyze) -> anyhow::Result<()> {
    let mut set = read_set(&args.input)?;
    set.analysis = Some(analyze(&set));
    let mut streams = Streams::standard(args.color);
    let renderer: Box<dyn Renderer> = match args.format {
        Format::Text => Box::new(AnalysisText { options: streams.results_terminal().console() }),
        Format::Json => Box::new(Json { pretty: true }),
    };
    streams.print(|out| renderer.render(&set, out))?;
    Ok(())
}
