//! The one histogram layout.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use plimsoll_model::{EncodedHistogram, Quantile};

use crate::Nanos;
use crate::num::to_f64;

/// The longest latency that is told apart: one hour. Longer ones are kept as this, and counted.
pub const MAX_LATENCY_NS: Nanos = 3_600_000_000_000;

/// Precision: values that agree in three digits may share a bucket.
const DIGITS: u8 = 3;

/// A distribution of latencies in nanoseconds: 1 ns to 1 h, three digits, 264 KiB, never resized.
///
/// Merging two histograms gives exactly the histogram of all their values, in whatever order.
///
/// ```
/// use plimsoll_metrics::Histogram;
/// use plimsoll_model::Quantile;
///
/// let mut histogram = Histogram::new();
/// for ms in 1..=100 {
///     histogram.record(ms * 1_000_000);
/// }
/// let p99 = histogram.value_at(Quantile::P99).unwrap();
/// assert!((99_000_000..99_100_000).contains(&p99));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    counts: hdrhistogram::Histogram<u64>,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram::new()
    }
}

impl Histogram {
    /// An empty histogram.
    #[must_use]
    pub fn new() -> Histogram {
        let counts = hdrhistogram::Histogram::new_with_bounds(1, MAX_LATENCY_NS, DIGITS)
            .expect("the bounds of the layout are valid");
        Histogram { counts }
    }

    /// Records a latency; more than an hour is recorded as an hour.
    #[inline]
    pub fn record(&mut self, latency: Nanos) {
        self.counts.saturating_record(latency);
    }

    /// Records a latency several times.
    pub fn record_n(&mut self, latency: Nanos, times: u64) {
        self.counts.saturating_record_n(latency, times);
    }

    /// Adds all values of another histogram.
    pub fn merge(&mut self, other: &Histogram) {
        if !other.is_empty() {
            self.counts.add(&other.counts).expect("all histograms share one layout");
        }
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        if !self.is_empty() {
            self.counts.reset();
        }
    }

    /// Number of values.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.counts.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Smallest value, as the lower edge of its bucket; 0 without values.
    #[must_use]
    pub fn min(&self) -> Nanos {
        if self.is_empty() { 0 } else { self.counts.min() }
    }

    /// Largest value, as the upper edge of its bucket; 0 without values.
    #[must_use]
    pub fn max(&self) -> Nanos {
        if self.is_empty() { 0 } else { self.counts.max().min(MAX_LATENCY_NS) }
    }

    /// Arithmetic mean, to the precision of the buckets; `None` without values.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (!self.is_empty()).then(|| self.counts.mean())
    }

    /// Standard deviation of the values, to the precision of the buckets; `None` without values.
    #[must_use]
    pub fn stddev(&self) -> Option<f64> {
        (!self.is_empty()).then(|| self.counts.stdev())
    }

    /// Sum of the values in nanoseconds, to the precision of the buckets; 0 without values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.mean().map_or(0.0, |mean| mean * to_f64(self.len()))
    }

    /// The value at rank ⌈q·n⌉ of the sorted values (at least 1), as the upper edge of its bucket; `None`
    /// without values.
    #[must_use]
    pub fn value_at(&self, quantile: Quantile) -> Option<Nanos> {
        (!self.is_empty()).then(|| self.counts.value_at_quantile(quantile.share()).min(MAX_LATENCY_NS))
    }

    /// The value at a rank, from 1 to the number of values, as the upper edge of its bucket; `None` for a rank
    /// that does not exist.
    #[must_use]
    pub fn value_at_rank(&self, rank: u64) -> Option<Nanos> {
        if rank == 0 || rank > self.len() {
            return None;
        }
        let mut seen = 0;
        self.counts
            .iter_recorded()
            .find(|bucket| {
                seen += bucket.count_since_last_iteration();
                seen >= rank
            })
            .map(|bucket| self.counts.highest_equivalent(bucket.value_iterated_to()).min(MAX_LATENCY_NS))
    }

    /// How many values are at most this, counting a bucket by its upper edge.
    #[must_use]
    pub fn count_at_or_below(&self, latency: Nanos) -> u64 {
        self.counts
            .iter_recorded()
            .take_while(|bucket| self.counts.highest_equivalent(bucket.value_iterated_to()) <= latency)
            .map(|bucket| bucket.count_since_last_iteration())
            .sum()
    }

    /// The non-empty buckets, ascending: upper edge and count.
    pub fn buckets(&self) -> impl Iterator<Item = (Nanos, u64)> + '_ {
        self.counts.iter_recorded().map(|bucket| {
            let upper = self.counts.highest_equivalent(bucket.value_iterated_to()).min(MAX_LATENCY_NS);
            (upper, bucket.count_since_last_iteration())
        })
    }

    /// The lower edge of the bucket that a latency falls into.
    #[must_use]
    pub fn lower_edge(&self, latency: Nanos) -> Nanos {
        self.counts.lowest_equivalent(latency)
    }

    /// The upper edge of the bucket that a latency falls into.
    #[must_use]
    pub fn upper_edge(&self, latency: Nanos) -> Nanos {
        self.counts.highest_equivalent(latency)
    }

    /// The stored form: HdrHistogram V2, deflated, base64.
    #[must_use]
    pub fn encode(&self) -> EncodedHistogram {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&self.counts, &mut bytes)
            .expect("writing to memory does not fail");
        EncodedHistogram(BASE64.encode(&bytes))
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// When the text is not base64, not a histogram, or one of another layout.
    pub fn decode(encoded: &EncodedHistogram) -> Result<Histogram, HistogramError> {
        let mut histogram = Histogram::new();
        histogram.merge_encoded(encoded)?;
        Ok(histogram)
    }

    /// Adds all values of a stored form: as decoding it and [merging](Histogram::merge), at half the price.
    ///
    /// # Errors
    /// As [`Histogram::decode`]; nothing has been added then.
    pub fn merge_encoded(&mut self, encoded: &EncodedHistogram) -> Result<(), HistogramError> {
        if encoded.0.is_empty() {
            return Ok(());
        }
        let bytes = BASE64.decode(&encoded.0).map_err(|_| HistogramError::Base64)?;
        let counts: hdrhistogram::Histogram<u64> =
            Deserializer::new()
                .deserialize(&mut Cursor::new(bytes))
                .map_err(|error| HistogramError::Content(error.to_string()))?;
        if counts.sigfig() != DIGITS || counts.high() > MAX_LATENCY_NS {
            return Err(HistogramError::Layout);
        }
        self.counts.add(&counts).map_err(|_| HistogramError::Layout)
    }
}

/// A stored histogram that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HistogramError {
    /// The text is not base64.
    #[error("the stored histogram is not base64")]
    Base64,
    /// The bytes are not a histogram.
    #[error("the stored histogram is not HdrHistogram V2 with deflate: {0}")]
    Content(String),
    /// It has other bounds or another precision.
    #[error("the stored histogram has another layout; expected three digits up to one hour in nanoseconds")]
    Layout,
}
