//! Every format, on sets made by hand. One program, so that the builders of sets are compiled once.

mod browser;
mod charts;
mod comparison;
mod console;
mod csv;
mod ends;
mod figures;
mod github;
mod hostile;
mod json;
mod junit;
mod many_errors;
mod markdown;
mod overview;
mod pages;
mod prometheus;
mod quantiles;
mod registered;
mod rules;
mod same;
mod support;
mod trends;
