//! A webhook that remembers what it was sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A webhook on loopback, for as long as the test's runtime is there.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Hook {
    /// Answers with these, one after the other, and with 200 from then on.
    pub(crate) async fn open(statuses: &'static [u16]) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = Hook { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let mine = hook.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(mine.clone().converse(stream, statuses));
            }
        });
        hook
    }

    /// What came in at a path.
    pub(crate) fn seen(&self, path: &str) -> Vec<Value> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(at, _)| at == path).map(|(_, body)| body.clone()).collect()
    }

    /// Takes requests off a connection for as long as it stands.
    async fn converse(self, mut stream: TcpStream, statuses: &[u16]) {
        let mut bytes = Vec::new();
        loop {
            let Some((length, path, body)) = request(&bytes) else {
                match stream.read_buf(&mut bytes).await {
                    Ok(read) if read > 0 => continue,
                    _ => return,
                }
            };
            bytes.drain(..length);
            let status = {
                let mut seen = self.seen.lock().unwrap();
                seen.push((path, body));
                statuses.get(seen.len() - 1).copied().unwrap_or(200)
            };
            let answer = format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n");
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// The first request, once all of it is there: its length, its path, its body.
fn request(bytes: &[u8]) -> Option<(usize, String, Value)> {
    let head_length = bytes.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..head_length]).to_lowercase();
    let length: usize = head.split("content-length: ").nth(1)?.lines().next()?.parse().unwrap();
    let body = bytes.get(head_length..head_length + length)?;
    let path = head.split(' ').nth(1)?.to_owned();
    Some((head_length + length, path, serde_json::from_slice(body).unwrap()))
}
