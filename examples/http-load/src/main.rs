//! HTTP under load: chooses a workload, and returns its exit code.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use http_load::clinic;
use http_load::inject::Inject;
use http_load::request::{self, RequestFlags, shown};
use http_load::service::Service;
use plimsoll::{Load, Profile};
use plimsoll_cli::{Flags, Prepared, Program, Session, length, parse, refuse};

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

    #[command(flatten)]
    flags: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let url = cli.request.url.as_ref().map(|url| url.expose().as_str());
    // What cannot be sent is told before anything runs.
    let mistake = match url {
        Some(url) => cli.request.load(url, true).err(),
        None => cli.request.client("http://127.0.0.1:1", true).err(),
    };
    if let Some(mistake) = mistake {
        return refuse::<Cli>(&format!("{mistake:#}")).into();
    }
    let mut session = Session::begin(&Program::new("http-load", env!("CARGO_PKG_VERSION")), &cli.flags).await;
    match url {
        Some(url) => any(&mut session, &cli, url).await,
        None => built_in(&mut session, &cli).await,
    }
    session.finish().into()
}

async fn any(session: &mut Session, cli: &Cli, url: &str) {
    session.sitting().config("url", shown(url));
    let prepare = async |_| {
        let own = request::offered()?;
        let is_open = cli.flags.load.profile(own.clone())?.is_open();
        with_phases(cli, cli.request.load(url, is_open)?, own)
    };
    session.run("http-load", prepare).await;
}

async fn built_in(session: &mut Session, cli: &Cli) {
    let inject = cli.inject.unwrap_or_default();
    session.sitting().config("url", "built-in").config("inject", inject);
    let prepare = async |_| {
        let service = Service::start(inject)?;
        let own = clinic::offered()?;
        let is_open = cli.flags.load.profile(own.clone())?.is_open();
        let client = cli.request.client(&service.url(), is_open)?;
        let load = clinic::load(&client, is_open).await?;
        // The service has threads of its own, and so has the load.
        let load = with_phases(cli, load.dedicated_threads(1), own)?;
        Ok(Prepared::new(load).tear_down(async move {
            drop(service);
            Ok(())
        }))
    };
    session.run("http-load/built-in", prepare).await;
}

fn with_phases(cli: &Cli, load: Load, own: Profile) -> anyhow::Result<Load> {
    cli.flags.load.apply(load.timeout(cli.timeout), own)
}
