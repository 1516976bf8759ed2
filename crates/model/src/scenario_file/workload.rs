//! What is done.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Mistake;
use crate::MixOrder;

/// Which operations, and how often each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// Names of operations with their weights, all above zero.
    pub weights: Vec<(String, u64)>,
    /// How the weights become a sequence.
    pub order: MixOrder,
}

/// `workload`: `mixed` with a distribution, or the name of the one operation that is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Workload {
    #[serde(rename = "type")]
    kind: String,
    distribution: Option<BTreeMap<String, f64>>,
    #[serde(default)]
    order: MixOrder,
}

/// Most decimal places of a share.
const MAX_PLACES: i32 = 6;

impl Workload {
    pub(super) fn distribution(self) -> Result<Distribution, Mistake> {
        let weights = match (self.kind.as_str(), self.distribution) {
            ("mixed", Some(shares)) if !shares.is_empty() => whole(shares)?,
            ("mixed", _) => {
                return Err(Mistake::new(
                    "type",
                    "type mixed needs a distribution, such as {read: 0.8, write: 0.2}",
                ));
            }
            (name, Some(_)) => {
                let message = format!("distribution means nothing to type {name}, which is one operation");
                return Err(Mistake::new("distribution", message));
            }
            (name, None) => vec![(name.to_owned(), 1)],
        };
        Ok(Distribution { weights, order: self.order })
    }
}

/// Shares as whole numbers: times the power of ten that leaves nothing behind the point.
fn whole(shares: BTreeMap<String, f64>) -> Result<Vec<(String, u64)>, Mistake> {
    let is_whole = |share: f64| (share - share.round()).abs() < 1e-9 * share.max(1.0);
    let scales = (0..=MAX_PLACES).map(|places| 10f64.powi(places));
    let scale = scales.into_iter().find(|scale| shares.values().all(|share| is_whole(share * scale)));
    let weight = |(name, share): (String, f64)| {
        let scaled = (share * scale.unwrap_or(0.0)).round();
        match to_weight(scaled) {
            Some(weight) => Ok((name, weight)),
            None => {
                let expected = "a share above 0 with at most six decimal places, such as 0.7";
                Err(Mistake::new(&name, format!("distribution: {name} is {share}; expected {expected}")))
            }
        }
    };
    shares.into_iter().map(weight).collect()
}

fn to_weight(scaled: f64) -> Option<u64> {
    /// Larger ones are refused by the plan.
    const MAX: f64 = 1e12;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is whole and within bounds"
    )]
    (1.0..=MAX).contains(&scaled).then_some(scaled as u64)
}
