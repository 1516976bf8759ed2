//! Who hands out tasks.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::agent::Handed;
use super::bus::{Event, Subscription};
use super::shared::Shared;
use super::trace::Part;
use super::workflow::Next;

/// Hands out what follows from each event, to the agents in turn, as long as there are events.
pub(super) async fn direct(shared: Arc<Shared>, mut events: Subscription, agents: Vec<mpsc::Sender<Handed>>) {
    let mut turns = agents.iter().cycle();
    while let Some(Event { workflow, what, published }) = events.next().await {
        workflow.trace.note(Part::Event, published, 0);
        let tasks = match workflow.after(what) {
            Next::Tasks(tasks) => tasks,
            Next::End(outcome) => {
                shared.end(workflow.id, outcome);
                continue;
            }
        };
        for task in tasks {
            let Some(agent) = turns.next() else { return };
            // An agent with a full queue is waited for: it needs nobody to empty it.
            let handed = Handed { at: workflow.trace.now(), workflow: Arc::clone(&workflow), task };
            if agent.send(handed).await.is_err() {
                return;
            }
        }
    }
}
