//! Where requests go.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;
use plimsoll_model::redact_url;

use crate::{HttpError, SetupError};

/// Where requests go: an address without user info, and what stood in its place.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) is_tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// As it stands in the header `Host`: without the port that the scheme has anyway.
    pub(crate) authority: Authority,
    /// What every path begins with, without a slash at its end.
    prefix: String,
    /// Path and query of the address itself.
    pub(crate) own_path: PathAndQuery,
    /// User and password, as a header.
    pub(crate) authorization: Option<HeaderValue>,
}

impl Target {
    /// Reads an address with one of two schemes, the second of which is over TLS.
    pub(crate) fn parse(url: &str, schemes: [&str; 2]) -> Result<Target, SetupError> {
        let refuse = |found: &str| {
            let [plain, over_tls] = schemes;
            let expected = format!("expected {plain}://HOST[:PORT][/PATH] or {over_tls}://…");
            SetupError::new(format!("the address {} {found}; {expected}", redacted(url)))
        };
        let uri: Uri = url.parse().map_err(|_| refuse("cannot be read"))?;
        let scheme = uri.scheme_str().ok_or_else(|| refuse("has no scheme"))?;
        let is_tls = scheme == schemes[1];
        if !schemes.contains(&scheme) {
            return Err(refuse("has another scheme"));
        }
        let authority = uri.authority().ok_or_else(|| refuse("has no host"))?;
        let standard = if is_tls { 443 } else { 80 };
        let host = authority.host();
        if host.is_empty() {
            return Err(refuse("has no host"));
        }
        let (user, place) = authority.as_str().rsplit_once('@').unwrap_or(("", authority.as_str()));
        let port = match place.strip_prefix(host) {
            Some("") => standard,
            _ => authority
                .port_u16()
                .filter(|port| *port > 0)
                .ok_or_else(|| refuse("has a port that is none"))?,
        };
        let shown = if port == standard { host.to_owned() } else { format!("{host}:{port}") };
        Ok(Target {
            is_tls,
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            authority: shown.parse().map_err(|_| refuse("has a host that is none"))?,
            prefix: uri.path().trim_end_matches('/').to_owned(),
            own_path: own_path(&uri).ok_or_else(|| refuse("has a path that is none"))?,
            authorization: Some(user).filter(|user| !user.is_empty()).map(basic),
        })
    }

    /// Host and port.
    pub(crate) fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Path and query of a request: what follows on the address. Empty is the address itself.
    pub(crate) fn path(&self, path: &str) -> Result<PathAndQuery, HttpError> {
        if path.is_empty() {
            return Ok(self.own_path.clone());
        }
        let slash = if path.starts_with(['/', '?']) { "" } else { "/" };
        let whole = format!("{}{slash}{path}", self.prefix);
        let shown = whole.split('?').next().unwrap_or_default().to_owned();
        let whole = if whole.starts_with('/') { whole } else { format!("/{whole}") };
        PathAndQuery::try_from(whole).map_err(|error| HttpError::Invalid {
            reason: format!("{error} in the path {shown:?}; expected a path with all else percent-encoded"),
        })
    }

    /// What a request of HTTP/2 says, which has no header `Host`.
    pub(crate) fn absolute(&self, path: PathAndQuery) -> Result<Uri, HttpError> {
        let scheme = if self.is_tls { Scheme::HTTPS } else { Scheme::HTTP };
        let uri = Uri::builder().scheme(scheme).authority(self.authority.clone()).path_and_query(path);
        uri.build().map_err(|error| HttpError::Invalid { reason: error.to_string() })
    }
}

/// An address as an error shows it; one that lacks its scheme may hold a secret all the same.
fn redacted(url: &str) -> String {
    const SCHEME: &str = "any://";
    if url.contains("://") {
        redact_url(url)
    } else {
        redact_url(&format!("{SCHEME}{url}")).split_off(SCHEME.len())
    }
}

/// Path and query of an address, with the slash that may be left out before a query.
fn own_path(uri: &Uri) -> Option<PathAndQuery> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    PathAndQuery::try_from(format!("{}{query}", uri.path())).ok()
}

/// User info of an address as a header; its text is percent-encoded there, and plain here.
fn basic(user_info: &str) -> HeaderValue {
    let both = if user_info.contains(':') { user_info.to_owned() } else { format!("{user_info}:") };
    let text = format!("Basic {}", BASE64_STANDARD.encode(percent_decode_str(&both).collect::<Vec<u8>>()));
    let mut value = HeaderValue::try_from(text).expect("base64 is visible ASCII");
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        Target::parse(url, ["http", "https"]).unwrap()
    }

    #[test]
    fn an_address_says_where_and_what_every_path_begins_with() {
        let plain = target("http://127.0.0.1:8080/api/");
        assert_eq!((plain.place(), plain.authority.as_str()), ("127.0.0.1:8080".into(), "127.0.0.1:8080"));
        assert_eq!(plain.path("/items?page=1").unwrap().as_str(), "/api/items?page=1");
        assert_eq!(plain.path("items").unwrap().as_str(), "/api/items");
        assert_eq!(plain.path("").unwrap().as_str(), "/api/");
        let tls = target("https://example.org?q=1");
        assert_eq!((tls.port, tls.authority.as_str(), tls.is_tls), (443, "example.org", true));
        assert_eq!((tls.own_path.as_str(), tls.path("?q=2").unwrap().as_str()), ("/?q=1", "/?q=2"));
        let six = target("http://[::1]:81/");
        assert_eq!(
            (six.host.as_str(), six.place().as_str(), six.authority.as_str()),
            ("::1", "[::1]:81", "[::1]:81")
        );
    }

    #[test]
    fn user_and_password_become_a_header_and_are_in_nothing_else() {
        let target = target("http://al%69ce:p%40ss@host/x");
        let header = target.authorization.unwrap();
        assert_eq!(header, format!("Basic {}", BASE64_STANDARD.encode("alice:p@ss")).as_str());
        assert!(header.is_sensitive());
        assert_eq!(target.authority.as_str(), "host");
    }

    #[test]
    fn each_refusal_says_what_is_expected_and_no_password() {
        let urls = [
            "",
            "host",
            "ftp://host/",
            "http://",
            "http://user:s3cret@",
            "http://host:0/",
            "http://h:99999/",
            "redis://u:s3cret@h/",
            "user:s3cret@host",
            "host/login?token=s3cret",
        ];
        let refusals = urls.map(|url| Target::parse(url, ["http", "https"]).err().unwrap().to_string());
        assert!(refusals.iter().all(|text| !text.contains("s3cret")), "{refusals:#?}");
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn a_path_that_cannot_be_sent_is_told_without_its_query() {
        let error = target("http://h").path("/a b?token=s3cret").unwrap_err();
        assert_eq!(error.kind(), "invalid request");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}
