//! Records what the GPUs of this machine show, as a fixture for the tests.
//!
//! `cargo run -p plimsoll-resources --features gpu --example record_gpu > crates/resources/fixtures/gpu/h200.json`

use std::error::Error;
use std::io::{self, Write};

use plimsoll_resources::Gpu;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let frames = Gpu::all().iter().map(Gpu::frame).collect::<Result<Vec<_>, _>>()?;
    let note = format!("Recorded from {}.", Gpu::models().unwrap_or_default());
    let recording = json!({"note": note, "frames": frames});
    writeln!(io::stdout().lock(), "{recording:#}")?;
    Ok(())
}
