//! What is secret is in no result.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode};
use plimsoll_http::{Client, WebSocket};
use plimsoll_model::Secret;

use crate::support::server::Server;
use crate::support::{forty, told};

const TOKEN: &str = "tok3n-that-nobody-may-see";

fn refusing<B>(_: Request<B>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from(TOKEN));
    *answer.status_mut() = StatusCode::FORBIDDEN;
    answer.headers_mut().insert("set-cookie", TOKEN.parse().unwrap());
    answer
}

#[tokio::test]
async fn a_token_in_address_header_and_body_is_in_no_result() {
    let server = Server::answering(refusing).await;
    let addresses = [server.url("http"), "http://127.0.0.1:1".to_owned(), "http://nobody.invalid".to_owned()];
    for address in addresses {
        let url = address.replace("://", &format!("://user:{TOKEN}@"));
        let client = Client::builder(&url).bearer(&Secret::new(TOKEN.to_owned())).build().unwrap();
        for request in [
            client.post(&format!("/login?token={TOKEN}")).body(TOKEN),
            client.get("/").header("x-token", TOKEN),
            client.get(&format!("/a b?token={TOKEN}")),
        ] {
            let shown = format!("{request:?} {client:?}");
            let run = forty(request.operation("get")).await;
            let (errors, ok) = told(&run);
            assert!(ok == 0 && !errors.is_empty());
            let result = serde_json::to_string(&run).unwrap();
            assert!(!result.contains(TOKEN) && !shown.contains(TOKEN), "{shown} {result}");
        }
    }
}

#[tokio::test]
async fn a_token_of_a_websocket_is_in_no_result() {
    let server = Server::answering(refusing).await;
    let url = format!("{}/?token={TOKEN}", server.url("ws").replace("://", &format!("://user:{TOKEN}@")));
    let socket = WebSocket::builder(&url).bearer(&Secret::new(TOKEN.to_owned())).build().unwrap();
    let shown = format!("{socket:?}");
    let run = forty(socket.round_trip("echo", TOKEN)).await;
    assert_eq!(told(&run), (vec![("status 4xx", 40)], 0));
    assert!(!serde_json::to_string(&run).unwrap().contains(TOKEN) && !shown.contains(TOKEN));
}
