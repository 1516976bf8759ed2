//! One request, one answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use hyper::body::Incoming;
use hyper::http::response::Parts;
use tokio_rustls::TlsConnector;

use crate::connection::{Carries, Http1, Http2, Make, Take, Unanswered};
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

    /// Sends the request that is made for a user and reads the answer to its end; `now` reads a clock.
    pub(crate) async fn carry(
        &self,
        user: u64,
        now: impl Fn() -> Duration,
        make: impl Make,
        take: impl Take,
    ) -> Result<(Parts, Timing), HttpError> {
        let start = now();
        match &self.connections {
            Connections::Http1(idle) => {
                let turn = idle.turn(user).await;
                let (mut connection, begun) = self.begin_http1(&turn, &now, make).await?;
                let answer = begun.finish(&mut *connection, &now, start, take).await?;
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
                let begun = Begun::begin(&mut connection, &now, make, connect).await?;
                begun.finish(&mut connection, &now, start, take).await
            }
        }
    }

    /// Sends over a connection that was used before, or over a new one where there is none or the server has closed it
    /// meanwhile.
    async fn begin_http1(
        &self,
        turn: &Turn<'_>,
        now: impl Fn() -> Duration,
        make: impl Make,
    ) -> Result<(Box<Http1>, Begun), HttpError> {
        if let Some(mut connection) = turn.take() {
            match Begun::begin(&mut *connection, &now, make, None).await {
                Ok(begun) => return Ok((connection, begun)),
                Err(Unanswered { is_unsent: true, .. }) => {}
                Err(unanswered) => return Err(unanswered.error),
            }
        }
        let begin = now();
        let stream = dial(&self.target, self.tls.as_ref()).await?;
        let connect = now().saturating_sub(begin);
        let mut connection = Http1::open(stream).await?;
        let begun = Begun::begin(&mut *connection, &now, make, Some(connect)).await?;
        Ok((connection, begun))
    }
}

/// An answer of which the head is there.
struct Begun {
    answer: Response<Incoming>,
    connect: Option<Duration>,
    first_byte: Duration,
}

impl Begun {
    async fn begin(
        connection: &mut impl Carries,
        now: impl Fn() -> Duration,
        make: impl Make,
        connect: Option<Duration>,
    ) -> Result<Begun, Unanswered> {
        let sent = now();
        let answer = connection.send(make).await?;
        Ok(Begun { answer, connect, first_byte: now().saturating_sub(sent) })
    }

    /// Reads it to its end; all of it took from `start` on.
    async fn finish(
        self,
        connection: &mut impl Carries,
        now: impl Fn() -> Duration,
        start: Duration,
        take: impl Take,
    ) -> Result<(Parts, Timing), HttpError> {
        let Begun { answer, connect, first_byte } = self;
        let (parts, body) = answer.into_parts();
        let mut bytes = 0;
        connection.read(body, counted(&mut bytes, take)).await?;
        let total = now().saturating_sub(start);
        Ok((parts, Timing { connect, first_byte, total, bytes, compressed: None }))
    }
}

fn counted(bytes: &mut u64, mut take: impl Take) -> impl Take {
    move |piece: Bytes| {
        *bytes += piece.len() as u64;
        take(piece)
    }
}
