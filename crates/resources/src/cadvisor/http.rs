//! One HTTP request at a time, without a pool: cAdvisor is near, and asked every few seconds.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use plimsoll_model::redact_url;
use tokio::net::TcpStream;

/// No answer about one container is longer.
const MOST_BYTES: usize = 16 << 20;

/// Where cAdvisor listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Host and port.
    authority: String,
    /// A path before `/api`, without its last `/`; mostly empty.
    prefix: String,
}

/// An answer of any status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) ok: bool,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// What an error says, in one line.
    pub(super) fn message(&self) -> String {
        String::from_utf8_lossy(&self.body).lines().next().unwrap_or_default().chars().take(200).collect()
    }
}

impl Address {
    /// The address in a text such as `http://127.0.0.1:8080`; why it is none otherwise.
    pub(super) fn parse(url: &str) -> Result<Address, String> {
        let no_address = |why: &str| format!("{:?} {why}; expected http://HOST:PORT", redact_url(url));
        let rest = match url.split_once("://") {
            Some(("http", rest)) => rest,
            Some(_) => return Err(no_address("is not plain HTTP")),
            None => url,
        };
        let (authority, prefix) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if authority.is_empty() {
            return Err(no_address("names no host"));
        }
        if authority.contains('@') || rest.contains(['?', '#']) {
            return Err(no_address("holds more than an address"));
        }
        let authority = if has_port(authority) { authority.to_owned() } else { format!("{authority}:80") };
        authority.parse::<hyper::http::uri::Authority>().map_err(|_| no_address("is no address"))?;
        Ok(Address { authority, prefix: prefix.trim_end_matches('/').to_owned() })
    }

    /// Asks for a path below `/api`, with a body where there is one to send.
    pub(super) async fn ask(&self, path: &str, body: Option<&'static str>) -> Result<Answer, String> {
        let failed =
            |error: &dyn std::fmt::Display| format!("nobody answers at http://{}: {error}", self.authority);
        let stream = TcpStream::connect(&self.authority).await.map_err(|error| failed(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
        let _connection = Aborted(tokio::spawn(connection));
        let response =
            sender.send_request(self.request(path, body)?).await.map_err(|error| failed(&error))?;
        let ok = response.status() == StatusCode::OK;
        let body = Limited::new(response.into_body(), MOST_BYTES).collect().await;
        let body = body.map_err(|error| failed(&error))?.to_bytes().to_vec();
        Ok(Answer { ok, body })
    }

    fn request(&self, path: &str, body: Option<&'static str>) -> Result<Request<Full<Bytes>>, String> {
        let method = if body.is_some() { "POST" } else { "GET" };
        Request::builder()
            .method(method)
            .uri(format!("{}/api/{path}", self.prefix))
            .header(HOST, &self.authority)
            .body(Full::new(Bytes::from_static(body.unwrap_or("").as_bytes())))
            .map_err(|_| format!("{path:?} is no path"))
    }
}

fn has_port(authority: &str) -> bool {
    authority.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'))
}

/// A task that ends with what waits for it.
struct Aborted<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Aborted<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> (String, String) {
        let address = Address::parse(url).expect("it is an address");
        (address.authority, address.prefix)
    }

    #[test]
    fn an_address_has_a_port_and_maybe_a_path() {
        let pair = |authority: &str, prefix: &str| (authority.to_owned(), prefix.to_owned());
        assert_eq!(parsed("http://127.0.0.1:8080"), pair("127.0.0.1:8080", ""));
        assert_eq!(parsed("cadvisor"), pair("cadvisor:80", ""));
        assert_eq!(parsed("http://[::1]:9/monitor/"), pair("[::1]:9", "/monitor"));
        assert_eq!(parsed("http://[::1]"), pair("[::1]:80", ""));
    }

    #[test]
    fn what_is_no_address_is_refused_in_one_line_without_its_secrets() {
        let urls = ["https://h", "http://user:s3cret@h:1", "http://h/?token=s3cret", "http://a b", ""];
        let lines = urls.map(|url| Address::parse(url).expect_err(url));
        insta::assert_snapshot!(lines.join("\n"));
    }
}
