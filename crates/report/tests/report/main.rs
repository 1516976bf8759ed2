//! Every format, on sets made by hand. One program, so that the builders of sets are compiled once.

mod comparison;
mod console;
mod csv;
mod ends;
mod figures;
mod hostile;
mod json;
mod markdown;
mod prometheus;
mod rules;
mod support;
