//! A page of metrics that a Prometheus scrapes while a run goes on.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use plimsoll::{Endpoint, Load, Profile, op, secs};
//!
//! let endpoint = Endpoint::open("127.0.0.1:9464".parse()?).await?;
//! let load = Load::new("checkout")
//!     .operation(op("read", |_| async { Ok::<_, std::io::Error>(()) }))
//!     .measure(Profile::hold(100, secs(60)));
//! let run = endpoint.follow(load).run().await?;
//! # Ok(()) }
//! ```

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plimsoll_load::{Load, Observer};
use plimsoll_metrics::Timeline;
use plimsoll_model::{Plan, Run, Snapshot};
use plimsoll_report::Prometheus;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{sleep, timeout};

/// Connections that are answered at the same time. A further one takes the place of the oldest, so that who says
/// nothing keeps nobody else out.
const MOST_CONNECTIONS: usize = 32;
/// The longest head of a request that is read.
const MOST_BYTES: usize = 8 * 1024;
/// What is read after an answer, so that who sent too much still gets to see it.
const MOST_IGNORED: usize = 64 * 1024;
/// How long a connection may take from its first byte to its last.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait when the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);

/// A page of metrics over HTTP, which shows the run that it [follows](Endpoint::follow).
///
/// While a run goes on the page has how it stands, of its last snapshot, four of which are made in a second; once it
/// is over, its result as well, until the next one is. It answers GET of `/metrics` and of `/` alone, at most 32
/// connections at a time, none for longer than 5 seconds. It is closed when this is dropped.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    shown: Arc<Mutex<Shown>>,
    serving: JoinHandle<()>,
}

/// What the page is about.
#[derive(Debug, Default)]
struct Shown {
    live: Option<watch::Receiver<Option<Snapshot>>>,
    over: Option<Box<Run>>,
}

/// Takes the result of a run when it is over.
#[derive(Debug)]
struct Follower(Arc<Mutex<Shown>>);

impl Endpoint {
    /// Opens the page at an address; with port 0, at one that is free. Must be called on a tokio runtime, which has
    /// to go on for the page to be answered.
    ///
    /// Whoever reaches the address reads the names of workloads, scenarios and errors: write out another than
    /// loopback only where that is wanted.
    ///
    /// # Errors
    /// When the address cannot be listened to.
    pub async fn open(address: SocketAddr) -> io::Result<Endpoint> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shown = Arc::<Mutex<Shown>>::default();
        let page = Arc::clone(&shown);
        let serving = tokio::spawn(serve(listener, move || lock(&page).page()));
        Ok(Endpoint { address, shown, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows a load from now on, instead of one that it showed before.
    #[must_use]
    pub fn follow(&self, load: Load) -> Load {
        lock(&self.shown).live = Some(load.snapshots());
        load.observe(Follower(Arc::clone(&self.shown)))
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shown {
    fn page(&self) -> io::Result<Vec<u8>> {
        let mut page = Vec::new();
        if let Some(run) = &self.over {
            Prometheus::write_run(run, &mut page)?;
        }
        if let Some(now) = self.live.as_ref().and_then(|live| live.borrow().clone()) {
            Prometheus::write_snapshot(&now, &mut page)?;
        }
        Ok(page)
    }
}

impl Observer for Follower {
    fn targets(&self) -> Vec<String> {
        Vec::new()
    }

    fn start(&mut self, _: &Timeline, _: &Plan) {}

    fn finish(self: Box<Self>, run: &mut Run) {
        lock(&self.0).over = Some(Box::new(run.clone()));
    }
}

/// Answers who connects with what `page` gives at that moment, for as long as it is polled.
///
/// By hand, since it is one fixed answer: what serves HTTP in general would cost every user more packages.
pub fn serve(
    listener: TcpListener,
    page: impl Fn() -> io::Result<Vec<u8>> + Send + Sync + 'static,
) -> impl Future<Output = ()> + Send {
    let page = Arc::new(page);
    async move {
        let mut guests = Guests::default();
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                sleep(PAUSE).await;
                continue;
            };
            let page = Arc::clone(&page);
            let guest = tokio::spawn(async move {
                // A connection that broke, or took too long, is closed; there is nobody to tell.
                let _ = timeout(PATIENCE, converse(stream, &*page)).await;
            });
            guests.admit(guest.abort_handle());
        }
    }
}

/// The connections that are answered, oldest first. All are closed with the page.
#[derive(Default)]
struct Guests(VecDeque<AbortHandle>);

impl Guests {
    fn admit(&mut self, newest: AbortHandle) {
        self.0.retain(|guest| !guest.is_finished());
        if self.0.len() >= MOST_CONNECTIONS
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
        self.0.push_back(newest);
    }
}

impl Drop for Guests {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

async fn converse(stream: TcpStream, page: &(impl Fn() -> io::Result<Vec<u8>> + Sync)) -> io::Result<()> {
    let answer = match head(&stream).await? {
        None => Answer::text("431 Request Header Fields Too Large", "the request is too long"),
        Some(head) => Answer::to(&head, page),
    };
    send(&stream, &answer.bytes()).await?;
    let stream = stream.into_std()?;
    stream.shutdown(Shutdown::Write)?;
    ignore_rest(&TcpStream::from_std(stream)?).await
}

/// What is said to a request.
struct Answer {
    status: &'static str,
    kind: &'static str,
    body: Vec<u8>,
}

impl Answer {
    fn text(status: &'static str, body: &str) -> Answer {
        Answer { status, kind: "text/plain; charset=utf-8", body: format!("{body}\n").into_bytes() }
    }

    fn to(head: &[u8], page: impl Fn() -> io::Result<Vec<u8>>) -> Answer {
        let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
        let [method, target, version] = words.as_slice() else {
            return Answer::text("400 Bad Request", "this is no request of HTTP");
        };
        if !version.starts_with(b"HTTP/1.") {
            return Answer::text("400 Bad Request", "this is no request of HTTP/1");
        }
        let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        match (*method, path) {
            (b"GET", b"/metrics" | b"/") => Answer::page(page()),
            (b"GET", _) => Answer::text("404 Not Found", "metrics are at /metrics"),
            _ => Answer::text("405 Method Not Allowed", "only GET is answered"),
        }
    }

    fn page(page: io::Result<Vec<u8>>) -> Answer {
        match page {
            Ok(body) => Answer { status: "200 OK", kind: "text/plain; version=0.0.4; charset=utf-8", body },
            Err(error) => Answer::text("503 Service Unavailable", &error.to_string()),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let allow = if self.status.starts_with("405") { "Allow: GET\r\n" } else { "" };
        let mut bytes = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{allow}Connection: close\r\n\r\n",
            self.status,
            self.kind,
            self.body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// The head of a request, or what there is of it when the other side has no more to say; `None` when it is too long.
async fn head(stream: &TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 1024];
        let length = read(stream, &mut part).await?;
        if length == 0 {
            break;
        }
        head.extend_from_slice(&part[..length]);
        if head.len() > MOST_BYTES {
            return Ok(None);
        }
    }
    Ok(Some(head))
}

async fn ignore_rest(stream: &TcpStream) -> io::Result<()> {
    let mut ignored = 0;
    while ignored < MOST_IGNORED {
        match read(stream, &mut [0; 1024]).await? {
            0 => break,
            length => ignored += length,
        }
    }
    Ok(())
}

async fn read(stream: &TcpStream, part: &mut [u8]) -> io::Result<usize> {
    loop {
        stream.readable().await?;
        match stream.try_read(part) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            outcome => return outcome,
        }
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What it guards is whole after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
