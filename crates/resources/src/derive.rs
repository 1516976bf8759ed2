//! From two readings to values, or to the reason why there are none.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{GapCause, Unit};

use crate::source::{Description, Raw, Reading};

const NANOS_PER_SECOND: f64 = 1e9;

/// Work beyond all cores of a machine that is still believed: what two clocks, read one after the other, may differ
/// by, and what counters may be behind that grow in ticks.
const BELIEVED_SHARE: f64 = 1.1;
const BELIEVED_NS: f64 = 0.1 * NANOS_PER_SECOND;

/// The value of one metric at one reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Name of the metric.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: Unit,
    /// The value, finite and never negative, or why it is missing.
    pub value: Result<f64, Missing>,
}

/// Why a value is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The category.
    pub cause: GapCause,
    /// One line for people.
    pub detail: String,
}

impl Missing {
    fn new(cause: GapCause, detail: impl Into<String>) -> Missing {
        Missing { cause, detail: detail.into() }
    }
}

/// The value of every metric of a source, in the order of its descriptions.
///
/// Rates and shares need a `previous` reading of the same life; `elapsed_ns` is the time between the two on
/// the load's timeline, used where the source has no time of its own. Nothing is clamped or guessed: what
/// cannot be computed is missing, with its cause.
///
/// ```
/// use plimsoll_model::Unit;
/// use plimsoll_resources::{Description, Raw, Reading, derive};
///
/// let metrics = [Description::new("cpu", Unit::Ratio)];
/// let before = Reading::of(vec![("cpu", Raw::Busy(1_000_000_000))]);
/// let after = Reading::of(vec![("cpu", Raw::Busy(4_000_000_000))]);
/// let derived = derive(&metrics, Some(&before), &after, 2_000_000_000);
/// assert_eq!(derived[0].value, Ok(1.5));
/// ```
#[must_use]
pub fn derive(
    metrics: &[Description],
    previous: Option<&Reading>,
    current: &Reading,
    elapsed_ns: u64,
) -> Vec<Derived> {
    let span = span(previous, current, elapsed_ns);
    metrics
        .iter()
        .map(|metric| Derived {
            name: metric.name,
            unit: metric.unit,
            value: value(metric.name, &span, current).and_then(plausible),
        })
        .collect()
}

/// The reading to compare with and the time since, or why there is nothing to compare with.
type Span<'a> = Result<(&'a Reading, u64), Missing>;

fn span<'a>(previous: Option<&'a Reading>, current: &Reading, elapsed_ns: u64) -> Span<'a> {
    let previous = previous.ok_or_else(|| Missing::new(GapCause::First, "a rate needs two readings"))?;
    if previous.life != current.life {
        return Err(Missing::new(GapCause::CounterReset, "the target is not the one of the reading before"));
    }
    let elapsed_ns = match (previous.source_time_ns, current.source_time_ns) {
        (Some(before), Some(after)) => after
            .checked_sub(before)
            .ok_or_else(|| Missing::new(GapCause::CounterReset, "the source's own time went backwards"))?,
        _ => elapsed_ns,
    };
    if elapsed_ns == 0 {
        return Err(Missing::new(GapCause::Stale, "no time has passed since the reading before"));
    }
    Ok((previous, elapsed_ns))
}

fn value(name: &str, span: &Span<'_>, current: &Reading) -> Result<f64, Missing> {
    let raw = current
        .get(name)
        .ok_or_else(|| Missing::new(GapCause::Unsupported, "this platform does not have it"))?;
    match raw {
        Raw::Gauge(value) => match span {
            // The source has given the same reading again, so that not even its gauges are of now.
            Err(missing) if missing.cause == GapCause::Stale && current.source_time_ns.is_some() => {
                Err(missing.clone())
            }
            _ => Ok(*value),
        },
        Raw::Missing { cause, detail } => Err(Missing::new(*cause, detail)),
        counter => {
            let (previous, elapsed_ns) = span.as_ref().map_err(Clone::clone)?;
            growth(previous.get(name), counter, *elapsed_ns)
                .and_then(|value| believed(value, counter, *elapsed_ns, current.cores))
        }
    }
}

/// The growth of a counter over a stretch of time. A counter that was missing before starts like a first one.
fn growth(previous: Option<&Raw>, current: &Raw, elapsed_ns: u64) -> Result<f64, Missing> {
    match (previous, current) {
        (Some(Raw::Counter(before)), Raw::Counter(after)) => {
            Ok(grown(*before, *after)? * NANOS_PER_SECOND / to_f64(elapsed_ns))
        }
        (Some(Raw::Busy(before)), Raw::Busy(after)) => Ok(grown(*before, *after)? / to_f64(elapsed_ns)),
        (
            Some(Raw::Quotient { part: part_before, whole: whole_before }),
            Raw::Quotient { part: part_after, whole: whole_after },
        ) => quotient(grown(*part_before, *part_after)?, grown(*whole_before, *whole_after)?),
        _ => Err(Missing::new(GapCause::First, "it was missing in the reading before")),
    }
}

fn grown(before: u64, after: u64) -> Result<f64, Missing> {
    let growth = after.checked_sub(before).ok_or_else(|| {
        Missing::new(GapCause::CounterReset, format!("the counter fell from {before} to {after}"))
    })?;
    Ok(to_f64(growth))
}

fn quotient(part: f64, whole: f64) -> Result<f64, Missing> {
    if whole == 0.0 {
        return Err(Missing::new(GapCause::Idle, "nothing happened since the reading before"));
    }
    Ok(part / whole)
}

/// Work of more cores than the machine has is none, and would be the peak of a whole run.
fn believed(value: f64, counter: &Raw, elapsed_ns: u64, cores: Option<f64>) -> Result<f64, Missing> {
    let (Raw::Busy(_), Some(cores)) = (counter, cores) else { return Ok(value) };
    if value <= cores * BELIEVED_SHARE + BELIEVED_NS / to_f64(elapsed_ns) {
        return Ok(value);
    }
    Err(Missing::new(
        GapCause::Suspect,
        format!("the source said {value:.1} busy cores where {cores} are all"),
    ))
}

/// The last gate: whatever a source says, no series ever holds a number that is none.
fn plausible(value: f64) -> Result<f64, Missing> {
    if value.is_finite() && value >= 0.0 {
        return Ok(value);
    }
    Err(Missing::new(GapCause::Unavailable, format!("the source said {value}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const METRIC: [Description; 1] = [Description::new("x", Unit::Count)];

    fn reading(raw: Raw) -> Reading {
        Reading::of(vec![("x", raw)])
    }

    fn one(previous: Option<&Reading>, current: &Reading, elapsed_ns: u64) -> Result<f64, GapCause> {
        let mut derived = derive(&METRIC, previous, current, elapsed_ns);
        derived.remove(0).value.map_err(|missing| missing.cause)
    }

    fn between(before: Raw, after: Raw) -> Result<f64, GapCause> {
        one(Some(&reading(before)), &reading(after), 2 * SECOND)
    }

    #[test]
    fn a_counter_becomes_its_growth_in_each_second() {
        assert_eq!(between(Raw::Counter(100), Raw::Counter(700)), Ok(300.0));
    }

    #[test]
    fn two_busy_cores_are_two() {
        assert_eq!(between(Raw::Busy(0), Raw::Busy(4 * SECOND)), Ok(2.0));
    }

    #[test]
    fn a_quotient_compares_growth_with_growth() {
        let before = Raw::Quotient { part: 10, whole: 100 };
        assert_eq!(between(before, Raw::Quotient { part: 35, whole: 200 }), Ok(0.25));
    }

    #[test]
    fn a_gauge_needs_no_reading_before() {
        assert_eq!(one(None, &reading(Raw::Gauge(7.0)), 0), Ok(7.0));
    }

    #[test]
    fn the_first_counter_is_a_gap_and_no_average_of_a_lifetime() {
        assert_eq!(one(None, &reading(Raw::Counter(9)), SECOND), Err(GapCause::First));
    }

    #[test]
    fn a_counter_that_was_missing_before_starts_like_the_first() {
        let missing = Raw::Missing { cause: GapCause::Unavailable, detail: String::new() };
        assert_eq!(between(missing, Raw::Counter(9)), Err(GapCause::First));
    }

    #[test]
    fn a_counter_that_falls_is_a_reset() {
        assert_eq!(between(Raw::Counter(9), Raw::Counter(8)), Err(GapCause::CounterReset));
        assert_eq!(between(Raw::Busy(9), Raw::Busy(0)), Err(GapCause::CounterReset));
        let before = Raw::Quotient { part: 1, whole: 9 };
        assert_eq!(between(before, Raw::Quotient { part: 2, whole: 8 }), Err(GapCause::CounterReset));
    }

    #[test]
    fn another_life_is_a_reset_even_when_counters_grew() {
        let before = Reading { life: "1".to_owned(), ..reading(Raw::Counter(1)) };
        let after = Reading { life: "2".to_owned(), ..reading(Raw::Counter(5)) };
        assert_eq!(one(Some(&before), &after, SECOND), Err(GapCause::CounterReset));
    }

    #[test]
    fn nothing_happened_is_neither_zero_nor_infinite() {
        let still = Raw::Quotient { part: 3, whole: 4 };
        assert_eq!(between(still.clone(), still), Err(GapCause::Idle));
    }

    #[test]
    fn what_a_reading_leaves_out_is_unsupported() {
        assert_eq!(one(None, &Reading::default(), SECOND), Err(GapCause::Unsupported));
    }

    #[test]
    fn no_time_between_two_readings_is_stale() {
        assert_eq!(one(Some(&reading(Raw::Counter(1))), &reading(Raw::Counter(2)), 0), Err(GapCause::Stale));
    }

    /// Cores kept busy in two seconds, on a machine of two.
    fn busy(seconds: f64) -> Result<f64, GapCause> {
        let of = |raw| Reading { cores: Some(2.0), ..reading(raw) };
        one(Some(&of(Raw::Busy(0))), &of(Raw::Busy((seconds * 1e9) as u64)), 2 * SECOND)
    }

    #[test]
    fn work_of_more_cores_than_there_are_is_not_believed_and_no_peak() {
        assert_eq!(busy(4.6), Err(GapCause::Suspect));
    }

    #[test]
    fn a_tenth_more_and_some_ticks_are_the_clocks_own_and_never_clamped() {
        assert_eq!(busy(4.45), Ok(2.225));
    }

    #[test]
    fn where_nobody_knows_the_cores_all_work_is_believed() {
        assert_eq!(between(Raw::Busy(0), Raw::Busy(200 * SECOND)), Ok(100.0));
    }

    fn at(source_time_ns: u64, raw: Raw) -> Reading {
        Reading { source_time_ns: Some(source_time_ns), ..reading(raw) }
    }

    #[test]
    fn the_source_own_time_goes_before_ours() {
        let (before, after) = (at(SECOND, Raw::Counter(0)), at(5 * SECOND, Raw::Counter(100)));
        assert_eq!(one(Some(&before), &after, 2 * SECOND), Ok(25.0));
    }

    #[test]
    fn the_same_reading_again_is_stale_with_its_gauges() {
        let same = at(SECOND, Raw::Gauge(3.0));
        assert_eq!(one(Some(&same), &same, 2 * SECOND), Err(GapCause::Stale));
    }

    #[test]
    fn a_source_whose_time_goes_backwards_was_reset() {
        let (before, after) = (at(2 * SECOND, Raw::Counter(0)), at(SECOND, Raw::Counter(1)));
        assert_eq!(one(Some(&before), &after, SECOND), Err(GapCause::CounterReset));
    }

    fn any_raw() -> impl Strategy<Value = Raw> {
        prop_oneof![
            any::<f64>().prop_map(Raw::Gauge),
            any::<u64>().prop_map(Raw::Counter),
            any::<u64>().prop_map(Raw::Busy),
            any::<(u64, u64)>().prop_map(|(part, whole)| Raw::Quotient { part, whole }),
            Just(Raw::Missing { cause: GapCause::Unavailable, detail: String::new() }),
        ]
    }

    fn any_reading() -> impl Strategy<Value = Reading> {
        let cores = proptest::option::of(any::<f64>());
        (proptest::option::of(any::<u64>()), cores, proptest::option::of(any_raw()), 0_u8..2).prop_map(
            |(source_time_ns, cores, raw, life)| Reading {
                life: life.to_string(),
                source_time_ns,
                cores,
                values: raw.map(|raw| ("x", raw)).into_iter().collect(),
            },
        )
    }

    /// SplitMix64: enough for counters that fall, jump, wrap and stand still.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        // Small numbers as often as large ones.
        mixed >> (mixed % 64)
    }

    #[test]
    fn a_million_pairs_of_readings_never_make_a_number_that_is_none() {
        let mut state = 1;
        let mut reading = || {
            let raw = match random(&mut state) % 4 {
                0 => Raw::Gauge(f64::from_bits(random(&mut state))),
                1 => Raw::Counter(random(&mut state)),
                2 => Raw::Busy(random(&mut state)),
                _ => Raw::Quotient { part: random(&mut state), whole: random(&mut state) },
            };
            at(random(&mut state), raw)
        };
        for _ in 0..1_000_000 {
            let (before, after) = (reading(), reading());
            if let Ok(value) = one(Some(&before), &after, 0) {
                assert!(value.is_finite() && value >= 0.0, "{before:?} {after:?} {value}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_value_is_ever_negative_or_not_finite(
            previous in proptest::option::of(any_reading()),
            current in any_reading(),
            elapsed_ns in prop_oneof![Just(0), Just(1), any::<u64>()],
        ) {
            if let Ok(value) = one(previous.as_ref(), &current, elapsed_ns) {
                prop_assert!(value.is_finite() && value >= 0.0, "{value}");
            }
        }
    }
}
