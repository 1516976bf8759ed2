//! Where a server is, with the password that nobody may see.

use std::fmt::{self, Debug, Display};

use percent_encoding::percent_decode_str;
use plimsoll::model::{Secret, redact_url};

/// The address of a server, which may hold a password: it shows itself without user and password.
///
/// ```
/// use job_queue::address::{Address, Server};
///
/// let address = Address::parse(Server::Redis, "redis://worker:hunter2@localhost:6379/1")?;
/// assert_eq!(address.to_string(), "redis://***@localhost:6379/1");
/// assert_eq!(address.hide("wrong password hunter2"), "wrong password ***");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: Secret<String>,
    shown: String,
    /// The password as it is written, and as it is meant.
    passwords: Vec<Secret<String>>,
}

/// What kind of server an address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// A Redis, `redis://[user:pass@]host:port[/db]`.
    Redis,
    /// A PostgreSQL, `postgres://[user:pass@]host:port[/database]`.
    Postgres,
}

/// Text that is no address of the server wanted. It never shows a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing tells its kind. The text is not repeated: nobody can say which part of it is the password.
    #[error("the address has no scheme; expected {}", .expected.form())]
    NoScheme {
        /// Of which kind it should be.
        expected: Server,
    },
    /// It is of another kind.
    #[error("{found} is no address of a {expected}; expected {}", .expected.form())]
    Scheme {
        /// The address without its password.
        found: String,
        /// Of which kind it should be.
        expected: Server,
    },
    /// It holds what no address may hold.
    #[error(
        "the address holds a blank, a quotation mark or a control character; expected it percent-encoded"
    )]
    Character,
    /// Its parts make no sense.
    #[error("{found} is no address of a {expected}: {reason}; expected {}", .expected.form())]
    Malformed {
        /// The address without its password.
        found: String,
        /// Of which kind it should be.
        expected: Server,
        /// What is wrong with it.
        reason: String,
    },
}

impl Address {
    /// Reads the address of a server of that kind. Nobody is asked whether it is there.
    ///
    /// # Errors
    /// Text that is no address, or that of another kind of server.
    pub fn parse(server: Server, text: &str) -> Result<Address, AddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::NoScheme { expected: server })?;
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>`".contains(c)) {
            return Err(AddressError::Character);
        }
        let shown = redact_url(text);
        if !server.schemes().contains(&scheme) {
            return Err(AddressError::Scheme { found: shown, expected: server });
        }
        let address = Address { url: Secret::new(text.to_owned()), shown, passwords: passwords(rest) };
        match server.mistake(text) {
            None => Ok(address),
            Some(reason) => {
                let reason = address.hide(&reason);
                Err(AddressError::Malformed { found: address.shown, expected: server, reason })
            }
        }
    }

    /// The whole address, for the one place that connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.url.expose()
    }

    /// A text, such as an error of a client, without the password and without any address that holds one.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        let without = |text: String, password: &Secret<String>| text.replace(password.expose(), "***");
        redact_url(&self.passwords.iter().fold(text.to_owned(), without))
    }
}

impl Server {
    fn schemes(self) -> &'static [&'static str] {
        match self {
            Server::Redis => &["redis"],
            Server::Postgres => &["postgres", "postgresql"],
        }
    }

    fn form(self) -> &'static str {
        match self {
            Server::Redis => "redis://[user:pass@]host:port[/db]",
            Server::Postgres => "postgres://[user:pass@]host:port[/database]",
        }
    }

    /// What the server's own client has against an address.
    fn mistake(self, text: &str) -> Option<String> {
        match self {
            Server::Redis => redis::Client::open(text).err().map(|error| error.to_string()),
            Server::Postgres => {
                let config = text.parse::<tokio_postgres::Config>();
                config.err().map(|error| std::error::Error::source(&error).unwrap_or(&error).to_string())
            }
        }
    }
}

impl Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Server::Redis => "Redis",
            Server::Postgres => "PostgreSQL",
        })
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.shown).finish()
    }
}

/// The password of what follows `scheme://`, as it is written and as it is meant, the longer one first.
fn passwords(rest: &str) -> Vec<Secret<String>> {
    let user_info = rest.rsplit_once('@').map_or("", |(user_info, _)| user_info);
    let written = user_info.split_once(':').map_or("", |(_, password)| password);
    let mut forms = vec![written.to_owned(), percent_decode_str(written).decode_utf8_lossy().into_owned()];
    forms.dedup();
    forms.into_iter().filter(|form| !form.is_empty()).map(Secret::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redis(text: &str) -> Result<Address, AddressError> {
        Address::parse(Server::Redis, text)
    }

    #[test]
    fn no_form_of_a_password_is_shown() {
        let address = redis("redis://me:s3%2Fcret@host:6379/0").unwrap();
        let said = address.hide("s3%2Fcret or s3/cret at redis://me:s3%2Fcret@host");
        let shown = format!("{address} {address:?} {said}");
        assert!(!shown.contains("s3"), "{shown}");
    }

    #[test]
    fn a_password_is_hidden_as_it_is_written_and_as_it_is_meant() {
        let forms = |rest| passwords(rest).iter().map(|form| form.expose().clone()).collect::<Vec<_>>();
        assert_eq!(forms("me:a%2fb@host"), ["a%2fb", "a/b"]);
        assert_eq!([forms("me:100%@host"), forms("me:%zz@host")], [["100%"], ["%zz"]]);
        assert_eq!(forms("me@host"), [""; 0]);
    }

    #[test]
    fn an_address_without_password_hides_nothing() {
        let address = redis("redis://host:6379").unwrap();
        assert_eq!(address.to_string(), "redis://host:6379");
        assert_eq!(address.hide("connection refused"), "connection refused");
    }

    #[test]
    fn each_refusal_says_what_is_expected_and_no_password() {
        let refusals = [
            redis("me:s3cret@host"),
            redis("http://me:s3cret@host/"),
            redis("redis://me:s3 cret@host/"),
            redis("redis://me:s3cret@host:port/"),
            redis("redis://me:s3cret@host/first"),
            Address::parse(Server::Postgres, "redis://me:s3cret@host"),
            Address::parse(Server::Postgres, "postgres://me:s3cret@host:port"),
        ];
        let lines: Vec<_> = refusals.map(|refusal| refusal.unwrap_err().to_string()).into();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
