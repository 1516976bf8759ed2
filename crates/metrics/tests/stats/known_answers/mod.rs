//! What other tools published: their facts are ours too, and where not, the test says why. A file for each tool.
//!
//! `tests/data/changepoints.json` names the source and the licence of each group; it quotes data and answers, no
//! code. Not used from it: MongoDB's energy coefficients, which have no counterpart here, and Otava's p-values, which
//! come from population variances and one comparison instead of the whole search.

mod bencher;
mod benchstat;
mod kayenta;
mod mongodb;
mod otava;

use plimsoll_metrics::stats::{self, ChangeSearch};
use serde::Deserialize;
use serde_json::Value;

fn facts() -> Value {
    serde_json::from_str(include_str!("../../data/changepoints.json")).expect("the file is JSON")
}

/// The member at a path of the facts, as a type of ours.
fn fact<T: for<'de> Deserialize<'de>>(pointer: &str) -> T {
    let facts = facts();
    let found = facts.pointer(pointer).expect("the facts have it").clone();
    serde_json::from_value(found).expect("the facts have this shape")
}

fn found(history: &[f64], search: &ChangeSearch) -> Vec<usize> {
    let changes = stats::change_points(history, search).expect("enough points");
    changes.points.iter().map(|point| point.index).collect()
}
