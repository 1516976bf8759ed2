//! GET over HTTP/1.1 by rlt, with its own choice of client: the pooled one of hyper-util, one for each worker.

use std::time::Instant;

use anyhow::Result;
use async_trait::async_trait;
use bytes::Bytes;
use clap::Parser;
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rlt::{BenchSuite, IterInfo, IterReport, bench_cli};

bench_cli!(Options, {
    /// Where to send requests
    #[arg(long)]
    pub url: Uri,
});

#[derive(Clone)]
struct Get {
    url: Uri,
}

#[async_trait]
impl BenchSuite for Get {
    type WorkerState = Client<HttpConnector, Empty<Bytes>>;

    async fn state(&self, _worker: u32) -> Result<Self::WorkerState> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Client::builder(TokioExecutor::new()).build(connector))
    }

    async fn bench(&mut self, client: &mut Self::WorkerState, _: &IterInfo) -> Result<IterReport> {
        let start = Instant::now();
        let answer = client.get(self.url.clone()).await?;
        let status = answer.status().into();
        let body = answer.into_body().collect().await?.to_bytes();
        Ok(IterReport { duration: start.elapsed(), status, bytes: body.len() as u64, items: 1 })
    }
}

// One thread, as every generator has.
#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> Result<()> {
    let options = Options::parse();
    rlt::cli::run(options.bench_opts, Get { url: options.url }).await
}
