//! The shop under load as a program: the same load as in its tests, with all the shared flags.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use embedded_service::{Shop, serve};
use plimsoll::http::Client;
use plimsoll::{Load, Profile, op, secs};
use plimsoll_cli::{Flags, Program, parse};

/// A print shop under load: 4 tenants with 8 presses each, 300 pages in a second for five seconds
#[derive(Debug, Parser)]
#[command(name = "embedded-service", version)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    let flags = match parse::<Cli>() {
        Ok(cli) => cli.flags,
        Err(exit) => return exit.into(),
    };
    let program = Program::new("embedded-service", env!("CARGO_PKG_VERSION"));
    let exit = program.run(&flags, "print-shop", async |_iteration| {
        let url = serve(Arc::new(Shop::new(4, 8))).await?;
        let client = Client::builder(&url).build()?;
        let print = op("print", move |cx| {
            let request = client.post(&format!("/print/{}", cx.iteration() % 4));
            async move { request.run(&cx).await }
        });
        flags.load.apply(Load::new("print-shop").operation(print), Profile::hold(300, secs(5)))
    });
    exit.await.into()
}
