//! `cargo xtask export-metrics`: metrics of a stored result, for Prometheus.
//!
//! Once into a file; again and again with `--watch`, for the text file collector of a node exporter; and on a port
//! with `--listen`. The result is read anew each time; of a folder it is the newest.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use plimsoll::endpoint;
use plimsoll::metrics::Clock;
use plimsoll::model::Timestamp;
use plimsoll::report::{Prometheus, Renderer};
use plimsoll_cli::{Color, Log, Streams, length, publish_whole, read_set};
use tokio::net::TcpListener;

use crate::signals::Signals;
use crate::trouble::{Change, Trouble};

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A run, a set, or a folder of results, whose newest is taken
    #[arg(long, value_name = "FILE|DIR")]
    pub input: PathBuf,

    /// The file to write, such as metrics.prom in the folder of a text file collector
    #[arg(long, value_name = "FILE", required_unless_present = "listen")]
    pub output: Option<PathBuf>,

    /// Write again and again, until it is asked to stop
    #[arg(long, requires = "output")]
    pub watch: bool,

    /// Time between two writes
    #[arg(long, value_name = "LENGTH", default_value = "10s", value_parser = length, requires = "watch")]
    pub interval: Duration,

    /// Answer scrapes on this port of loopback, or at this address, until it is asked to stop
    #[arg(long, value_name = "[ADDRESS:]PORT", value_parser = listening)]
    pub listen: Option<SocketAddr>,
}

/// Exports.
///
/// # Errors
/// When the input cannot be read or the file cannot be written, and nothing is to be tried again; when the address
/// cannot be listened to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let log = Streams::standard(Color::default()).log().clone();
    if !args.watch && args.listen.is_none() {
        write(args)?;
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(attend(args, &log))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes and answers until a signal comes.
async fn attend(args: &Args, log: &Log) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    if let Some(address) = args.listen {
        let listener = TcpListener::bind(address).await;
        let listener = listener.with_context(|| format!("{address} cannot be listened to"))?;
        log.say(format!("metrics at http://{}/metrics", listener.local_addr()?));
        let input = args.input.clone();
        let page = move || {
            export(&input, Clock::System.wall()).map_err(|error| std::io::Error::other(format!("{error:#}")))
        };
        tokio::spawn(endpoint::serve(listener, page));
    }
    if !args.watch {
        if args.output.is_some() {
            write(args)?;
        }
        signals.next().await;
        return Ok(());
    }
    let mut trouble = Trouble::default();
    loop {
        match trouble.change(write(args).map_err(|error| format!("{error:#}"))) {
            Some(Change::Begins(error)) => {
                log.say(format!("error: {error}; the file stays as it was, and it is tried again"));
            }
            Some(Change::Ends) => log.say("the file is written again"),
            None => {}
        }
        tokio::select! {
            () = signals.next() => return Ok(()),
            () = tokio::time::sleep(args.interval) => {}
        }
    }
}

fn write(args: &Args) -> anyhow::Result<()> {
    let Some(output) = &args.output else { return Ok(()) };
    let text = export(&args.input, Clock::System.wall())?;
    publish_whole(output, |out| out.write_all(&text))
        .with_context(|| format!("{} cannot be written", output.display()))
}

/// The metrics of what is stored, and when that was looked at.
///
/// # Errors
/// When it cannot be read.
pub fn export(input: &Path, now: Timestamp) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    Prometheus.render(&read_set(input)?, &mut text)?;
    writeln!(text, "# HELP job_export_timestamp_seconds When these metrics were exported.")?;
    writeln!(text, "# TYPE job_export_timestamp_seconds gauge")?;
    writeln!(text, "job_export_timestamp_seconds {}", now.since_epoch().as_secs_f64())?;
    Ok(text)
}

/// A port alone is one of loopback.
fn listening(text: &str) -> Result<SocketAddr, String> {
    let port = text.parse::<u16>().map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    port.or_else(|_| text.parse())
        .map_err(|_| "expected a port, or ADDRESS:PORT such as 0.0.0.0:9464".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_one_of_loopback() {
        assert_eq!(listening("9464").unwrap(), "127.0.0.1:9464".parse().unwrap());
        assert_eq!(listening("0.0.0.0:9464").unwrap(), "0.0.0.0:9464".parse().unwrap());
        assert_eq!(listening("[::1]:9464").unwrap(), "[::1]:9464".parse().unwrap());
        for mistake in ["", "localhost", ":9464", "70000", "1.2.3.4"] {
            assert!(listening(mistake).is_err(), "{mistake:?}");
        }
    }
}
