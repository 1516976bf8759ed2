//! Round trips over WebSockets, and their faults.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use plimsoll_http::WebSocket;
use plimsoll_load::op;
use plimsoll_model::{Profile, Run};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use crate::support::server::{Server, read_head};
use crate::support::{certificate, forty, load, told};

async fn echo<S>(stream: S)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let Ok(mut socket) = accept_async(stream).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        if !message.is_text() {
            continue;
        }
        let news = [Message::Ping("are you there".into()), message];
        for message in news {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    }
}

async fn against(server: &Server) -> Run {
    forty(WebSocket::builder(&server.url("ws")).build().unwrap().round_trip("echo", "hello")).await
}

#[tokio::test]
async fn every_round_trip_is_measured_on_one_connection_for_each_user() {
    let server = Server::each(echo).await;
    let run = against(&server).await;
    assert_eq!(told(&run), (vec![], 40));
    assert_eq!(server.connections(), 4);
    let steps: Vec<_> =
        run.scenarios[0].steps.iter().map(|step| (step.name.as_str(), step.ok, step.bytes)).collect();
    assert_eq!(steps, [("connect", 4, 0), ("round_trip", 40, 200)]);
}

#[tokio::test]
async fn over_tls_it_is_the_same() {
    let shown = certificate::valid_for("127.0.0.1");
    let acceptor = shown.acceptor;
    let server = Server::each(move |stream| {
        let acceptor = acceptor.clone();
        async move { echo(acceptor.accept(stream).await.unwrap()).await }
    });
    let url = server.await.url("wss");
    let socket = WebSocket::builder(&url).trust(shown.pem).build().unwrap();
    assert_eq!(told(&forty(socket.round_trip("echo", "hello")).await), (vec![], 40));
}

#[tokio::test]
async fn what_was_not_asked_for_is_passed_over() {
    let serve = |stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            for message in [Message::text("news"), message] {
                if socket.send(message).await.is_err() {
                    return;
                }
            }
        }
    };
    let server = Server::each(serve).await;
    let socket = WebSocket::builder(&server.url("ws")).build().unwrap();
    let ask = op("ask", move |cx| {
        let socket = socket.clone();
        async move {
            let text = cx.iteration().to_string();
            let wanted = text.clone();
            match socket.exchange(&cx, &text, |body| body == wanted.as_bytes()).await {
                Ok(answer) => answer.outcome(),
                Err(error) => error.outcome(),
            }
        }
    });
    assert_eq!(told(&forty(ask).await), (vec![], 40));
}

#[tokio::test]
async fn each_fault_is_a_kind_of_its_own() {
    let refused = Server::saying(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").await;
    let garbage = Server::saying(b"\x00\x01\x02 what is this\r\n\r\n").await;
    let closed = Server::saying(b"").await;
    let bad = Server::each(|stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        socket.next().await;
        // An opcode that there is not, in a frame of one byte.
        drop(socket.get_mut().write_all(&[0x8f, 0x01, 0x00]).await);
        socket.next().await;
    });
    let said_goodbye = Server::each(|stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        socket.next().await;
        drop(socket.close(None).await);
    });
    let gone = Server::each(|stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        socket.next().await;
    });
    let expected = [
        (refused, "status 5xx"),
        (garbage, "malformed answer"),
        (closed, "closed early"),
        (bad.await, "malformed answer"),
        (said_goodbye.await, "closed early"),
        (gone.await, "closed early"),
    ];
    for (server, kind) in expected {
        assert_eq!(told(&against(&server).await), (vec![(kind, 40)], 0));
    }
}

#[tokio::test]
async fn no_answer_is_a_timeout_and_the_connection_is_not_used_again() {
    let silent = |stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        while socket.next().await.is_some_and(|message| message.is_ok()) {}
    };
    let server = Server::each(silent).await;
    let socket = WebSocket::builder(&server.url("ws")).build().unwrap();
    let load = load(socket.round_trip("echo", "hello")).timeout(Duration::from_millis(50));
    let run = load.measure(Profile::iterations(2, 8)).run().await.unwrap();
    assert_eq!((run.scenarios[0].counts.timed_out, run.scenarios[0].counts.is_conserved()), (8, true));
    assert_eq!(server.connections(), 8);
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_a_timeout() {
    let stuck = |mut stream: TcpStream| async move { while read_head(&mut stream).await {} };
    let server = Server::each(stuck).await;
    let socket = WebSocket::builder(&server.url("ws")).build().unwrap();
    let load = load(socket.round_trip("echo", "hello")).timeout(Duration::from_millis(50));
    let run = load.measure(Profile::iterations(2, 4)).run().await.unwrap();
    assert_eq!(run.scenarios[0].counts.timed_out, 4);
}
