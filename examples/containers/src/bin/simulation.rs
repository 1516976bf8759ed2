//! A service whose load, speed, queue and memory can be set from outside, for the containers of `compose.yaml`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use containers::simulation::{Simulation, Switches, serve};

/// A service whose load, speed, queue and memory can be set from outside
#[derive(Debug, Parser)]
#[command(name = "simulation", version)]
struct Cli {
    /// Where it listens
    #[arg(long, default_value = "127.0.0.1:8700")]
    address: SocketAddr,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until a signal ends it: what it does without a command
    Serve(Serve),
    /// Asks the one that serves whether it is there; ends with 1 where it is not
    Health,
}

#[derive(Debug, Default, clap::Args)]
struct Serve {
    /// Units of load that it begins with
    #[arg(long, default_value_t = 0)]
    units: u64,

    /// Megabytes in each minute under load that are never given back
    #[arg(long, default_value_t = 0.0)]
    leak_mb_per_min: f64,

    /// Megabytes that each unit of load holds
    #[arg(long, default_value_t = 0.0)]
    hog_mb_per_unit: f64,

    /// Megabytes that come and go as under a collector of garbage
    #[arg(long, default_value_t = 0.0)]
    sawtooth_mb: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command.unwrap_or(Command::Serve(Serve::default())) {
        Command::Serve(Serve { units, leak_mb_per_min, hog_mb_per_unit, sawtooth_mb }) => {
            let token = std::env::var("TOKEN").ok().filter(|token| !token.is_empty());
            let simulation = Simulation::new(Switches { leak_mb_per_min, hog_mb_per_unit, sawtooth_mb });
            simulation.set_units(units);
            serve(cli.address, token, simulation).await
        }
        Command::Health => ask(cli.address),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when the stream is closed.
            let _ = writeln!(std::io::stderr(), "{}: {error}", cli.address);
            ExitCode::FAILURE
        }
    }
}

/// Asks in as little time as it can: the check of a container counts against its limit.
fn ask(address: SocketAddr) -> std::io::Result<()> {
    let patience = Duration::from_secs(4);
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(b"GET /health HTTP/1.0\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    match &head {
        b"HTTP/1.0 200" | b"HTTP/1.1 200" => Ok(()),
        other => Err(std::io::Error::other(format!("it answered {}", String::from_utf8_lossy(other)))),
    }
}
