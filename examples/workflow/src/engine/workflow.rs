//! One workflow: what has been done, and what follows from it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::failed::Failed;
use super::trace::Trace;
use crate::document::SECTIONS;

/// Something that an agent does for a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Divides the document.
    Divide,
    /// Reads a section.
    Read(usize),
    /// Puts the findings together and into the store.
    Conclude,
}

/// What happens to a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// It was handed in.
    Begun,
    /// An agent has done a task, or could not.
    Done(Task, Result<(), Failed>),
}

/// What follows from that.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Tasks for agents.
    Tasks(Vec<Task>),
    /// The workflow is over.
    End(Result<(), Failed>),
}

/// A workflow that is under way.
#[derive(Debug)]
pub(super) struct Workflow {
    pub(super) id: u64,
    pub(super) trace: Trace,
    unread: AtomicUsize,
    failed: OnceLock<Failed>,
}

impl Workflow {
    pub(super) fn new(id: u64, trace: Trace) -> Workflow {
        Workflow { id, trace, unread: AtomicUsize::new(SECTIONS), failed: OnceLock::new() }
    }

    /// What follows from something that happened to it. Sections are waited for also after one of them has failed, so
    /// that nobody works on a workflow that is over.
    pub(super) fn after(&self, what: What) -> Next {
        match what {
            What::Begun => Next::Tasks(vec![Task::Divide]),
            What::Done(Task::Read(_), read) => {
                if let Err(failed) = read {
                    // The first one says why.
                    let _ = self.failed.set(failed);
                }
                match (self.unread.fetch_sub(1, Ordering::Relaxed), self.failed.get()) {
                    (1, None) => Next::Tasks(vec![Task::Conclude]),
                    (1, Some(failed)) => Next::End(Err(failed.clone())),
                    _ => Next::Tasks(Vec::new()),
                }
            }
            What::Done(Task::Divide, Ok(())) => Next::Tasks((0..SECTIONS).map(Task::Read).collect()),
            What::Done(Task::Conclude, Ok(())) => Next::End(Ok(())),
            What::Done(_, Err(failed)) => Next::End(Err(failed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll::metrics::{Clock, Timeline};

    use super::*;

    fn workflow() -> Workflow {
        Workflow::new(1, Trace::new(&Timeline::start(Clock::System)))
    }

    fn failed(reason: &str) -> Failed {
        Failed::Lexicon { reason: reason.to_owned() }
    }

    #[test]
    fn it_is_concluded_when_all_sections_are_read() {
        let workflow = workflow();
        assert_eq!(workflow.after(What::Begun), Next::Tasks(vec![Task::Divide]));
        let Next::Tasks(reads) = workflow.after(What::Done(Task::Divide, Ok(()))) else { panic!("not over") };
        assert_eq!(reads.len(), SECTIONS);
        let after: Vec<Next> = reads.iter().map(|task| workflow.after(What::Done(*task, Ok(())))).collect();
        assert_eq!(after.last(), Some(&Next::Tasks(vec![Task::Conclude])));
        assert!(after[..SECTIONS - 1].iter().all(|next| *next == Next::Tasks(Vec::new())));
        assert_eq!(workflow.after(What::Done(Task::Conclude, Ok(()))), Next::End(Ok(())));
    }

    #[test]
    fn a_section_that_fails_ends_it_when_the_others_are_read_too() {
        let workflow = workflow();
        let first = workflow.after(What::Done(Task::Read(0), Err(failed("first"))));
        assert_eq!(first, Next::Tasks(Vec::new()));
        workflow.after(What::Done(Task::Read(1), Err(failed("second"))));
        assert_eq!(workflow.after(What::Done(Task::Read(2), Ok(()))), Next::End(Err(failed("first"))));
    }
}
