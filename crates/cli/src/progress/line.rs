//! One line about a run in progress.

use plimsoll::metrics::num::{per_second, ratio, to_f64};
use plimsoll::model::{Activity, Snapshot};
use plimsoll::report::format;
use unicode_width::UnicodeWidthStr;

/// Columns of the bar between its brackets.
const BAR: usize = 12;

/// A line about a run, at most `width` columns wide; the rate is that since `before`.
///
/// ```text
/// [ 30s/120s] 4,812 req/s (target 5,000) p99 12.3 ms err 0.02 %
/// ```
pub(super) fn line(now: &Snapshot, before: Option<&Snapshot>, width: usize, unicode: bool) -> String {
    fit(format!("[{}]", place(now)), &facts(now, before), width, unicode)
}

/// The same after a bar that shows how much of the run is over.
pub(super) fn bar(now: &Snapshot, before: Option<&Snapshot>, width: usize, unicode: bool) -> String {
    let (full, empty) = if unicode { ('█', '░') } else { ('#', '.') };
    let bar: String = match share_done(now) {
        Some(share) => (0..BAR)
            .map(|cell| if to_f64(cell as u64 + 1) <= share * to_f64(BAR as u64) { full } else { empty })
            .collect(),
        None => String::new(),
    };
    let start = if bar.is_empty() { place(now) } else { format!("{bar} {}", place(now)) };
    fit(start, &facts(now, before), width, unicode)
}

/// How far the run is: ` 30s/120s`, or ` 30s 4,000/10,000` where operations bound it.
fn place(now: &Snapshot) -> String {
    let elapsed = format!("{}s", now.elapsed_ns / 1_000_000_000);
    match (now.planned_ns, now.planned) {
        (Some(planned_ns), _) => {
            let planned = format!("{}s", planned_ns.div_ceil(1_000_000_000));
            format!("{elapsed:>width$}/{planned}", width = planned.len())
        }
        (None, Some(planned)) => {
            format!("{elapsed} {}/{}", format::count(now.completed), format::count(planned))
        }
        (None, None) => elapsed,
    }
}

/// What is said, the most important first.
fn facts(now: &Snapshot, before: Option<&Snapshot>) -> Vec<String> {
    if now.activity == Activity::Draining {
        return vec![format!("draining: {} in flight", format::count(now.in_flight))];
    }
    let mut facts = vec![format!("{} req/s", format::number(rate(now, before)))];
    facts.extend(now.target_per_s.map(|target| format!("(target {})", format::number(target))));
    facts.extend(now.p99_ns.map(|p99| format!("p99 {}", format::time(to_f64(p99)))));
    let errors = ratio(to_f64(now.errors), to_f64(now.completed)).unwrap_or(0.0);
    facts.push(format!("err {}", format::share(errors)));
    if now.dropped > 0 {
        facts.push(format!("dropped {}", format::count(now.dropped)));
    }
    if now.phase != "measure" {
        facts.push(now.phase.clone());
    }
    facts
}

/// Operations completed in each second since the earlier snapshot, or the start.
fn rate(now: &Snapshot, before: Option<&Snapshot>) -> f64 {
    let (completed, elapsed) = before.map_or((0, 0), |before| (before.completed, before.elapsed_ns));
    per_second(now.completed.saturating_sub(completed), now.elapsed_ns.saturating_sub(elapsed))
}

fn share_done(now: &Snapshot) -> Option<f64> {
    let by_time = now.planned_ns.and_then(|planned| ratio(to_f64(now.elapsed_ns), to_f64(planned)));
    let by_count = || now.planned.and_then(|planned| ratio(to_f64(now.completed), to_f64(planned)));
    by_time.or_else(by_count).map(|share| share.clamp(0.0, 1.0))
}

/// The start and as many facts as there is room for.
fn fit(start: String, facts: &[String], width: usize, unicode: bool) -> String {
    let mut line = start;
    for fact in facts {
        let fact = if unicode { fact.clone() } else { fact.replace('µ', "u") };
        let is_safe = !fact.chars().any(char::is_control);
        if !is_safe || line.width() + 1 + fact.width() > width {
            break;
        }
        line.push(' ');
        line.push_str(&fact);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn snapshot() -> Snapshot {
        Snapshot {
            name: "shop".into(),
            activity: Activity::Running,
            phase: "measure".into(),
            elapsed_ns: 30 * SECOND,
            planned_ns: Some(120 * SECOND),
            planned: Some(600_000),
            target_per_s: Some(5_000.0),
            started: 144_400,
            completed: 144_360,
            errors: 29,
            dropped: 0,
            in_flight: 40,
            rate_per_s: 4_812.0,
            p50_ns: Some(4_000_000),
            p99_ns: Some(12_300_000),
        }
    }

    #[test]
    fn an_open_run() {
        let text = line(&snapshot(), None, 80, true);
        assert_eq!(text, "[ 30s/120s] 4,812 req/s (target 5,000) p99 12.3 ms err 0.02 %");
    }

    #[test]
    fn the_rate_is_that_since_the_line_before() {
        let before = Snapshot { elapsed_ns: 20 * SECOND, completed: 134_360, ..snapshot() };
        assert!(line(&snapshot(), Some(&before), 80, true).contains(" 1,000 req/s "));
    }

    #[test]
    fn a_closed_run_that_operations_bound() {
        let now = Snapshot { planned_ns: None, planned: Some(600_000), target_per_s: None, ..snapshot() };
        assert_eq!(line(&now, None, 80, true), "[30s 144,360/600,000] 4,812 req/s p99 12.3 ms err 0.02 %");
    }

    #[test]
    fn what_is_dropped_and_what_does_not_count_is_said() {
        let now = Snapshot { dropped: 1_200, phase: "warm-up".into(), ..snapshot() };
        assert!(line(&now, None, 120, true).ends_with("err 0.02 % dropped 1,200 warm-up"));
    }

    #[test]
    fn a_drain_says_what_it_waits_for() {
        let now = Snapshot { activity: Activity::Draining, elapsed_ns: 121 * SECOND, ..snapshot() };
        assert_eq!(line(&now, None, 80, true), "[121s/120s] draining: 40 in flight");
    }

    #[test]
    fn before_anything_happened_there_are_no_odd_figures() {
        let now = Snapshot { elapsed_ns: 0, completed: 0, errors: 0, p99_ns: None, ..snapshot() };
        assert_eq!(line(&now, None, 80, true), "[  0s/120s] 0 req/s (target 5,000) err 0 %");
    }

    #[test]
    fn a_bar_fills_with_time() {
        let at = |seconds| bar(&Snapshot { elapsed_ns: seconds * SECOND, ..snapshot() }, None, 40, true);
        assert!(at(0).starts_with("░░░░░░░░░░░░   0s/120s"));
        assert!(at(60).starts_with("██████░░░░░░  60s/120s"));
        assert!(at(130).starts_with("████████████ 130s/120s"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let widest = Snapshot {
            elapsed_ns: 3_599 * SECOND,
            planned_ns: Some(86_400 * SECOND),
            dropped: u64::MAX,
            phase: "漢字".repeat(50),
            ..snapshot()
        };
        for width in 40..=120 {
            for unicode in [true, false] {
                assert!(line(&widest, None, width, unicode).width() <= width);
                assert!(bar(&widest, None, width, unicode).width() <= width);
            }
        }
    }

    #[test]
    fn a_plain_terminal_gets_plain_ascii() {
        let now = Snapshot { p99_ns: Some(12_300), ..snapshot() };
        assert!(line(&now, None, 80, false).is_ascii());
        assert!(bar(&now, None, 80, false).is_ascii());
    }

    #[test]
    fn a_phase_cannot_control_the_terminal() {
        let now = Snapshot { phase: "\u{1b}[2J".into(), ..snapshot() };
        assert!(!line(&now, None, 120, true).contains('\u{1b}'));
    }
}
