//! Figures for people: the only place that scales units.
//!
//! Documents hold base units; every sentence and table that a person reads gets its figures here, so that a reason
//! and the table below it say the same. All forms follow one rule: three significant digits, trailing zeros dropped,
//! thousands separated, and never `NaN`, `inf` or an empty place: what is not there is [`EMPTY`].
//!
//! ```
//! use plimsoll_model::human;
//!
//! assert_eq!(human::time(31_840_000.0), "31.8 ms");
//! assert_eq!(human::bytes(1_572_864.0), "1.5 MiB");
//! assert_eq!(human::rate(4_812.4), "4,812/s");
//! assert_eq!(human::share(0.0002), "0.02 %");
//! assert_eq!(human::change(1.32), "+32 %");
//! ```

mod number;
mod show;

pub use number::MINUS;
pub use show::{
    EMPTY, apart, bytes, change, count, number, or_empty, per_minute, rate, share, span, time, value,
};
