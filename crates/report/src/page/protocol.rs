//! The scenarios of a standing protocol.

use std::collections::BTreeMap;

use plimsoll_model::{ProtocolScenario, Set, Status, Unit, human};
use serde_json::{Map, Value};

use super::{Block, Cell, Column, Mark, Note, Section, Table, Tone};
use crate::{format, text};

const COLUMNS: [Column; 6] = [
    Column::name("phase"),
    Column::name("target"),
    Column::figure("CPU", Column::ALWAYS),
    Column::figure("from idle", 5),
    Column::figure("memory", Column::ALWAYS),
    Column::figure("from idle", 4),
];

const MEGABYTE: f64 = 1e6;

pub(super) fn section(set: &Set) -> Option<Section> {
    let protocol = set.protocol.as_ref()?;
    let blocks = protocol.scenarios.iter().flat_map(|scenario| {
        let facts = [("given", &scenario.scenario_params), ("found", &scenario.metadata)];
        let facts = facts.map(|(name, values)| (name.to_owned(), self::values(values)));
        let facts = facts.into_iter().filter(|(_, values)| !values.is_empty()).collect();
        let notes = [limit(scenario)].into_iter().flatten().chain(given_back(scenario));
        let notes = notes.chain(caveats(scenario));
        [
            Block::Notes(vec![title(scenario)]),
            Block::Facts(facts),
            Block::Table(usage(scenario)),
            Block::Notes(notes.map(Note::plain).collect()),
        ]
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

/// Names and values in one line; what is nothing, or a structure of its own, is left to the JSON document and to the
/// blocks below.
fn values(values: &BTreeMap<String, Value>) -> String {
    let plain = values.iter().filter_map(|(name, value)| match (name.strip_suffix("_ns"), value) {
        (Some(name), Value::Number(length)) => {
            Some(format!("{} = {}", text::name(name), format::span(length.as_u64()?)))
        }
        (_, Value::String(word)) => Some(format!("{} = {}", text::name(name), text::sentence(word))),
        (_, Value::Number(_) | Value::Bool(_)) => Some(format!("{} = {value}", text::name(name))),
        _ => None,
    });
    plain.collect::<Vec<_>>().join(" · ")
}

/// What every target used in each phase, and how far that is from idle.
fn usage(scenario: &ProtocolScenario) -> Table {
    let phases = object(scenario.metadata.get("phase_usage"));
    let mut phases: Vec<(&String, &Value)> = phases.into_iter().flatten().collect();
    // In the order of time, which a map has not.
    let times = scenario.metadata.get("phase_timestamps");
    phases
        .sort_by_key(|(name, _)| times.and_then(|times| times.get(name.as_str())?.get("start_ns")?.as_u64()));
    let rows = phases.into_iter().flat_map(|(phase, targets)| {
        let targets = object(Some(targets)).into_iter().flatten();
        targets.map(move |(target, usage)| row(phase, target, usage))
    });
    Table::new(&COLUMNS, rows)
}

fn row(phase: &str, target: &str, usage: &Value) -> Vec<Cell> {
    let number = |name: &str| usage.get(name).and_then(Value::as_f64);
    let cores = |name: &str| number(name).map(|cores| format::value(cores, Unit::Ratio));
    let memory = |name: &str| number(name).map(|megabytes| human::value(megabytes * MEGABYTE, Unit::Bytes));
    let cell = |shown: Option<String>| Cell::from(shown.unwrap_or_else(|| "–".to_owned()));
    vec![
        text::name(phase).into(),
        text::name(target).into(),
        cell(cores("cpu_cores")),
        cell(cores("cpu_cores_from_idle").map(signed)),
        cell(memory("memory_mb")),
        cell(memory("memory_mb_from_idle").map(signed)),
    ]
}

fn signed(shown: String) -> String {
    if shown.starts_with(['-', '−']) { shown } else { format!("+{shown}") }
}

/// Which limit ended it.
fn limit(scenario: &ProtocolScenario) -> Option<String> {
    let trigger = scenario.metadata.get("trigger")?;
    let word = |name: &str| trigger.get(name).and_then(Value::as_str).map(text::name);
    let (container, metric) = (word("container")?, word("metric")?);
    let unit = if metric.starts_with("memory") { Unit::Bytes } else { Unit::Ratio };
    let number = |name: &str| trigger.get(name).and_then(Value::as_f64);
    let limit = number("limit")?;
    let value = human::apart(number("value")?, limit, unit);
    Some(format!("{metric} of {container} was {value}, the limit is {}", format::value(limit, unit)))
}

/// What the cooldown gave back of each target's memory.
fn given_back(scenario: &ProtocolScenario) -> impl Iterator<Item = String> {
    let of_target = |(target, cooled): (&String, &Value)| {
        let bytes =
            |name: &str| cooled.get(name).and_then(Value::as_f64).map(|megabytes| megabytes * MEGABYTE);
        let delta = signed(human::value(bytes("delta_mb")?, Unit::Bytes));
        let kept = bytes("retained_mb")
            .map(|kept| format!("; at its end {} from idle", signed(human::value(kept, Unit::Bytes))));
        let target = text::name(target);
        Some(format!("memory of {target} changed by {delta} in the cooldown{}", kept.unwrap_or_default()))
    };
    object(scenario.metadata.get("cooldown_analysis")).into_iter().flatten().filter_map(of_target)
}

/// What should be kept in mind with what was found.
fn caveats(scenario: &ProtocolScenario) -> impl Iterator<Item = String> {
    let told = scenario.metadata.get("caveats").and_then(Value::as_array).into_iter().flatten();
    told.filter_map(|caveat| Some(text::sentence(caveat.as_str()?)))
}

fn object(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value?.as_object()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(metadata: Value) -> ProtocolScenario {
        ProtocolScenario {
            scenario_name: "stress".to_owned(),
            scenario_params: BTreeMap::from([("settle_ns".to_owned(), 5_000_000_000_u64.into())]),
            aborted: false,
            metadata: metadata.as_object().cloned().unwrap_or_default().into_iter().collect(),
        }
    }

    fn texts(row: &[Cell]) -> Vec<&str> {
        row.iter().map(|cell| cell.text.as_str()).collect()
    }

    #[test]
    fn phases_stand_in_the_order_of_time_each_with_its_distance_from_idle() {
        let usage = |cores: f64, from_idle: f64| {
            serde_json::json!({"container:app": {
                "cpu_cores": cores, "cpu_cores_from_idle": from_idle, "memory_mb": 20.0, "memory_mb_from_idle": null,
            }})
        };
        let scenario = scenario(serde_json::json!({
            "phase_timestamps": {"load-6": {"start_ns": 1}, "load-12": {"start_ns": 2}},
            "phase_usage": {"load-6": usage(0.13, 0.11), "load-12": usage(0.25, -0.01)},
        }));
        let table = super::usage(&scenario);
        assert_eq!(texts(&table.rows[0]), ["load-6", "container:app", "13 %", "+11 %", "19.1 MiB", "–"]);
        assert_eq!(texts(&table.rows[1])[..4], ["load-12", "container:app", "25 %", "−1 %"]);
    }

    #[test]
    fn lengths_are_shown_as_such_and_a_limit_names_what_met_it() {
        let scenario = scenario(serde_json::json!({
            "trigger": {"container": "container:app", "metric": "cpu", "value": 0.516, "limit": 0.45},
            "cooldown_analysis": {"container:app": {"delta_mb": -3.0, "retained_mb": 12.0}},
            "caveats": ["no limit was met"],
        }));
        assert_eq!(caveats(&scenario).collect::<Vec<_>>(), ["no limit was met"]);
        assert_eq!(values(&scenario.scenario_params), "settle = 5 s");
        assert_eq!(limit(&scenario).as_deref(), Some("cpu of container:app was 51.6 %, the limit is 45 %"));
        let given_back: Vec<String> = given_back(&scenario).collect();
        assert_eq!(
            given_back,
            ["memory of container:app changed by −2.86 MiB in the cooldown; at its end +11.4 MiB from idle"]
        );
    }
}
