//! Whether a service is up, asked once before a run.

use std::fmt::{self, Display};
use std::io::ErrorKind;
use std::str::FromStr;
use std::time::Duration;

use plimsoll_model::redact_url;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest first line of an answer that is read.
const LONGEST_LINE: usize = 256;

/// A service to ask whether it is up: an address of HTTP, or a port that must accept connections.
///
/// ```
/// use plimsoll_resources::Probe;
///
/// let health: Probe = "http://127.0.0.1:8080/health".parse()?;
/// let redis: Probe = "127.0.0.1:6379".parse()?;
/// assert!("https://127.0.0.1/".parse::<Probe>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Host and port to connect to.
    address: String,
    /// What to ask for; `None` where a connection is enough.
    request: Option<Request>,
    /// As it was given, without its secrets.
    name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Request {
    host: String,
    path: String,
}

/// What came of asking a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is up: it accepted the connection and, where it was asked over HTTP, answered with 200 to 399.
    pub is_up: bool,
    /// What was found, in a line.
    pub found: String,
}

impl Probe {
    /// Asks once, for no longer than `limit`. Follows no redirection.
    pub async fn ask(&self, limit: Duration) -> Answer {
        let outcome = timeout(limit, self.attempt()).await;
        match outcome.unwrap_or_else(|_| Err(format!("no answer within {limit:?}"))) {
            Ok(found) => Answer { is_up: true, found },
            Err(found) => Answer { is_up: false, found },
        }
    }

    async fn attempt(&self) -> Result<String, String> {
        let connected = TcpStream::connect(&self.address).await;
        let stream = connected.map_err(|error| format!("no connection: {error}"))?;
        let Some(Request { host, path }) = &self.request else { return Ok("accepts connections".to_owned()) };
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let broken = |error: std::io::Error| format!("the connection broke: {error}");
        send(&stream, request.as_bytes()).await.map_err(broken)?;
        let answer = first_line(&stream).await.map_err(broken)?;
        judge(&String::from_utf8_lossy(&answer))
    }
}

// With readiness alone: what tokio offers for whole buffers costs every user of plimsoll one more package.

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
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

/// What comes up to the end of the first line, of the stream, or of all patience.
async fn first_line(stream: &TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut line, mut part) = (Vec::new(), [0; 512]);
    while !line.contains(&b'\n') && line.len() < LONGEST_LINE {
        stream.readable().await?;
        match stream.try_read(&mut part) {
            Ok(0) => break,
            Ok(length) => line.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(line)
}

/// What the first line of an answer over HTTP says.
fn judge(answer: &str) -> Result<String, String> {
    let line = answer.lines().next().unwrap_or_default();
    let mut words = line.splitn(2, ' ');
    let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
    let status = words.next().filter(|_| is_http).unwrap_or_default().trim();
    let code: Option<u16> = status.split(' ').next().and_then(|code| code.parse().ok());
    match code {
        Some(200..=399) => Ok(format!("answers {status}")),
        Some(_) => Err(format!("answers {status}")),
        None => Err("answers, and not in HTTP".to_owned()),
    }
}

impl FromStr for Probe {
    type Err = String;

    fn from_str(text: &str) -> Result<Probe, String> {
        let expected = || {
            format!("{:?} is no service; expected http://HOST[:PORT][/PATH] or HOST:PORT", redact_url(text))
        };
        if text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
            return Err(expected());
        }
        let Some(rest) = text.strip_prefix("http://") else {
            let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty() && !host.contains("//"));
            port.and_then(|(_, port)| port.parse::<u16>().ok()).ok_or_else(expected)?;
            return Ok(Probe { address: text.to_owned(), request: None, name: text.to_owned() });
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        if host.is_empty() {
            return Err(expected());
        }
        let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
        let address = if has_port { host.to_owned() } else { format!("{host}:80") };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let request = Some(Request { host: host.to_owned(), path });
        Ok(Probe { address, request, name: redact_url(text) })
    }
}

impl Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    fn probe(text: &str) -> Probe {
        text.parse().expect("it is a service")
    }

    /// A service that answers one request so, and its address.
    async fn service(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("the probe connects");
            let mut request = [0; 512];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        });
        address
    }

    async fn asked(answer: &'static str) -> Answer {
        let address = service(answer).await;
        probe(&format!("http://{address}/health")).ask(LIMIT).await
    }

    #[tokio::test]
    async fn a_service_that_answers_well_is_up() {
        let answer = asked("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        assert_eq!(answer, Answer { is_up: true, found: "answers 200 OK".to_owned() });
    }

    #[tokio::test]
    async fn a_service_that_refuses_or_talks_something_else_is_not() {
        let refused = asked("HTTP/1.1 503 Service Unavailable\r\n\r\n").await;
        assert_eq!((refused.is_up, refused.found.as_str()), (false, "answers 503 Service Unavailable"));
        for answer in ["-ERR unknown command\r\n", "", "HTTP/1.1"] {
            assert_eq!(asked(answer).await.found, "answers, and not in HTTP", "{answer:?}");
        }
    }

    #[tokio::test]
    async fn a_port_that_accepts_connections_is_up_and_a_closed_one_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let probe = probe(&listener.local_addr().expect("it is bound").to_string());
        assert!(probe.ask(LIMIT).await.is_up);
        drop(listener);
        let answer = probe.ask(LIMIT).await;
        assert!(!answer.is_up && answer.found.starts_with("no connection: "), "{answer:?}");
    }

    #[tokio::test]
    async fn a_service_that_never_answers_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let answer = probe(&format!("http://{address}/")).ask(Duration::from_millis(20)).await;
        assert_eq!(answer.found, "no answer within 20ms");
    }

    #[test]
    fn an_address_says_host_port_and_path() {
        let parts = |text: &str| {
            let Probe { address, request, .. } = probe(text);
            (address, request.map(|request| format!("{} {}", request.host, request.path)))
        };
        let owned = |address: &str, request: &str| (address.to_owned(), Some(request.to_owned()));
        assert_eq!(parts("http://web/health?deep=1"), owned("web:80", "web /health?deep=1"));
        assert_eq!(parts("http://u:p@[::1]:81"), owned("[::1]:81", "[::1]:81 /"));
        assert_eq!(parts("redis:6379"), ("redis:6379".to_owned(), None));
    }

    #[test]
    fn secrets_are_not_shown_and_mistakes_say_what_is_expected() {
        assert_eq!(probe("http://u:s3cret@web/?token=s3cret").to_string(), "http://***@web/?***");
        for text in ["", "web", "web:", ":80", "web:http", "https://web/", "http://", "a b:1", "a:1\r\n"] {
            let error = text.parse::<Probe>().expect_err("it is none");
            assert!(error.ends_with("expected http://HOST[:PORT][/PATH] or HOST:PORT"), "{error}");
        }
    }
}
