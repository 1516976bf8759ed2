//! HTTP under load: chooses a workload, and returns its exit code.

mod recovery;
mod target;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::ensure;
use clap::Parser;
use http_load::inject::Inject;
use http_load::request::{RequestFlags, shown};
use http_load::service::Service;
use plimsoll_cli::{Flags, Prepared, Program, Session, length, parse, refuse};

use crate::target::Target;

/// Any HTTP or WebSocket service under load, or one that is built in
///
/// Without flags: twelve people of three roles who log in, list and ask at the built-in service, for a few seconds, each
/// with a token of its own. Its operations are login, list and query; a scenario file may weigh them otherwise.
#[derive(Debug, Parser)]
#[command(name = "http-load", version)]
struct Cli {
    #[command(flatten)]
    request: RequestFlags,

    /// After how long a request is given up
    #[arg(long, value_name = "LENGTH", default_value = "30s", value_parser = length, help_heading = "Request")]
    timeout: Duration,

    /// Faults of the built-in service: errors=1%, delay=50ms@2%, stall=1s/5s; several with commas
    #[arg(long, value_name = "FAULTS", conflicts_with = "url", help_heading = "Request")]
    inject: Option<Inject>,

    /// Only serves the built-in service, until the standard input ends; says where on the standard output
    #[arg(long, conflicts_with_all = ["url", "service"], help_heading = "Request")]
    serve: bool,

    /// Puts the load of the built-in service on one that another process serves, by --serve
    #[arg(long, value_name = "URL", conflicts_with_all = ["url", "inject"], help_heading = "Request")]
    service: Option<String>,

    /// Puts five users on for so long, before the load and again after it, and says how soon p95 and errors are back
    /// within 10 %
    #[arg(long, value_name = "LENGTH", value_parser = length, help_heading = "Load")]
    recovery: Option<Duration>,

    #[command(flatten)]
    flags: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    if cli.serve {
        return match serve(cli.inject.unwrap_or_default()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse::<Cli>(&format!("the service cannot be served: {error}")).into(),
        };
    }
    if let Err(mistake) = cli.check() {
        return refuse::<Cli>(&format!("{mistake:#}")).into();
    }
    let mut session = Session::begin(&Program::new("http-load", env!("CARGO_PKG_VERSION")), &cli.flags).await;
    session.sitting().config("url", cli.url().map_or_else(|| "built-in".to_owned(), shown));
    if cli.url().is_none() {
        session.sitting().config("inject", cli.inject.unwrap_or_default());
    }
    if let Some(length) = cli.recovery {
        session.sitting().config("recovery", format!("{length:?}"));
        if let Err(error) = recovery::measure(&mut session, &cli, length).await {
            session.fail(&error);
        }
    } else {
        let prepare = async |_| {
            let target = Target::ready(&cli)?;
            let load = target.load(&cli).await?;
            Ok(Prepared::new(load).tear_down(async move {
                drop(target);
                Ok(())
            }))
        };
        session.run(cli.workload(), prepare).await;
    }
    session.finish().into()
}

impl Cli {
    /// The address, where it is not that of a service of this process.
    fn url(&self) -> Option<&str> {
        self.request.url.as_ref().map(|url| url.expose().as_str()).or(self.service.as_deref())
    }

    /// The workload's name in results.
    fn workload(&self) -> &'static str {
        if self.request.url.is_some() { "http-load" } else { "http-load/built-in" }
    }

    /// What cannot be sent is told before anything runs.
    fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.recovery.is_none() || self.flags.iterations == 1,
            "--recovery measures once; leave out --iterations"
        );
        match &self.request.url {
            Some(url) => self.request.load(url.expose(), true).map(drop),
            None => {
                self.request.client(self.service.as_deref().unwrap_or("http://127.0.0.1:1"), true).map(drop)
            }
        }
    }
}

/// Serves until the standard input ends, that is, as long as who started it wants.
fn serve(inject: Inject) -> std::io::Result<()> {
    let service = Service::start(inject)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", service.url())?;
    out.flush()?;
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(())
}
