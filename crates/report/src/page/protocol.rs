//! The scenarios of a standing protocol.

use plimsoll_model::{ProtocolScenario, Set, Status};

use super::{Block, Mark, Note, Section, Tone};
use crate::text;

pub(super) fn section(set: &Set) -> Option<Section> {
    let protocol = set.protocol.as_ref()?;
    let blocks = protocol.scenarios.iter().flat_map(|scenario| {
        let facts = [("given", &scenario.scenario_params), ("found", &scenario.metadata)];
        let facts = facts.map(|(name, values)| (name.to_owned(), self::values(values)));
        let facts = facts.into_iter().filter(|(_, values)| !values.is_empty()).collect();
        [Block::Notes(vec![title(scenario)]), Block::Facts(facts)]
    });
    let name = vec![("name".to_owned(), text::name(&protocol.name))];
    Section::new("Protocol", std::iter::once(Block::Facts(name)).chain(blocks))
}

fn title(scenario: &ProtocolScenario) -> Note {
    let mark = match scenario.aborted {
        true => Mark { word: "ABORTED", ..Mark::from(Status::Interrupted) },
        false => Mark { glyph: '●', word: "DONE", tone: Tone::Plain },
    };
    Note::marked(mark, text::name(&scenario.scenario_name))
}

/// Names and values in one line; what is nothing, or a structure of its own, is left to the JSON document.
fn values(values: &std::collections::BTreeMap<String, serde_json::Value>) -> String {
    let plain = values.iter().filter_map(|(name, value)| match value {
        serde_json::Value::String(word) => Some(format!("{} = {}", text::name(name), text::name(word))),
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => {
            Some(format!("{} = {value}", text::name(name)))
        }
        _ => None,
    });
    plain.collect::<Vec<_>>().join(" · ")
}
