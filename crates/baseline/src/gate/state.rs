//! The gate as a state machine.

use plimsoll_model::{
    Caveat, Comparability, Comparison, Effect, Kind, Procedure, SCHEMA_VERSION, Set, SetRef, SetRun, Side,
    Status, Verdict,
};

use super::judge::judge;
use super::policy::Policy;
use crate::comparability;
use crate::rating;
use crate::row::{Row, conclude};
use crate::side::{Workload, by_workload};

/// Compares two sides run by run, in turn, until the answer is clear.
///
/// ```no_run
/// use plimsoll_baseline::gate::{Gate, Next, Policy};
/// # use plimsoll_model::{Set, Side};
/// # fn measure(_: Side) -> Set { unimplemented!() }
///
/// let mut gate = Gate::new(Policy::default(), "main", "my change");
/// let comparison = loop {
///     match gate.next() {
///         Next::Run(side) => gate.observe(measure(side)),
///         Next::Done(comparison) => break comparison,
///     }
/// };
/// println!("{:?}", comparison.verdict);
/// ```
#[derive(Debug, Clone)]
pub struct Gate {
    policy: Policy,
    baseline: SideOfGate,
    candidate: SideOfGate,
    /// What the first replicate says about format and machine.
    first: Option<Set>,
    comparability: Vec<Comparability>,
    refusals: Vec<String>,
    done: Option<Comparison>,
}

/// What a gate needs next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next<'a> {
    /// A replicate of this side: each workload once, in a fresh process.
    Run(Side),
    /// Nothing: this is the answer.
    Done(&'a Comparison),
}

/// One side, and what it has measured.
#[derive(Debug, Clone)]
struct SideOfGate {
    name: String,
    replicates: usize,
    runs: Vec<SetRun>,
}

impl SideOfGate {
    fn new(name: &str) -> SideOfGate {
        SideOfGate { name: name.to_owned(), replicates: 0, runs: Vec::new() }
    }

    fn reference(&self) -> SetRef {
        SetRef { id: self.name.clone(), name: self.name.clone(), runs: self.runs.len() as u64 }
    }
}

impl Gate {
    /// A gate between two sides, named as reports shall call them.
    #[must_use]
    pub fn new(policy: Policy, baseline: &str, candidate: &str) -> Gate {
        Gate {
            policy,
            baseline: SideOfGate::new(baseline),
            candidate: SideOfGate::new(candidate),
            first: None,
            comparability: Vec::new(),
            refusals: Vec::new(),
            done: None,
        }
    }

    /// What it needs next.
    #[must_use]
    pub fn next(&self) -> Next<'_> {
        match &self.done {
            Some(comparison) => Next::Done(comparison),
            None => Next::Run(side_of(self.baseline.replicates + self.candidate.replicates)),
        }
    }

    /// Takes the replicate of the side that was asked for. Once there is an answer, nothing changes it.
    ///
    /// Only a set with the same workloads, plans, machine and format as the first is taken; any other ends the
    /// gate as invalid, and so does an invalid run. A bad run is not left out: what made it bad may be what is
    /// looked for.
    pub fn observe(&mut self, replicate: Set) {
        let Next::Run(side) = self.next() else { return };
        self.check(&replicate);
        let first = self.first.get_or_insert_with(|| Set { runs: Vec::new(), ..replicate.clone() });
        debug_assert!(first.runs.is_empty(), "the runs are kept once");
        let of = match side {
            Side::A => &mut self.baseline,
            Side::B => &mut self.candidate,
        };
        of.replicates += 1;
        for mut run in replicate.runs {
            (run.side, run.iteration) = (Some(side), of.replicates as u64);
            of.runs.push(run);
        }
        self.look();
    }

    /// The answer when the user asked to stop: interrupted, with what was seen until then.
    #[must_use]
    pub fn interrupted(&self) -> Comparison {
        let reason = format!(
            "interrupted after {} runs of {} and {} of {}",
            self.baseline.replicates, self.baseline.name, self.candidate.replicates, self.candidate.name
        );
        self.comparison(Vec::new(), Verdict::because(Status::Interrupted, reason))
    }

    /// Notes what forbids to compare the replicate with the first.
    fn check(&mut self, replicate: &Set) {
        let new = by_workload(&replicate.runs);
        self.refusals.extend(new.iter().filter_map(Workload::flaw));
        if new.is_empty() {
            self.refusals.push("a replicate has no run".to_owned());
        }
        let Some(first) = &self.first else { return };
        let mut entries = comparability::of_sets(first, replicate);
        let known = by_workload(&self.baseline.runs);
        for workload in &known {
            match new.iter().find(|other| other.name == workload.name) {
                Some(other) => entries.extend(comparability::of_runs(workload.runs[0], other.runs[0])),
                None => self.refusals.push(format!("a replicate has no run of {:?}", workload.name)),
            }
        }
        let unknown = new.iter().find(|other| known.iter().all(|workload| workload.name != other.name));
        self.refusals
            .extend(unknown.map(|other| format!("only some replicates have runs of {:?}", other.name)));
        self.refusals.extend(comparability::refusal(&entries));
        self.note(entries);
    }

    /// Keeps what agrees once, and each difference once.
    fn note(&mut self, entries: Vec<Comparability>) {
        for entry in entries {
            let same_field = |known: &&mut Comparability| known.field == entry.field;
            match self.comparability.iter_mut().find(same_field) {
                Some(known) if known.effect == Effect::Same => *known = entry,
                Some(_) => {}
                None => self.comparability.push(entry),
            }
        }
    }

    /// Looks, if it is time to, and keeps the answer if it is clear.
    fn look(&mut self) {
        if !self.refusals.is_empty() {
            let verdicts = self.refusals.iter().map(|it| Verdict::because(Status::Invalid, it.clone()));
            let verdict = verdicts.fold(Verdict::pass(), Verdict::and);
            self.done = Some(self.comparison(Vec::new(), verdict));
            return;
        }
        let runs = self.baseline.replicates;
        let is_even = runs == self.candidate.replicates;
        let Some(look) = self.policy.looks.iter().find(|look| is_even && look.runs == runs) else { return };
        let (a, b) = (by_workload(&self.baseline.runs), by_workload(&self.candidate.runs));
        let rows = judge(&self.policy, look, &a, &b);
        let verdict = conclude(&rows);
        if verdict.status != Status::Inconclusive || look.runs == self.policy.looks.last().runs {
            self.done = Some(self.comparison(rows, verdict));
        }
    }

    fn comparison(&self, rows: Vec<Row>, verdict: Verdict) -> Comparison {
        let metrics: Vec<_> = rows.into_iter().map(|row| row.comparison).collect();
        let thresholds = self.policy.thresholds.iter();
        let mut policy: std::collections::BTreeMap<String, String> =
            thresholds.map(|it| (it.selector.to_string(), it.edges.to_string())).collect();
        policy.insert("looks".to_owned(), self.policy.looks.to_string());
        policy.insert("relative changes".to_owned(), self.policy.relative.to_string());
        policy.insert("changes of rates".to_owned(), self.policy.rates.to_string());
        let caveat = comparability::caveat(&self.comparability);
        let sides = [&self.baseline, &self.candidate].map(|side| by_workload(&side.runs));
        let interruptions = sides.iter().flatten().filter_map(Workload::interruption);
        let caveats: Vec<Caveat> = interruptions.chain(caveat).collect();
        Comparison {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Comparison,
            id: format!("gate:{}:{}", self.baseline.name, self.candidate.name),
            procedure: Procedure::Interleaved,
            baseline: Some(self.baseline.reference()),
            candidate: self.candidate.reference(),
            comparability: self.comparability.clone(),
            policy,
            rating: rating::rate(&metrics, verdict.status),
            metrics,
            verdict,
            caveats,
        }
    }
}

/// The side of a place in the order, from 0: that of Thue and Morse.
pub(super) fn side_of(place: usize) -> Side {
    if place.count_ones().is_multiple_of(2) { Side::A } else { Side::B }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_begin_with_either_side_and_treat_a_steady_drift_alike() {
        let order: String = (0..16).map(|place| if side_of(place) == Side::A { 'A' } else { 'B' }).collect();
        assert_eq!(order, "ABBABAABBAABABBA");
        for block in 0..8 {
            let places = (4 * block..4 * block + 4).filter(|place| side_of(*place) == Side::A);
            assert_eq!(places.sum::<usize>(), 8 * block + 3, "the middle of the block");
        }
    }
}
