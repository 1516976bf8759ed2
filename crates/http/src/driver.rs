//! What moves a connection of HTTP/1.1.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use http_body_util::Full;
use hyper::client::conn::http1::Connection;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;

use crate::HttpError;
use crate::dial::Stream;

/// What moves a connection of HTTP/1.1 while somebody waits for something from it.
pub(crate) struct Driver {
    state: State,
    /// What the connection wakes.
    bell: Arc<Bell>,
    waker: Waker,
}

#[expect(clippy::large_enum_variant, reason = "whoever holds a connection has it in a box")]
enum State {
    Goes(Connection<Watched, Full<Bytes>>),
    /// How it ended.
    Ended(Option<HttpError>),
}

impl Driver {
    /// Of a connection over a stream that is watched by the same bell.
    pub(crate) fn new(connection: Connection<Watched, Full<Bytes>>, bell: Arc<Bell>) -> Driver {
        let waker = Waker::from(Arc::clone(&bell));
        Driver { state: State::Goes(connection), bell, waker }
    }

    /// Waits for what only the connection can bring about.
    ///
    /// Since nothing else does, what is waited for needs no waker: it is asked again after each turn of the
    /// connection, and the connection's wake-up serves both. A connection that has ended is dropped at once, which
    /// answers whoever waits for something from it.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
        let mut ask = || wanted(&mut Context::from_waker(Waker::noop()));
        self.bell.mute();
        if let Poll::Ready(value) = ask() {
            return value;
        }
        poll_fn(|cx| {
            self.bell.mute();
            self.go_on();
            let answer = ask();
            if answer.is_pending() {
                self.bell.ring_for(cx.waker());
            }
            answer
        })
        .await
    }

    /// How it ended, where it did in an error, to be told once.
    pub(crate) fn end(&mut self) -> Option<HttpError> {
        match &mut self.state {
            State::Ended(end) => end.take(),
            State::Goes(_) => None,
        }
    }

    fn go_on(&mut self) {
        if let State::Goes(connection) = &mut self.state
            && let Poll::Ready(ended) = Pin::new(connection).poll(&mut Context::from_waker(&self.waker))
        {
            self.state = State::Ended(ended.err().map(|error| HttpError::of_hyper(&error)));
        }
    }
}

/// Wakes whoever waits for a connection, and nobody while it is being driven: what is asked of it then rings too, and
/// is answered in the same turn.
#[derive(Default)]
pub(crate) struct Bell {
    /// [`MUTE`] or not, and [`RUNG`] since then or not.
    state: AtomicU8,
    listener: AtomicWaker,
    /// Whether it rang since this was last asked.
    has_news: AtomicBool,
}

const MUTE: u8 = 1;
const RUNG: u8 = 2;

impl Bell {
    /// Wakes nobody from now on, and forgets what rang until now.
    fn mute(&self) {
        self.state.store(MUTE, Ordering::Release);
    }

    /// Whether it rang since this was last asked.
    fn take_news(&self) -> bool {
        self.has_news.load(Ordering::Acquire) && self.has_news.swap(false, Ordering::AcqRel)
    }

    /// Wakes this one from now on, and at once when it rang while it was mute.
    fn ring_for(&self, listener: &Waker) {
        self.listener.register(listener);
        if self.state.swap(0, Ordering::AcqRel) & RUNG != 0 {
            listener.wake_by_ref();
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Bell>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Bell>) {
        self.has_news.store(true, Ordering::Release);
        if self.state.fetch_or(RUNG, Ordering::AcqRel) & MUTE == 0 {
            self.listener.wake();
        }
    }
}

/// A stream that is not asked for more until its bell rings, once it has had nothing to read: a connection asks several
/// times in a turn. To be polled with the bell's waker alone.
pub(crate) struct Watched {
    stream: TokioIo<Stream>,
    bell: Arc<Bell>,
    is_dry: bool,
}

impl Watched {
    pub(crate) fn new(stream: Stream, bell: &Arc<Bell>) -> Watched {
        Watched { stream: TokioIo::new(stream), bell: Arc::clone(bell), is_dry: false }
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TokioIo<Stream>> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Read for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // What rings from here on counts for the next time.
        let has_news = self.bell.take_news();
        if self.is_dry && !has_news {
            return Poll::Pending;
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.is_dry = read.is_pending();
        read
    }
}

impl Write for Watched {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
