//! How many connections there are, and whose.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response};
use plimsoll_http::{Client, Version};
use plimsoll_load::op;
use plimsoll_model::Profile;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::server::{Server, read_head};
use crate::support::{load, told};

fn fine<B>(_: Request<B>) -> Response<Full<Bytes>> {
    Response::new(Full::from("fine"))
}

#[tokio::test]
async fn each_user_has_a_connection_of_its_own_while_it_thinks_too() {
    let server = Server::answering(fine).await;
    let client = Client::builder(&server.url("http")).per_user().build().unwrap();
    let load = load(client.get("/").operation("get")).think_time(Duration::from_millis(10));
    let run = load.measure(Profile::iterations(7, 70)).run().await;
    assert_eq!(told(&run.unwrap()), (vec![], 70));
    assert_eq!(server.connections(), 7);
}

#[tokio::test]
async fn loads_at_the_same_time_take_no_connection_from_each_others_users() {
    let server = Server::answering(fine).await;
    let client = Client::builder(&server.url("http")).per_user().build().unwrap();
    let run = || load(client.get("/").operation("get")).measure(Profile::iterations(3, 150)).run();
    let (one, other) = tokio::join!(run(), run());
    assert_eq!((told(&one.unwrap()), told(&other.unwrap())), ((vec![], 150), (vec![], 150)));
    let connections = server.connections();
    assert!((3..=6).contains(&connections), "{connections}");
}

#[tokio::test]
async fn users_that_are_never_there_at_once_share_no_connection_with_one_each() {
    let server = Server::answering(fine).await;
    let client = Client::builder(&server.url("http")).per_user().build().unwrap();
    let load = load(client.get("/").operation("get")).think_time(Duration::from_millis(500));
    let users = Profile::ramp_up(7, 20, Duration::from_secs(1)).unwrap();
    let run = load.measure(users).run().await.unwrap();
    assert_eq!(told(&run).0, []);
    assert_eq!(server.connections(), 7);
}

#[tokio::test]
async fn an_open_model_has_as_many_connections_as_requests_at_the_same_time() {
    let server = Server::answering(fine).await;
    let client = Client::builder(&server.url("http")).build().unwrap();
    let load = load(client.get("/").operation("get")).in_flight(5);
    let run = load.measure(Profile::hold(1_000, Duration::from_secs(1))).run().await;
    assert_eq!(told(&run.unwrap()), (vec![], 1_000));
    assert!((1..=5).contains(&server.connections()), "{}", server.connections());
}

#[tokio::test]
async fn a_pool_is_shared_and_who_finds_none_waits() {
    let server = Server::answering(fine).await;
    let client = Client::builder(&server.url("http")).pooled(3).build().unwrap();
    let run = load(client.get("/").operation("get")).measure(Profile::iterations(50, 2_000)).run().await;
    assert_eq!(told(&run.unwrap()), (vec![], 2_000));
    assert_eq!(server.connections(), 3);
}

/// Once to send, once when the answer is there: what it asks of its connection itself wakes nobody.
#[tokio::test]
async fn a_request_is_polled_no_more_than_its_connection_has_news() {
    const REQUESTS: u64 = 500;
    let server = Server::answering(fine).await;
    let client = Client::builder(&server.url("http")).per_user().build().unwrap();
    let (request, polls) = (Arc::new(client.get("/")), Arc::new(AtomicU64::new(0)));
    let counted = Arc::clone(&polls);
    let get = op("get", move |cx| {
        let (request, polls) = (Arc::clone(&request), Arc::clone(&counted));
        async move {
            let mut sent = pin!(request.run(&cx));
            let counting = poll_fn(|cx| {
                polls.fetch_add(1, Ordering::Relaxed);
                sent.as_mut().poll(cx)
            });
            counting.await
        }
    });
    let get = get.steps(["connect", "first_byte", "total"]);
    let run = load(get).measure(Profile::iterations(5, REQUESTS)).run().await.unwrap();
    assert_eq!(told(&run), (vec![], REQUESTS));
    let polls = polls.load(Ordering::Relaxed);
    // A connection takes a few more to be made.
    assert!((2 * REQUESTS..2 * REQUESTS + 50).contains(&polls), "{polls} polls");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_of_the_loads_own_do_not_share_connections() {
    let server = Server::answering(fine).await;
    for builder in [Client::builder(&server.url("http")), Client::builder(&server.url("http")).pooled(8)] {
        let load = load(builder.build().unwrap().get("/").operation("get")).dedicated_threads(2);
        let run = load.measure(Profile::iterations(8, 2_000)).run().await.unwrap();
        assert_eq!(told(&run), (vec![], 2_000));
    }
    let connections = server.connections();
    assert!((16..=40).contains(&connections), "{connections}");
}

#[tokio::test]
async fn over_http2_one_connection_carries_many_requests() {
    let server = Server::answering_http2(fine).await;
    let client = Client::builder(&server.url("http")).version(Version::Http2).pooled(1).build().unwrap();
    let run = load(client.get("/").operation("get")).measure(Profile::iterations(50, 1_000)).run().await;
    let run = run.unwrap();
    assert_eq!(told(&run), (vec![], 1_000));
    assert_eq!(server.connections(), 1);
    let connect = run.scenarios[0].steps.iter().find(|step| step.name == "connect").unwrap();
    assert_eq!(connect.ok, 1);
}

#[tokio::test]
async fn a_connection_that_the_server_closes_between_two_requests_is_made_anew() {
    let serve = |mut stream: TcpStream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine").await.unwrap();
    };
    let server = Server::each(serve).await;
    let client = Client::builder(&server.url("http")).build().unwrap();
    let wait = Duration::from_millis(20);
    let load = load(client.get("/").operation("get")).think_time(wait);
    let run = load.measure(Profile::iterations(2, 20)).run().await.unwrap();
    assert_eq!(told(&run), (vec![], 20));
    assert_eq!(server.connections(), 20);
}

#[tokio::test]
async fn a_server_that_says_close_is_believed() {
    let server =
        Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfine").await;
    let client = Client::builder(&server.url("http")).build().unwrap();
    let run = load(client.get("/").operation("get")).measure(Profile::iterations(2, 20)).run().await;
    assert_eq!(told(&run.unwrap()), (vec![], 20));
    assert_eq!(server.connections(), 20);
}
