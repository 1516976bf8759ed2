//! Job queue.
fn main() {}
