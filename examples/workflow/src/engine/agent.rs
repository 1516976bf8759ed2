//! An agent.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::blackboard::{Note, Slot};
use super::failed::Failed;
use super::lexicon::Lexicon;
use super::shared::Shared;
use super::trace::Part;
use super::workflow::{Task, What, Workflow};
use crate::document::{SECTIONS, Summary, sections};

/// Most tasks that wait for one agent.
const QUEUE: usize = 64;

/// A task in the queue of an agent.
#[derive(Debug)]
pub(super) struct Handed {
    pub(super) workflow: Arc<Workflow>,
    pub(super) task: Task,
    /// When it was handed out.
    pub(super) at: Duration,
}

/// The queue of an agent, and the agent, which works as long as somebody may hand it a task.
pub(super) fn agent(shared: Arc<Shared>) -> (mpsc::Sender<Handed>, impl Future<Output = ()> + Send) {
    let (queue, mut tasks) = mpsc::channel(QUEUE);
    let work = async move {
        let mut lexicon = Lexicon::at(shared.lexicon);
        while let Some(Handed { workflow, task, at }) = tasks.recv().await {
            workflow.trace.note(Part::AgentQueue, at, 0);
            let begun = workflow.trace.now();
            let done = perform(&shared, &mut lexicon, &workflow, task).await;
            workflow.trace.note(Part::AgentTask, begun, 0);
            shared.bus.publish(workflow, What::Done(task, done));
        }
    };
    (queue, work)
}

async fn perform(
    shared: &Shared,
    lexicon: &mut Lexicon,
    workflow: &Workflow,
    task: Task,
) -> Result<(), Failed> {
    let Workflow { id, trace, .. } = workflow;
    let board = &shared.blackboard;
    match task {
        Task::Divide => {
            let text = board.text(trace, *id, Slot::Document)?;
            for (index, section) in sections(&text).into_iter().enumerate() {
                board.write(trace, *id, Slot::Section(index), Note::Text(section));
            }
        }
        Task::Read(index) => {
            let section = board.text(trace, *id, Slot::Section(index))?;
            let weight = lexicon.ask(trace, &section).await?;
            let finding = Summary { words: section.split_whitespace().count() as u64, weight };
            board.write(trace, *id, Slot::Finding(index), Note::Summary(finding));
        }
        Task::Conclude => {
            let findings = (0..SECTIONS).map(|index| board.summary(trace, *id, Slot::Finding(index)));
            let summary: Summary = findings.collect::<Result<Vec<_>, _>>()?.into_iter().sum();
            let record = serde_json::to_vec(&summary)
                .map_err(|error| Failed::Store { reason: format!("no record can be made: {error}") })?;
            shared.store.put(trace, *id, record).await?;
        }
    }
    Ok(())
}
