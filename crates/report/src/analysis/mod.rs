//! What the figures of a set say about the system: rules, each with its evidence.
//!
//! A rule is a pure function. It finds something only where a figure has crossed its limit, and what it
//! recommends names the rule and the figures, so that a reader can check it. To add one: copy a sibling in
//! `rules`, and name it in [`RULES`] and in the table of [`analyze`].

mod capacity;
mod insight;
mod leaks;
mod level;
mod place;
mod rules;
mod scaling;

use std::cmp::Reverse;

use plimsoll_model::{Analysis, Leak, Set};

use insight::{Found, Insight};
use place::Place;
use rules::{Rule, leak};

/// Findings and recommendations from the figures of a set, the gravest and most urgent first; how it scales; and
/// what the memory of its targets did.
///
/// What other estimators stored in the set before, scaling and leaks, is kept. The caller stores the result
/// in the set, and renderers print it.
///
/// | rule | finds |
/// |---|---|
/// | `generator_saturated` | open model: schedule lag p99 above 1 ms and above 10 % of the response p50; or the generator's own CPU above 80 % |
/// | `out_of_memory` | a target that was killed for lack of memory |
/// | `error_rate` | a scenario with more than 1 % errors |
/// | `drops` | arrivals that were dropped |
/// | `cpu_saturation` | average CPU above 80 % of what a target may use, with at most 10 % I/O wait |
/// | `one_core_busy` | a target that kept one core busy, 95 % or more, and never used a second that it had, with more than one user |
/// | `memory_nearly_full` | peak memory above 90 % of what a target may use |
/// | `swapping` | more than 16 MiB moved to swap while it ran |
/// | `memory_leak` | memory whose floor surely rises by 0.5 MB or more in a minute, by the memory profiles of the runs |
/// | `collector_frequency` | a sawtooth in memory with more than 6 falls in a minute |
/// | `thread_contention` | more than 10,000 context switches in a second for each core, and more than 10 for each operation, with CPU at most 80 % |
/// | `io_wait` | the machine waits for a disk more than 10 % of the time |
/// | `slow_disk` | a request to the disk takes more than 20 ms on average |
/// | `queue_build_up` | more than a quarter of the mean response time spent waiting to start |
/// | `network_saturation` | more than 80 % of the network's speed, where the environment says what that is |
/// | `network_loss` | more than one dropped or broken packet in a second, or more than ten retransmits |
/// | `latency_tail` | a response p99 above ten times the p50, and more than 10 ms above it |
/// | `latency_growth` | service times that grow by half or more while the load stays the same |
/// | `regression` | each metric that a comparison calls a regression |
#[must_use]
pub fn analyze(set: &Set) -> Analysis {
    let before = set.analysis.clone().unwrap_or_default();
    let leaks = together(before.leaks, leaks::of_profiles(set), set.runs.len() == 1);
    let mut found: Vec<Found> = rules::RULES.iter().flat_map(|rule| find(rule, set)).collect();
    let of_leaks = leaks.iter().filter_map(leak::insight);
    found.extend(of_leaks.map(|insight| Found { run: None, insight }));
    let scaling = before.scaling.or_else(|| scaling::advise(set, &found));
    let found = folded(set, found);
    let (mut findings, mut recommendations): (Vec<_>, Vec<_>) =
        found.into_iter().map(|found| found.insight.into_parts()).unzip();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    recommendations.sort_by_key(|advice| Reverse(advice.priority));
    Analysis { findings, recommendations, scaling, leaks }
}

/// What a rule finds in all places that it is about, each with the run it is about.
fn find(rule: &Rule, set: &Set) -> Vec<Found> {
    match rule {
        Rule::Comparison(find) => {
            let metrics = set
                .comparisons
                .iter()
                .flat_map(|comparison| comparison.metrics.iter().map(move |metric| (comparison, metric)));
            let found = metrics.filter_map(|(comparison, metric)| find(comparison, metric));
            found.map(|insight| Found { run: None, insight }).collect()
        }
        _ => Place::all(set).flat_map(|place| find_in(rule, place)).collect(),
    }
}

fn find_in(rule: &Rule, place: Place<'_>) -> Vec<Found> {
    let insights: Vec<Insight> = match rule {
        Rule::Run(find) => find(place),
        Rule::Scenario(find) => {
            place.run.scenarios.iter().filter_map(|scenario| find(place, scenario)).collect()
        }
        Rule::Resource(metric, find) => {
            place.series(metric).filter_map(|series| find(place, series)).collect()
        }
        Rule::Comparison(_) => Vec::new(),
    };
    insights.into_iter().map(|insight| Found { run: Some(place.index), insight }).collect()
}

/// What was found in several runs about the same, told once: in the run where it is gravest, which names the others.
fn folded(set: &Set, found: Vec<Found>) -> Vec<Found> {
    let places: Vec<Place<'_>> = Place::all(set).collect();
    let mut groups: Vec<(Found, Vec<usize>)> = Vec::new();
    for one in found {
        let same = groups.iter_mut().find(|(lead, _)| key(&places, lead) == key(&places, &one));
        match (same, one.run) {
            (Some((lead, others)), Some(run)) if one.insight.severity > lead.insight.severity => {
                others.extend(lead.run);
                *lead = one;
                debug_assert!(!others.contains(&run), "a run is found once");
            }
            (Some((_, others)), Some(run)) => others.push(run),
            _ => groups.push((one, Vec::new())),
        }
    }
    groups.into_iter().map(|(lead, others)| with_others(&places, lead, others)).collect()
}

/// The rule and what it is about, whichever run that was in; `None` for what is about no run.
fn key<'a>(places: &[Place<'_>], found: &'a Found) -> Option<(&'static str, &'a str)> {
    let label = places[found.run?].subject("");
    let subject = &found.insight.subject;
    Some((found.insight.rule, subject.strip_suffix(&label).unwrap_or(subject)))
}

fn with_others(places: &[Place<'_>], mut lead: Found, mut others: Vec<usize>) -> Found {
    const MOST: usize = 5;
    if others.is_empty() {
        return lead;
    }
    others.sort_unstable();
    let names = others.iter().take(MOST).map(|run| places[*run].label());
    let mut also = format!("also in {}", names.collect::<Vec<_>>().join(", "));
    if others.len() > MOST {
        also.push_str(&format!(" and {} more runs", others.len() - MOST));
    }
    lead.insight.evidence.push(also);
    lead
}

/// Conclusions of before, and the new ones that are about something else. In a set of one run there is one for each
/// target: a protocol that followed it knows better than we which time to look at.
fn together(before: Vec<Leak>, new: Vec<Leak>, is_one_run: bool) -> Vec<Leak> {
    let is_same =
        |old: &Leak, leak: &Leak| old.target == leak.target && (is_one_run || old.phase == leak.phase);
    let is_new = |leak: &Leak| !before.iter().any(|old| is_same(old, leak));
    let new: Vec<Leak> = new.into_iter().filter(is_new).collect();
    before.into_iter().chain(new).collect()
}
