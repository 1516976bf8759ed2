//! One request, one answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use hyper::http::response::Parts;
use tokio_rustls::TlsConnector;

use crate::connection::{Carries, Http1, Http2, Outgoing, Take};
use crate::dial::dial;
use crate::pool::{Idle, Shared, Sharing, Turn};
use crate::target::Target;
use crate::{HttpError, Timing, Version};

/// Carries requests over connections that are used again.
pub(crate) struct Carrier {
    target: Target,
    tls: Option<TlsConnector>,
    connections: Connections,
}

enum Connections {
    Http1(Idle),
    Http2 { shared: Shared, sharing: Sharing, next: AtomicU64 },
}

impl Carrier {
    pub(crate) fn new(
        target: Target,
        tls: Option<TlsConnector>,
        version: Version,
        sharing: Sharing,
    ) -> Carrier {
        let connections = match version {
            Version::Http1 => Connections::Http1(Idle::new(sharing)),
            Version::Http2 => {
                Connections::Http2 { shared: Shared::default(), sharing, next: AtomicU64::new(0) }
            }
        };
        Carrier { target, tls, connections }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Sends a request for a user and reads the answer to its end; `now` reads a clock.
    pub(crate) async fn carry(
        &self,
        user: u64,
        now: impl Fn() -> Duration,
        request: Outgoing,
        take: impl Take,
    ) -> Result<(Parts, Timing), HttpError> {
        let start = now();
        match &self.connections {
            Connections::Http1(idle) => {
                let turn = idle.turn(user).await;
                let (mut connection, connect) = match used_before(&turn).await {
                    Some(connection) => (connection, None),
                    None => self.open_http1(&now).await?,
                };
                let answer = over(&mut *connection, &now, request, take, start, connect).await?;
                turn.put(connection);
                Ok(answer)
            }
            Connections::Http2 { shared, sharing, next } => {
                let number = match sharing {
                    Sharing::AsNeeded => 0,
                    Sharing::PerUser => user,
                    Sharing::Pooled(most) => next.fetch_add(1, Ordering::Relaxed) % (*most as u64).max(1),
                };
                let begin = now();
                let open = async || Http2::open(dial(&self.target, self.tls.as_ref()).await?).await;
                let (mut connection, is_new) = shared.get(number, open).await?;
                let connect = is_new.then(|| now().saturating_sub(begin));
                over(&mut connection, &now, request, take, start, connect).await
            }
        }
    }

    async fn open_http1(
        &self,
        now: impl Fn() -> Duration,
    ) -> Result<(Box<Http1>, Option<Duration>), HttpError> {
        let begin = now();
        let stream = dial(&self.target, self.tls.as_ref()).await?;
        let connect = now().saturating_sub(begin);
        let mut connection = Http1::open(stream).await?;
        if !connection.is_ready().await {
            return Err(HttpError::ClosedEarly);
        }
        Ok((connection, Some(connect)))
    }
}

/// A connection that was used before, and that the server has not closed meanwhile.
async fn used_before(turn: &Turn<'_>) -> Option<Box<Http1>> {
    let mut connection = turn.take()?;
    connection.is_ready().await.then_some(connection)
}

async fn over(
    connection: &mut impl Carries,
    now: impl Fn() -> Duration,
    request: Outgoing,
    take: impl Take,
    start: Duration,
    connect: Option<Duration>,
) -> Result<(Parts, Timing), HttpError> {
    let may_compress = request.headers().contains_key(ACCEPT_ENCODING);
    let sent = now();
    let (parts, body) = connection.send(request).await?.into_parts();
    let first_byte = now().saturating_sub(sent);
    let mut bytes = 0;
    connection.read(body, counted(&mut bytes, take)).await?;
    let total = now().saturating_sub(start);
    let compressed = may_compress.then(|| parts.headers.contains_key(CONTENT_ENCODING));
    Ok((parts, Timing { connect, first_byte, total, bytes, compressed }))
}

fn counted(bytes: &mut u64, mut take: impl Take) -> impl Take {
    move |piece: Bytes| {
        *bytes += piece.len() as u64;
        take(piece)
    }
}
