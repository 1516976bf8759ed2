//! Random numbers that depend on a seed and a counter alone, so that whoever asks for the k-th gets the same.

/// Steps of SplitMix64: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A sequence of random numbers, any of which can be asked for.
///
/// Two streams of one seed have nothing to do with each other: that an operation comes when it comes says
/// nothing about which one it is, nor about what it draws.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stream {
    start: u64,
}

impl Stream {
    /// The stream of that name.
    pub(crate) fn new(seed: u64, name: &str) -> Stream {
        Stream::salted(seed, salt(name))
    }

    /// The stream of a name that has been made a [`salt`] before.
    #[inline]
    pub(crate) fn salted(seed: u64, salt: u64) -> Stream {
        Stream { start: split_mix(split_mix(seed) ^ salt) }
    }

    /// The k-th number.
    #[inline]
    pub(crate) fn at(self, k: u64) -> u64 {
        split_mix(self.start.wrapping_add(k.wrapping_mul(STEP)))
    }

    /// The k-th number as one below a bound, which must be above zero.
    #[inline]
    pub(crate) fn below(self, k: u64, bound: u64) -> u64 {
        // The high half of a product spreads 64 random bits over the bound without bias worth naming.
        let product = u128::from(self.at(k)) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// The k-th number as one in `0.0..1.0`, a multiple of 2^-53.
    #[inline]
    pub(crate) fn unit(self, k: u64) -> f64 {
        const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
        plimsoll_metrics::num::to_f64(self.at(k) >> 11) * SCALE
    }
}

/// What tells the streams of one name from those of others.
pub(crate) fn salt(name: &str) -> u64 {
    name.bytes().fold(0, |hash, byte| split_mix(hash ^ u64::from(byte)))
}

/// SplitMix64 (Steele, Lea & Flood 2014): a bijection that makes any counter look random.
pub(crate) fn split_mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
