//! Figures for people: the only place that scales units, and the way back.
//!
//! Documents hold base units; every text that a person reads gets its figures here. All of them follow one
//! rule: three significant digits, trailing zeros dropped, thousands separated, and never `NaN`, `inf` or an
//! empty place: what is not there is [`EMPTY`]. [`parse`] reads each form back, with the precision that was
//! printed, so that a test can find every printed figure in the document it came from.
//!
//! ```
//! use plimsoll_report::format;
//!
//! assert_eq!(format::time(31_840_000.0), "31.8 ms");
//! assert_eq!(format::bytes(1_572_864.0), "1.5 MiB");
//! assert_eq!(format::rate(4_812.4), "4,812/s");
//! assert_eq!(format::share(0.0002), "0.02 %");
//! assert_eq!(format::change(1.32), "+32 %");
//! assert!(format::parse("31.8 ms").unwrap().agrees_with(31_840_000.0));
//! ```

mod number;
mod parse;
mod show;

pub use parse::{Shown, numbers, parse};
pub use show::{
    EMPTY, apart, bytes, change, count, number, or_empty, per_minute, rate, share, span, time, value,
};
