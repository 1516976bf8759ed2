//! Values that must not be shown, and addresses that may hold one.

use std::fmt::{self, Debug, Display};

/// A value that prints as `***`, whatever asks for it.
///
/// It is deliberately not serialisable: a secret has no place in a document.
///
/// ```
/// let token = plimsoll_model::Secret::new("hunter2");
/// assert_eq!(format!("{token} {token:?}"), "*** ***");
/// assert_eq!(*token.expose(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Addresses in a text without user info and query string: `redis://***@host:6379/0`, `http://host/a?***`.
///
/// Works on any text that has `scheme://` in it, so an error message that quotes an address is covered too;
/// what is no address is left as it is.
///
/// ```
/// use plimsoll_model::redact_url;
/// assert_eq!(redact_url("redis://user:pass@db:6379/0"), "redis://***@db:6379/0");
/// assert_eq!(redact_url("GET http://h/a?token=1 failed"), "GET http://h/a?*** failed");
/// ```
#[must_use]
pub fn redact_url(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme_end) = rest.find("://") {
        let (scheme, address) = rest.split_at(scheme_end + 3);
        redacted.push_str(scheme);
        let end = address.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(address.len());
        redact_address(&address[..end], &mut redacted);
        rest = &address[end..];
    }
    redacted.push_str(rest);
    redacted
}

/// One address after its `scheme://`.
fn redact_address(address: &str, redacted: &mut String) {
    let (location, query) = match address.find(['?', '#']) {
        Some(at) => (&address[..at], &address[at..=at]),
        None => (address, ""),
    };
    // A password may hold an unescaped '/': everything up to the last '@' is user info.
    match location.rfind('@') {
        Some(at) => {
            redacted.push_str("***");
            redacted.push_str(&location[at..]);
        }
        // A password may hold '?' or '#' as well, so look for the '@' behind them too.
        None if address.contains('@') => {
            let at = address.rfind('@').expect("the guard has seen an '@'");
            redacted.push_str("***");
            return redact_tail(&address[at..], redacted);
        }
        None => redacted.push_str(location),
    }
    if !query.is_empty() {
        redacted.push_str(query);
        redacted.push_str("***");
    }
}

/// What follows the user info: host, path, query.
fn redact_tail(tail: &str, redacted: &mut String) {
    match tail.find(['?', '#']) {
        Some(at) => {
            redacted.push_str(&tail[..=at]);
            redacted.push_str("***");
        }
        None => redacted.push_str(tail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_survives() {
        for address in [
            "redis://user:s3cret@host:6379/0",
            "redis://:s3cret@host",
            "postgres://u:s3cret/s3cret@host/db",
            "postgres://u:s3?cret#s3cret@host/db?sslmode=off",
            "http://host/path?api_key=s3cret",
            "two http://a:s3cret@b and http://c/?s3cret=s3cret",
            "\"http://u:s3cret@h\"",
        ] {
            let shown = redact_url(address);
            assert!(!shown.contains("s3"), "{address} -> {shown}");
            assert!(shown.contains("***"), "{address} -> {shown}");
        }
    }

    #[test]
    fn what_holds_no_secret_is_left_alone() {
        for text in ["", "plain", "http://host:80/path", "in-process", "a@b.c"] {
            assert_eq!(redact_url(text), text);
        }
    }
}
