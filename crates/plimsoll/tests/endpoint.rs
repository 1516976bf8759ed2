//! A page of metrics of a run: what it shows, and who is refused.

#![cfg(feature = "endpoint")]
#![expect(clippy::unwrap_used, reason = "what cannot be opened fails the test")]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use plimsoll::{Endpoint, Load, Profile, millis, op, secs};

/// What comes back for these bytes.
fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

async fn get(address: SocketAddr, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\n\r\n");
    tokio::task::spawn_blocking(move || exchange(address, request.as_bytes())).await.unwrap()
}

async fn open() -> Endpoint {
    Endpoint::open("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_how_a_run_stands_and_then_what_it_came_to() {
    let endpoint = open().await;
    let load = Load::new("shop")
        .operation(op("read", |cx| async move { cx.sleep(millis(2)).await }))
        .measure(Profile::hold(100, secs(2)));
    let running = tokio::spawn(endpoint.follow(load).run());
    let live = loop {
        let page = get(endpoint.address(), "/metrics").await;
        if page.contains("plimsoll_live_completed_total{workload=\"shop\"}") {
            break page;
        }
        tokio::time::sleep(millis(20)).await;
    };
    assert!(!live.contains("plimsoll_throughput_per_second"), "{live}");
    let run = running.await.unwrap().unwrap();
    let page = get(endpoint.address(), "/metrics").await;
    let throughput = format!(
        "plimsoll_throughput_per_second{{workload=\"shop\",scenario=\"read\"}} {}\n",
        run.scenarios[0].throughput.achieved_per_s
    );
    assert!(page.contains(&throughput), "{throughput} in {page}");
    assert!(page.contains("plimsoll_live_completed_total{workload=\"shop\"} 200\n"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_get_of_the_page_is_answered() {
    let endpoint = open().await;
    let cases: [(&[u8], &str); 7] = [
        (b"GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 "),
        (b"GET /etc/passwd HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "),
        (b"POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 "),
        (b"DELETE / HTTP/1.1\r\n\r\n", "HTTP/1.1 405 "),
        (b"\x16\x03\x01\xff\x00\r\n\r\n", "HTTP/1.1 400 "),
        (b"GET / HTTP/2\r\n\r\n", "HTTP/1.1 400 "),
        (b"\r\n\r\n", "HTTP/1.1 400 "),
    ];
    for (request, expected) in cases {
        let address = endpoint.address();
        let answer = tokio::task::spawn_blocking(move || exchange(address, request)).await.unwrap();
        assert!(answer.starts_with(expected), "{:?}: {answer}", String::from_utf8_lossy(request));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_without_end_is_refused() {
    let endpoint = open().await;
    let address = endpoint.address();
    let request = [b"GET / HTTP/1.1\r\nX: ".as_slice(), &[b'x'; 20_000]].concat();
    let answer = tokio::task::spawn_blocking(move || exchange(address, &request)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_nothing_keeps_nobody_out() {
    let endpoint = open().await;
    let mut silent: Vec<TcpStream> =
        (0..100).map(|_| TcpStream::connect(endpoint.address()).unwrap()).collect();
    assert!(get(endpoint.address(), "/metrics").await.starts_with("HTTP/1.1 200 "));
    // The oldest had to go for those that came later, before its time was up.
    silent[0].set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let oldest = tokio::task::spawn_blocking(move || silent[0].read(&mut [0])).await.unwrap();
    let is_closed =
        oldest.as_ref().map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |read| *read == 0);
    assert!(is_closed, "{oldest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_comes_to_an_end_is_given_up() {
    let endpoint = open().await;
    let address = endpoint.address();
    let answer =
        tokio::task::spawn_blocking(move || exchange(address, b"GET / HTTP/1.1\r\nX: ")).await.unwrap();
    assert_eq!(answer, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_endpoint_its_page_is_gone() {
    let endpoint = open().await;
    let address = endpoint.address();
    assert!(get(address, "/metrics").await.starts_with("HTTP/1.1 200 "));
    drop(endpoint);
    while TcpStream::connect(address).is_ok() {
        tokio::time::sleep(millis(10)).await;
    }
}
