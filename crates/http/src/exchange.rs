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

    /// Sends the request that is made for a user, reads the answer to its end, and keeps of its head what is wanted.
    pub(crate) async fn carry<A>(
        &self,
        user: u64,
        stopwatch: &Stopwatch<impl Fn() -> Duration>,
        make: impl Make,
        take: impl Take,
        keep: impl FnOnce(&mut Parts) -> A,
    ) -> Result<(A, Timing), HttpError> {
        match &self.connections {
            Connections::Http1(idle) => {
                let turn = idle.turn(user).await;
                let (mut connection, begun) = self.begin_http1(&turn, stopwatch, make).await?;
                let answer = begun.finish(&mut *connection, stopwatch, take, keep).await?;
                turn.put(connection);
                Ok(answer)
            }
            Connections::Http2 { shared, sharing, next } => {
                let number = match sharing {
                    Sharing::AsNeeded => 0,
                    Sharing::PerUser => user,
                    Sharing::Pooled(most) => next.fetch_add(1, Ordering::Relaxed) % (*most as u64).max(1),
                };
                let begin = (stopwatch.now)();
                let open = async || Http2::open(dial(&self.target, self.tls.as_ref()).await?).await;
                let (mut connection, is_new) = shared.get(number, open).await?;
                let sent = (stopwatch.now)();
                let connect = is_new.then(|| sent.saturating_sub(begin));
                let begun = Begun::begin(&mut connection, stopwatch, sent, make, connect).await?;
                begun.finish(&mut connection, stopwatch, take, keep).await
            }
        }
    }

    /// Sends over a connection that was used before, or over a new one where there is none or the server has closed it
    /// meanwhile.
    async fn begin_http1(
        &self,
        turn: &Turn<'_>,
        stopwatch: &Stopwatch<impl Fn() -> Duration>,
        make: impl Make,
    ) -> Result<(Box<Http1>, Begun), HttpError> {
        if let Some(mut connection) = turn.take() {
            // Who has not waited has just read the clock.
            let sent = if turn.has_waited { (stopwatch.now)() } else { stopwatch.start };
            match Begun::begin(&mut *connection, stopwatch, sent, make, None).await {
                Ok(begun) => return Ok((connection, begun)),
                Err(Unanswered { is_unsent: true, .. }) => {}
                Err(unanswered) => return Err(unanswered.error),
            }
        }
        let begin = (stopwatch.now)();
        // In a box, or what it takes to make one would be part of every request.
        let mut connection = Box::pin(self.open_http1()).await?;
        let sent = (stopwatch.now)();
        let connect = Some(sent.saturating_sub(begin));
        let begun = Begun::begin(&mut *connection, stopwatch, sent, make, connect).await?;
        Ok((connection, begun))
    }

    async fn open_http1(&self) -> Result<Box<Http1>, HttpError> {
        Http1::open(dial(&self.target, self.tls.as_ref()).await?).await
    }
}

/// A clock, and what it showed when the time of a request began to count.
pub(crate) struct Stopwatch<F> {
    pub(crate) start: Duration,
    pub(crate) now: F,
}

impl<F: Fn() -> Duration> Stopwatch<F> {
    /// From now on.
    pub(crate) fn start(now: F) -> Stopwatch<F> {
        Stopwatch { start: now(), now }
    }

    fn since(&self, begin: Duration) -> Duration {
        (self.now)().saturating_sub(begin)
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
        stopwatch: &Stopwatch<impl Fn() -> Duration>,
        sent: Duration,
        make: impl Make,
        connect: Option<Duration>,
    ) -> Result<Begun, Unanswered> {
        let answer = connection.send(make).await?;
        Ok(Begun { answer, connect, first_byte: stopwatch.since(sent) })
    }

    /// Reads it to its end.
    async fn finish<A>(
        self,
        connection: &mut impl Carries,
        stopwatch: &Stopwatch<impl Fn() -> Duration>,
        take: impl Take,
        keep: impl FnOnce(&mut Parts) -> A,
    ) -> Result<(A, Timing), HttpError> {
        let Begun { answer, connect, first_byte } = self;
        let (mut parts, body) = answer.into_parts();
        let mut bytes = 0;
        connection.read(body, counted(&mut bytes, take)).await?;
        let total = stopwatch.since(stopwatch.start);
        let kept = keep(&mut parts);
        connection.reuse(parts.headers);
        Ok((kept, Timing { connect, first_byte, total, bytes, compressed: None }))
    }
}

fn counted(bytes: &mut u64, mut take: impl Take) -> impl Take {
    move |piece: Bytes| {
        *bytes += piece.len() as u64;
        take(piece)
    }
}
