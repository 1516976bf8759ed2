//! A service beyond a socket: what words weigh.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::failed::Failed;
use super::trace::{Part, Trace};
use crate::document::Summary;

/// Answers each line of words with a line that says what they weigh together.
pub(super) async fn serve(listener: TcpListener) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        open.spawn(answer(stream));
        while open.try_join_next().is_some() {}
    }
}

/// Serves one connection until its other side closes it.
async fn answer(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut stream, mut line) = (BufStream::new(stream), String::new());
    while stream.read_line(&mut line).await? > 0 {
        let answer = format!("{}\n", Summary::of(&line).weight);
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
        line.clear();
    }
    Ok(())
}

/// A connection to it, made at the first question and again after one that failed.
pub(super) struct Lexicon {
    address: SocketAddr,
    connection: Option<BufStream<TcpStream>>,
}

impl Lexicon {
    pub(super) fn at(address: SocketAddr) -> Lexicon {
        Lexicon { address, connection: None }
    }

    /// What the words of a line weigh together.
    pub(super) async fn ask(&mut self, trace: &Trace, words: &str) -> Result<u64, Failed> {
        let fails = |reason: String| Failed::Lexicon { reason };
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(self.address).await.map_err(|error| fails(error.to_string()))?,
        };
        let begun = trace.now();
        let answer = exchange(&mut connection, words).await.map_err(|error| fails(error.to_string()))?;
        trace.note(Part::RoundTrip, begun, (words.len() + 1 + answer.len()) as u64);
        self.connection = Some(connection);
        answer.trim().parse().map_err(|_| fails(format!("{answer:?} is no weight")))
    }
}

async fn connect(address: SocketAddr) -> std::io::Result<BufStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(BufStream::new(stream))
}

async fn exchange(connection: &mut BufStream<TcpStream>, words: &str) -> std::io::Result<String> {
    connection.write_all(words.as_bytes()).await?;
    connection.write_all(b"\n").await?;
    connection.flush().await?;
    let mut answer = String::new();
    connection.read_line(&mut answer).await?;
    Ok(answer)
}
