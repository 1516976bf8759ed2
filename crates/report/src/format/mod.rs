//! Figures for people, by [`plimsoll_model::human`], and the way back.
//!
//! [`parse`] reads each form back, with the precision that was printed, so that a test can find every printed figure
//! in the document it came from.
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

mod parse;

pub use parse::{Shown, numbers, parse};
pub use plimsoll_model::human::{
    EMPTY, apart, bytes, change, count, number, or_empty, per_minute, rate, share, span, time, value,
};
