//! The scenarios of a standing protocol.

use plimsoll_model::{ProtocolScenario, Set, Status};

use super::{Block, Cell, Column, Mark, Section, Table, Tone};
use crate::text;

const COLUMNS: [Column; 4] =
    [Column::name(""), Column::name("scenario"), Column::words("parameters", 4), Column::words("found", 3)];

pub(super) fn section(set: &Set) -> Option<Section> {
    let protocol = set.protocol.as_ref()?;
    let table = Table::new(&COLUMNS, protocol.scenarios.iter().map(row));
    let name = vec![("name".to_owned(), text::name(&protocol.name))];
    Section::new("Protocol", [Block::Facts(name), Block::Table(table)])
}

fn row(scenario: &ProtocolScenario) -> Vec<Cell> {
    let mark = match scenario.aborted {
        true => Mark { word: "ABORTED", ..Mark::from(Status::Interrupted) },
        false => Mark { glyph: '●', word: "DONE", tone: Tone::Plain },
    };
    vec![
        mark.into(),
        text::name(&scenario.scenario_name).into(),
        values(&scenario.scenario_params).into(),
        values(&scenario.metadata).into(),
    ]
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
    text::name(&plain.collect::<Vec<_>>().join(", "))
}
