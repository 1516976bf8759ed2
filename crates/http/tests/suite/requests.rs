//! What is sent, and what becomes of the answer.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Method, Request};
use plimsoll_http::{Client, HttpError, Response, Version};
use plimsoll_load::{Failure, op};
use plimsoll_model::{Profile, Secret};

use crate::support::server::Server;
use crate::support::{forty, load, told};

/// Tells of the request in a header for each of its parts.
fn mirror(request: Request<Incoming>) -> hyper::Response<Full<Bytes>> {
    let mut answer = hyper::Response::new(Full::from(r#"{"token":"abc","rank":7}"#));
    let said = format!("{} {}", request.method(), request.uri());
    answer.headers_mut().insert("said", said.parse().unwrap());
    for name in ["host", "authorization", "content-type", "x-own", "content-length", "user-agent"] {
        if let Some(value) = request.headers().get(name) {
            let told = hyper::header::HeaderName::try_from(format!("got-{name}")).unwrap();
            answer.headers_mut().insert(told, value.clone());
        }
    }
    answer
}

#[derive(serde::Deserialize)]
struct Session {
    token: String,
    rank: u64,
}

#[tokio::test]
async fn a_request_goes_out_as_it_was_built_over_both_versions() {
    let servers = [
        (Server::answering(mirror).await, Version::Http1),
        (Server::answering_http2(mirror).await, Version::Http2),
    ];
    for (server, version) in servers {
        let url = format!("{}/api", server.url("http").replace("://", "://me:secret@"));
        let client = Client::builder(&url).version(version).header("x-own", "1").build().unwrap();
        let request = client.request(Method::PUT, "/items?page=2").json(&[1, 2, 3]);
        let send = op("put", move |cx| {
            let request = request.clone();
            async move {
                let answer = request.send(&cx).await.and_then(Response::good);
                let answer = answer.map_err(|error| error.failure())?;
                let header = |name| answer.header(name).unwrap_or_default().to_owned();
                let said = header("said");
                assert!(said.starts_with("PUT ") && said.ends_with("/api/items?page=2"), "{said}");
                assert_eq!(header("got-content-type"), "application/json");
                assert_eq!((header("got-x-own"), header("got-content-length")), ("1".into(), "7".into()));
                assert_eq!(header("got-authorization"), "Basic bWU6c2VjcmV0");
                assert!(header("got-user-agent").starts_with("plimsoll/"));
                Ok::<_, Failure>(())
            }
        });
        assert_eq!(told(&forty(send).await), (vec![], 40), "{version:?}");
    }
}

#[tokio::test]
async fn an_answer_is_read_and_the_next_request_made_of_it() {
    let server = Server::answering(mirror).await;
    let client = Client::builder(&server.url("http")).build().unwrap();
    let visit = op("visit", move |cx| {
        let client = client.clone();
        async move {
            let visit = async {
                let session: Session = client.post("/login").send(&cx).await?.good()?.json()?;
                assert_eq!(session.rank, 7);
                client.get("/query").bearer(&Secret::new(session.token)).send(&cx).await?.good()
            };
            match visit.await {
                Ok(answer) => {
                    assert_eq!(answer.header("got-authorization"), Some("Bearer abc"));
                    answer.outcome()
                }
                Err(error) => error.outcome(),
            }
        }
    });
    let run = forty(visit).await;
    assert_eq!(told(&run), (vec![], 40));
    let total = run.scenarios[0].steps.iter().find(|step| step.name == "total").unwrap();
    assert_eq!((total.ok, total.bytes), (40, 40 * 24));
}

/// Refuses a request whose headers are not as they were built, and answers with some of the same names.
fn strict(request: Request<Incoming>) -> hyper::Response<Full<Bytes>> {
    let mut names: Vec<_> = request.headers().keys().map(hyper::header::HeaderName::as_str).collect();
    names.sort_unstable();
    let is_as_sent = names == ["host", "user-agent", "x-own"] && request.headers()["x-own"] == "1";
    let mut answer = hyper::Response::new(Full::from("answer"));
    *answer.status_mut() = if is_as_sent { hyper::StatusCode::OK } else { hyper::StatusCode::BAD_REQUEST };
    for (name, value) in
        [("x-own", "2"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("authorization", "none")]
    {
        answer.headers_mut().append(name, value.parse().unwrap());
    }
    answer
}

#[tokio::test]
async fn no_request_sends_what_stood_in_the_answer_before() {
    let server = Server::answering(strict).await;
    let client = Client::builder(&server.url("http")).per_user().header("x-own", "1").build().unwrap();
    assert_eq!(told(&forty(client.get("/").operation("get")).await), (vec![], 40));
}

#[tokio::test]
async fn json_of_another_shape_is_told_without_the_body() {
    let server = Server::answering(mirror).await;
    let client = Client::builder(&server.url("http")).build().unwrap();
    let read = op("read", move |cx| {
        let client = client.clone();
        async move {
            let read = async { client.get("/").send(&cx).await?.json::<Vec<u64>>() };
            read.await.map_err(|error: HttpError| error.failure())
        }
    });
    let run = forty(read).await;
    assert_eq!(told(&run), (vec![("unexpected body", 40)], 0));
    assert!(!run.scenarios[0].errors[0].sample.contains("abc"));
}

fn compressed<B>(request: Request<B>) -> hyper::Response<Full<Bytes>> {
    if request.headers().get("accept-encoding").is_none_or(|accepted| accepted != "gzip") {
        return hyper::Response::new(Full::from("a".repeat(10_000)));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all("a".repeat(10_000).as_bytes()).unwrap();
    let mut answer = hyper::Response::new(Full::from(encoder.finish().unwrap()));
    answer.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    answer
}

#[tokio::test]
async fn compression_is_asked_for_undone_and_counted_as_received() {
    let server = Server::answering(compressed).await;
    for (builder, most, share) in [
        (Client::builder(&server.url("http")).gzip(), 200, Some(1.0)),
        (Client::builder(&server.url("http")), 10_000, None),
    ] {
        let client = builder.build().unwrap();
        let read = op("read", move |cx| {
            let client = client.clone();
            async move {
                let answer = client.get("/").send(&cx).await.unwrap();
                assert_eq!(answer.body().len(), 10_000);
                answer.outcome()
            }
        });
        let run = forty(read).await;
        assert_eq!(told(&run), (vec![], 40));
        let bytes = run.scenarios[0].steps.iter().find(|step| step.name == "total").unwrap().bytes;
        assert!(bytes > 0 && bytes <= 40 * most, "{bytes}");
        let metrics: Vec<_> =
            run.scenarios[0].metrics.iter().map(|own| (own.name.as_str(), own.value)).collect();
        assert_eq!(metrics, share.map(|share| ("compressed", Some(share))).into_iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_service_that_does_not_compress_is_seen_in_the_result_and_in_conditions() {
    let server = Server::answering(mirror).await;
    let client = Client::builder(&server.url("http")).gzip().build().unwrap();
    let load = load(client.get("/").operation("read")).measure(Profile::iterations(2, 10));
    let run = load.threshold("rate.compressed > 99%".parse().unwrap()).run().await.unwrap();
    assert_eq!((run.scenarios[0].metrics[0].value, run.thresholds[0].passed), (Some(0.0), false));
}

#[tokio::test]
async fn a_request_may_be_sent_before_a_load_too() {
    let server = Server::answering(mirror).await;
    let client = Client::builder(&server.url("http")).build().unwrap();
    let session: Session = client.post("/login").send_once().await.unwrap().json().unwrap();
    assert_eq!((session.token.as_str(), session.rank), ("abc", 7));
}

#[test]
fn each_mistake_in_a_client_is_told_before_anything_is_connected_to() {
    let builders = [
        Client::builder("localhost:80"),
        Client::builder("http://h").header("a b", "c"),
        Client::builder("http://h").header("a", "s3cret\n"),
        Client::builder("https://h").trust("no certificate"),
    ];
    let mistakes = builders.map(|builder| builder.build().unwrap_err().to_string());
    assert!(mistakes.iter().all(|mistake| !mistake.contains("s3cret")));
    insta::assert_snapshot!(mistakes.join("\n"));
}
