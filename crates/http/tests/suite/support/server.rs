//! Servers on loopback that do what a test says.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A server, and how many connections it was asked for.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicU64>,
}

impl Server {
    /// Does this with each connection.
    pub(crate) async fn each<F>(serve: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> Server
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&accepted);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream));
            }
        });
        Server { address, accepted }
    }

    /// Answers each request of HTTP/1.1 so, in the clear.
    pub(crate) async fn answering(answer: fn(Request<Incoming>) -> Response<Full<Bytes>>) -> Server {
        Server::each(move |stream| http1(stream, answer)).await
    }

    /// Answers each request of HTTP/2 so, in the clear.
    pub(crate) async fn answering_http2(answer: fn(Request<Incoming>) -> Response<Full<Bytes>>) -> Server {
        let serve = move |stream| async move {
            let service = service_fn(move |request| async move { Ok::<_, Infallible>(answer(request)) });
            let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            // The client decides when it is over.
            drop(server.serve_connection(TokioIo::new(stream), service).await);
        };
        Server::each(serve).await
    }

    /// Answers over TLS.
    pub(crate) async fn over_tls(
        acceptor: TlsAcceptor,
        answer: fn(Request<Incoming>) -> Response<Full<Bytes>>,
    ) -> Server {
        let serve = move |stream| {
            let acceptor = acceptor.clone();
            async move {
                // A client that refuses the certificate is what the test is about.
                let Ok(stream) = acceptor.accept(stream).await else { return };
                http1(stream, answer).await;
            }
        };
        Server::each(serve).await
    }

    /// Reads a request, sends these bytes, and closes.
    pub(crate) async fn saying(answer: &'static [u8]) -> Server {
        let serve = move |mut stream: TcpStream| async move {
            if read_head(&mut stream).await {
                // The client may be gone already.
                drop(stream.write_all(answer).await);
            }
        };
        Server::each(serve).await
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }
}

/// Reads up to the empty line after the head of a request; false when the client has gone before.
pub(crate) async fn read_head(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return false,
        }
    }
    true
}

async fn http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    answer: fn(Request<Incoming>) -> Response<Full<Bytes>>,
) {
    let service = service_fn(move |request| async move { Ok::<_, Infallible>(answer(request)) });
    // The client decides when it is over.
    drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}
