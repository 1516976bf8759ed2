//! The store: records in a file.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use super::failed::Failed;
use super::trace::{Part, Trace};

/// Orders that wait for the thread of the file; who has one more waits itself.
const WAITING: usize = 256;

/// Puts records into a file and reads them again, by a thread of its own: files have no asynchronous calls.
#[derive(Debug, Clone)]
pub(super) struct Store {
    orders: mpsc::Sender<Order>,
}

#[derive(Debug)]
enum Order {
    Put { id: u64, record: Vec<u8>, done: oneshot::Sender<io::Result<()>> },
    Get { id: u64, done: oneshot::Sender<io::Result<Option<Vec<u8>>>> },
    Close,
}

impl Store {
    /// A store in a file of that folder, and the thread that has it open.
    pub(super) fn open(folder: &Path, sync: bool) -> io::Result<(Store, JoinHandle<()>)> {
        let file = OpenOptions::new().create(true).append(true).read(true).open(folder.join("records"))?;
        let mut log = Log { file, places: HashMap::new(), sync };
        let (orders, mut waiting) = mpsc::channel(WAITING);
        let serve = move || {
            while let Some(order) = waiting.blocking_recv() {
                // Who asked may have given up meanwhile.
                match order {
                    Order::Put { id, record, done } => drop(done.send(log.put(id, &record))),
                    Order::Get { id, done } => drop(done.send(log.get(id))),
                    Order::Close => return,
                }
            }
        };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(serve)?;
        Ok((Store { orders }, thread))
    }

    /// Keeps a record, in place of one of the same workflow.
    pub(super) async fn put(&self, trace: &Trace, id: u64, record: Vec<u8>) -> Result<(), Failed> {
        let (begun, bytes) = (trace.now(), record.len() as u64);
        let kept = self.ask(|done| Order::Put { id, record, done }).await;
        trace.note(Part::StoreWrite, begun, bytes);
        kept
    }

    /// The record of a workflow, if there is one.
    pub(super) async fn get(&self, trace: &Trace, id: u64) -> Result<Option<Vec<u8>>, Failed> {
        let begun = trace.now();
        let found = self.ask(|done| Order::Get { id, done }).await;
        let bytes = found.as_ref().map_or(0, |record| record.as_ref().map_or(0, Vec::len));
        trace.note(Part::StoreRead, begun, bytes as u64);
        found
    }

    /// Ends the thread when it has done what waits.
    pub(super) async fn close(&self) {
        // It may have ended already.
        let _ = self.orders.send(Order::Close).await;
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<io::Result<T>>) -> Order) -> Result<T, Failed> {
        let (done, answer) = oneshot::channel();
        let closed = || Failed::Store { reason: "it is closed".to_owned() };
        self.orders.send(order(done)).await.map_err(|_| closed())?;
        let answer = answer.await.map_err(|_| closed())?;
        answer.map_err(|error| Failed::Store { reason: error.to_string() })
    }
}

/// A file to which records are only added.
struct Log {
    file: File,
    /// Where the record of each workflow begins, and how long it is.
    places: HashMap<u64, (u64, usize)>,
    sync: bool,
}

impl Log {
    fn put(&mut self, id: u64, record: &[u8]) -> io::Result<()> {
        let begin = self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(record)?;
        if self.sync {
            self.file.sync_data()?;
        }
        self.places.insert(id, (begin, record.len()));
        Ok(())
    }

    fn get(&mut self, id: u64) -> io::Result<Option<Vec<u8>>> {
        let Some((begin, length)) = self.places.get(&id) else { return Ok(None) };
        let mut record = vec![0; *length];
        self.file.seek(SeekFrom::Start(*begin))?;
        self.file.read_exact(&mut record)?;
        Ok(Some(record))
    }
}

#[cfg(test)]
mod tests {
    use plimsoll::metrics::{Clock, Timeline};

    use super::*;

    #[tokio::test]
    async fn records_are_really_in_a_file_and_come_back_from_there() {
        let (folder, trace) = (tempfile::tempdir().unwrap(), Trace::new(&Timeline::start(Clock::System)));
        let (store, thread) = Store::open(folder.path(), true).unwrap();
        store.put(&trace, 1, b"first".to_vec()).await.unwrap();
        store.put(&trace, 2, b"second".to_vec()).await.unwrap();
        store.put(&trace, 1, b"third".to_vec()).await.unwrap();
        assert_eq!(std::fs::read(folder.path().join("records")).unwrap(), b"firstsecondthird");
        assert_eq!(store.get(&trace, 1).await.unwrap().unwrap(), b"third");
        assert_eq!(store.get(&trace, 2).await.unwrap().unwrap(), b"second");
        assert_eq!(store.get(&trace, 3).await.unwrap(), None);
        assert_eq!(trace.spans().iter().map(|span| span.bytes).sum::<u64>(), 5 + 6 + 5 + 5 + 6);
        store.close().await;
        thread.join().unwrap();
        assert_eq!(store.get(&trace, 1).await.unwrap_err().kind(), "store failed");
    }
}
