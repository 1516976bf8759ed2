//! What the analysis found, and what to do about it.

use plimsoll_model::{Analysis, Finding, Leak, LeakVerdict, Priority, Recommendation, Scaling, Set};

use super::{Block, Mark, Note, Section, Tone};
use crate::{format, text};

/// Most findings and recommendations that are shown.
const MOST: usize = 20;

pub(super) fn section(set: &Set) -> Option<Section> {
    let analysis = set.analysis.as_ref()?;
    let mut notes: Vec<Note> = analysis.recommendations.iter().take(MOST).map(recommendation).collect();
    notes.extend(unanswered(analysis).take(MOST).map(finding));
    notes.extend(analysis.scaling.as_ref().map(scaling));
    notes.extend(analysis.leaks.iter().take(MOST).map(leak));
    if notes.is_empty() {
        notes.push(Note::plain("None: no rule found evidence for one."));
    }
    Section::new("Recommendations", [Block::Notes(notes)])
}

/// What rules found, gravest first: the bottlenecks of a page.
pub(super) fn findings(set: &Set) -> Option<Section> {
    let analysis = set.analysis.as_ref()?;
    let mut notes: Vec<Note> = analysis.findings.iter().take(MOST).map(finding).collect();
    if notes.is_empty() {
        notes.push(Note::plain("None: no rule found evidence for one."));
    }
    Section::new("Bottlenecks", [Block::Notes(notes)])
}

/// What to do, most urgent first.
pub(super) fn recommendations(set: &Set) -> Option<Section> {
    let analysis = set.analysis.as_ref()?;
    let notes = analysis.recommendations.iter().take(MOST).map(recommendation);
    Section::new("Recommendations", [Block::Notes(notes.collect())])
}

/// How it grows with load or resources.
pub(super) fn growth(set: &Set) -> Option<Section> {
    let analysis = set.analysis.as_ref()?;
    Section::new("Scaling", [Block::Notes(analysis.scaling.iter().map(scaling).collect())])
}

/// What memory did, in words.
pub(super) fn leaks(set: &Set) -> Option<Section> {
    let analysis = set.analysis.as_ref()?;
    Section::new("Leaks", [Block::Notes(analysis.leaks.iter().take(MOST).map(leak).collect())])
}

/// Findings that no recommendation answers; the others would be said twice.
fn unanswered(analysis: &Analysis) -> impl Iterator<Item = &Finding> {
    analysis
        .findings
        .iter()
        .filter(|finding| !analysis.recommendations.iter().any(|advice| advice.rule == finding.rule))
}

fn recommendation(advice: &Recommendation) -> Note {
    let (word, tone) = match advice.priority {
        Priority::High => ("NOW", Tone::Bad),
        Priority::Medium => ("SOON", Tone::Doubt),
        Priority::Low => ("LATER", Tone::Plain),
    };
    let text = format!("{} [{}]", text::sentence(&advice.message), text::name(&advice.rule));
    Note { mark: Some(Mark { glyph: '→', word, tone }), text, evidence: evidence(&advice.evidence) }
}

fn finding(finding: &Finding) -> Note {
    let text = format!("{} [{}]", text::sentence(&finding.message), text::name(&finding.rule));
    Note { mark: Some(finding.severity.into()), text, evidence: evidence(&finding.evidence) }
}

fn evidence(evidence: &[String]) -> Vec<String> {
    evidence.iter().take(MOST).map(|figure| text::sentence(figure)).collect()
}

fn scaling(scaling: &Scaling) -> Note {
    let points = scaling.points.iter().take(MOST).map(|(level, throughput)| {
        format!(
            "{} {}: {} × the first",
            text::name(&scaling.dimension),
            format::number(*level),
            format::number(*throughput)
        )
    });
    Note {
        mark: Some(Mark { glyph: '→', word: "SCALING", tone: Tone::Plain }),
        text: text::sentence(&scaling.advice),
        evidence: points.collect(),
    }
}

fn leak(leak: &Leak) -> Note {
    let (word, tone) = match leak.verdict {
        LeakVerdict::Normal => ("NO LEAK", Tone::Good),
        LeakVerdict::Watch => ("WATCH", Tone::Doubt),
        LeakVerdict::Leak => ("LEAK", Tone::Bad),
        LeakVerdict::NotEnoughData => ("UNSURE", Tone::Faint),
    };
    let slope = leak.slope_bytes_per_min.map(|slope| format::per_minute(slope, plimsoll_model::Unit::Bytes));
    let interval = leak.lower_bytes_per_min.zip(leak.upper_bytes_per_min).map(|(lower, upper)| {
        let form = |slope| format::per_minute(slope, plimsoll_model::Unit::Bytes);
        let confidence = leak.interval_confidence.map(|confidence| format!("{} ", format::share(confidence)));
        format!("{}interval {} to {}", confidence.unwrap_or_default(), form(lower), form(upper))
    });
    Note {
        mark: Some(Mark { glyph: '●', word, tone }),
        text: format!(
            "memory of {} in {}: {}",
            text::name(&leak.target),
            text::name(&leak.phase),
            text::sentence(&leak.detail)
        ),
        evidence: slope.into_iter().chain(interval).collect(),
    }
}
