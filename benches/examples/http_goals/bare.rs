//! The counterpart: the same client with nothing of ours around it.

use std::convert::Infallible;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::header::{HOST, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::generator::CONNECTIONS;

/// The argument that makes this program the bare loop.
pub(crate) const COMMAND: &str = "bare";

/// What one would write by hand on hyper: a task and a spawned connection for each of them, two clock reads and a
/// record for each request, a histogram for all.
#[expect(
    clippy::disallowed_methods,
    reason = "the counterpart has nothing of ours in it, not our clock either"
)]
pub(crate) fn run(url: &str, seconds: u64) -> ExitCode {
    let uri: Uri = url.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    let histogram =
        Rc::new(std::cell::RefCell::new(Histogram::<u64>::new_with_bounds(1, 3_600_000_000_000, 3).unwrap()));
    let end = Instant::now() + Duration::from_secs(seconds);
    local.block_on(&runtime, async {
        let loops = (0..CONNECTIONS).map(|_| {
            let (uri, histogram) = (uri.clone(), Rc::clone(&histogram));
            tokio::task::spawn_local(async move {
                let place = uri.authority().unwrap().as_str().to_owned();
                let stream = TcpStream::connect(&place).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let opened = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
                let (mut sender, connection) = opened.unwrap();
                tokio::task::spawn_local(async move { connection.await.unwrap() });
                let path: Uri = uri.path().parse().unwrap();
                while Instant::now() < end {
                    let start = Instant::now();
                    let request = Request::get(path.clone()).header(HOST, place.as_str());
                    // As every generator says who it is.
                    let request = request.header(USER_AGENT, "bare/0.1.0");
                    let request = request.body(Empty::<Bytes>::new()).unwrap();
                    sender.ready().await.unwrap();
                    let mut body = sender.send_request(request).await.unwrap().into_body();
                    while let Some(frame) = body.frame().await {
                        std::hint::black_box(frame.unwrap());
                    }
                    let took = u64::try_from(start.elapsed().as_nanos()).unwrap();
                    histogram.borrow_mut().saturating_record(took);
                }
                Ok::<(), Infallible>(())
            })
        });
        for one in loops.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
    });
    std::hint::black_box(histogram.borrow().len());
    ExitCode::SUCCESS
}
