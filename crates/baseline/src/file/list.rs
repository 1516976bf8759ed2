//! Lists of targets, checked while they are read.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::target::Target;
use super::workload::Components;

/// A list of at least one target, and at most one for each metric.
pub(super) fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Target>, D::Error> {
    TargetList::deserialize(deserializer).map(|list| list.0)
}

/// Such lists by component.
pub(super) fn components<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Components, D::Error> {
    let lists = BTreeMap::<String, TargetList>::deserialize(deserializer)?;
    Ok(lists.into_iter().map(|(name, list)| (name, list.0)).collect())
}

struct TargetList(Vec<Target>);

impl<'de> Deserialize<'de> for TargetList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TargetListVisitor)
    }
}

struct TargetListVisitor;

impl<'de> Visitor<'de> for TargetListVisitor {
    type Value = TargetList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of targets, such as [p95 < 500ms, error_rate < 1%]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TargetList, A::Error> {
        let mut targets: Vec<Target> = Vec::new();
        while let Some(target) = items.next_element::<Target>()? {
            let metric = &target.condition().metric;
            if targets.iter().any(|known| known.condition().metric == *metric) {
                return Err(A::Error::custom(format!(
                    "two targets on {metric}; expected one for each metric"
                )));
            }
            targets.push(target);
        }
        if targets.is_empty() {
            return Err(A::Error::custom("an empty list; expected at least one target, such as p95 < 500ms"));
        }
        Ok(TargetList(targets))
    }
}
