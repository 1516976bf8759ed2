//! What was executed, in a few figures for programs.

use std::io;

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{Counts, Set, Side};
use serde_json::json;

use crate::Renderer;
use crate::page::Score;

/// Prints what was executed as a small JSON document: when, how much, on which side, and how many checks passed.
///
/// All of it is in the set, or a sum of what is there.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExecutionSummary;

impl Renderer for ExecutionSummary {
    fn name(&self) -> &str {
        "execution-summary"
    }

    fn file_name(&self, _set: &Set) -> String {
        "execution_summary.json".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        let score = Score::of(set);
        let runs = |side: Option<Side>| set.runs.iter().filter(|place| place.side == side).count();
        let mut counts = Counts::default();
        set.runs
            .iter()
            .flat_map(|place| &place.run.scenarios)
            .for_each(|scenario| counts.add(&scenario.counts));
        let took = set.completed_at.since(set.started_at).as_nanos();
        let summary = json!({
            "id": set.id,
            "name": set.name,
            "started_at": set.started_at,
            "completed_at": set.completed_at,
            "duration_ns": u64::try_from(took).unwrap_or(u64::MAX),
            "runs": { "a": runs(Some(Side::A)), "b": runs(Some(Side::B)), "other": runs(None) },
            "operations": {
                "started": counts.started,
                "ok": counts.ok,
                "errors": counts.errors(),
                "success_rate": ratio(to_f64(counts.ok), to_f64(counts.started)),
            },
            "checks": { "passed": score.passed, "total": score.total, "success_rate": score.rate() },
            "verdict": set.verdict,
        });
        serde_json::to_writer_pretty(&mut *out, &summary)?;
        writeln!(out)
    }
}
