//! Each fault is a kind of its own, the accounts are closed, and nothing hangs.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode};
use plimsoll_http::{Client, Version};
use plimsoll_model::{Profile, Run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::server::{Server, read_head};
use crate::support::{certificate, forty, load, told};

async fn against(url: &str) -> Run {
    forty(Client::builder(url).build().unwrap().get("/items").operation("get")).await
}

fn refusing<B>(_: Request<B>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from("the shelves are on fire"));
    *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    answer
}

#[tokio::test]
async fn an_error_of_the_service_is_a_status_and_the_connection_stays() {
    let server = Server::answering(refusing).await;
    let run = against(&server.url("http")).await;
    assert_eq!(told(&run), (vec![("status 5xx", 40)], 0));
    assert_eq!(run.scenarios[0].errors[0].sample, "GET /items: 500 Internal Server Error");
    assert_eq!(server.connections(), 4);
}

#[tokio::test]
async fn an_error_of_the_client_is_another() {
    let server =
        Server::saying(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    assert_eq!(told(&against(&server.url("http")).await), (vec![("status 4xx", 40)], 0));
}

#[tokio::test]
async fn closing_before_during_and_after_the_head_is_closing_early() {
    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\nhalf",
    ] {
        let server = Server::saying(answer).await;
        let told_of = against(&server.url("http")).await;
        let shown = String::from_utf8_lossy(answer);
        assert_eq!(told(&told_of), (vec![("closed early", 40)], 0), "{shown:?}");
    }
}

#[tokio::test]
async fn a_connection_that_is_closed_before_it_is_asked_anything_is_closed_early() {
    let server = Server::each(|stream| async move { drop(stream) }).await;
    let run = against(&server.url("http")).await;
    let (kinds, ok) = told(&run);
    // Whether the system tells of the end or of bytes that nobody read depends on which came first.
    let known = |kind: &str| kind == "closed early" || kind == "connection reset";
    assert!(ok == 0 && kinds.iter().all(|(kind, _)| known(kind)), "{kinds:?}");
}

#[tokio::test]
async fn garbage_is_malformed() {
    for answer in [
        &b"\x00\x01\x02\x03 what is this\r\n\r\n"[..],
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
    ] {
        let server = Server::saying(answer).await;
        let shown = String::from_utf8_lossy(answer);
        assert_eq!(
            told(&against(&server.url("http")).await),
            (vec![("malformed answer", 40)], 0),
            "{shown:?}"
        );
    }
}

/// A server that does not know HTTP/2. It reads on, since closing on what nobody has read would be a reset.
async fn of_version_1() -> Server {
    let serve = |mut stream: TcpStream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        while stream.read_u8().await.is_ok() {}
    };
    Server::each(serve).await
}

#[tokio::test]
async fn garbage_over_http2_is_malformed_too() {
    let server = of_version_1().await;
    let client = Client::builder(&server.url("http")).version(Version::Http2).build().unwrap();
    let run = forty(client.get("/").operation("get")).await;
    assert_eq!(told(&run), (vec![("malformed answer", 40)], 0));
}

/// The client of HTTP/2 forgets one of some thousand requests that it takes while their connection breaks on another thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_is_left_waiting_when_its_connection_breaks() {
    let server = of_version_1().await;
    let client = Client::builder(&server.url("http")).version(Version::Http2).build().unwrap();
    let get = client.get("/").operation("get");
    // Longer than a busy machine may keep one of so many waiting.
    let get = load(get).timeout(Duration::from_secs(10));
    let run = get.measure(Profile::iterations(3, 20_000)).run().await.unwrap();
    let (kinds, ok) = told(&run);
    // Who comes when the end is known but its cause is not yet is told less.
    let known = |kind: &str| kind == "malformed answer" || kind == "closed early";
    assert!(ok == 0 && kinds.iter().all(|(kind, _)| known(kind)), "{kinds:?}");
}

async fn reset(mut stream: TcpStream) {
    if read_head(&mut stream).await {
        // Closing with a linger of zero resets.
        stream.set_zero_linger().unwrap();
    }
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let server = Server::each(reset).await;
    assert_eq!(told(&against(&server.url("http")).await), (vec![("connection reset", 40)], 0));
}

#[tokio::test]
async fn no_answer_is_a_timeout_and_nothing_hangs_beyond_it() {
    let never = |mut stream: TcpStream| async move { while read_head(&mut stream).await {} };
    let stalls = |mut stream: TcpStream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await.unwrap();
        read_head(&mut stream).await;
    };
    for server in [Server::each(never).await, Server::each(stalls).await] {
        let client = Client::builder(&server.url("http")).build().unwrap();
        let run = load(client.get("/").operation("get"))
            .timeout(Duration::from_millis(50))
            .measure(Profile::iterations(4, 16))
            .run();
        let run = tokio::time::timeout(Duration::from_secs(30), run).await.unwrap().unwrap();
        let counts = &run.scenarios[0].counts;
        assert_eq!((counts.timed_out, counts.ok, counts.is_conserved()), (16, 0, true));
        assert_eq!(server.connections(), 16, "what was given up is not used again");
    }
}

fn fine<B>(_: Request<B>) -> Response<Full<Bytes>> {
    Response::new(Full::from("fine"))
}

#[tokio::test]
async fn each_bad_certificate_is_told_and_a_good_one_is_trusted() {
    let strange = certificate::valid_for("127.0.0.1");
    let (expired, elsewhere) = (certificate::expired(), certificate::valid_for("example.org"));
    let unknown = certificate::valid_for("127.0.0.1");
    let expected = [
        (&strange, strange.pem.clone(), None),
        (&unknown, strange.pem.clone(), Some("bad certificate")),
        (&expired, expired.pem.clone(), Some("bad certificate")),
        (&elsewhere, elsewhere.pem.clone(), Some("bad certificate")),
    ];
    let mut reasons = Vec::new();
    for (shown, trusted, kind) in expected {
        let server = Server::over_tls(shown.acceptor.clone(), fine).await;
        let client = Client::builder(&server.url("https")).trust(trusted).build().unwrap();
        let run = forty(client.get("/").operation("get")).await;
        match kind {
            None => assert_eq!(told(&run), (vec![], 40)),
            Some(kind) => assert_eq!(told(&run), (vec![(kind, 40)], 0)),
        }
        reasons.extend(run.scenarios[0].errors.iter().map(|error| error.sample.clone()));
    }
    reasons.dedup();
    assert_eq!(reasons.len(), 3, "each says why: {reasons:#?}");
}

#[tokio::test]
async fn a_server_without_tls_is_no_bad_certificate() {
    let plain = Server::each(|mut stream: TcpStream| async move {
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
        read_head(&mut stream).await;
    });
    let plain = plain.await;
    assert_eq!(told(&against(&plain.url("https")).await), (vec![("tls failed", 40)], 0));
}

#[tokio::test]
async fn ten_thousand_refused_connections_are_one_kind_with_its_count() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(&url).build().unwrap();
    let run = load(client.get("/").operation("get")).measure(Profile::iterations(100, 10_000)).run();
    let run = run.await.unwrap();
    assert_eq!(told(&run), (vec![("connection refused", 10_000)], 0));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_told() {
    let client = Client::builder("http://nobody.invalid").build().unwrap();
    // A resolver may think about it for long.
    let load = load(client.get("/").operation("get")).timeout(Duration::from_secs(60));
    let run = load.measure(Profile::iterations(4, 40)).run().await.unwrap();
    assert_eq!(told(&run), (vec![("name not found", 40)], 0));
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_and_no_panic() {
    let client = Client::builder("http://127.0.0.1:1").build().unwrap();
    for request in
        [client.get("/a b"), client.get("/").header("x y", "1"), client.get("/").header("x", "a\nb")]
    {
        assert_eq!(told(&forty(request.operation("get")).await), (vec![("invalid request", 40)], 0));
    }
}
