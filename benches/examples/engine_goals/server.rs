//! A server in a process of its own: answers eight bytes with eight bytes.

use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The argument that makes this program the server.
pub(crate) const COMMAND: &str = "serve";

/// Serves until its standard input ends, that is, as long as who started it lives.
pub(crate) fn serve() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let mut input = BufReader::new(tokio::io::stdin());
        let mut line = String::new();
        loop {
            tokio::select! {
                _ = input.read_line(&mut line) => return,
                accepted = listener.accept() => drop(tokio::spawn(answer(accepted.unwrap().0))),
            }
        }
    });
    ExitCode::SUCCESS
}

async fn answer(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut bytes = [0; 8];
    while stream.read_exact(&mut bytes).await.is_ok() && stream.write_all(&bytes).await.is_ok() {}
}

/// A server, for as long as this lives.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> Server {
        use std::io::BufRead;
        let program = std::env::current_exe().unwrap();
        let mut process =
            Command::new(program).arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        std::io::BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Server { process, address: line.trim().parse().unwrap() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
