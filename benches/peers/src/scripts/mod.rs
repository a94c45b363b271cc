//! The same update as a call from the host into a language: which one a host could embed.

mod boa;
mod lua;
mod ours;
mod quickjs;
mod rhai;

use crate::figures::{Figures, nanoseconds};
use crate::support::sensor::Readings;

/// Who is measured, in the order of the table: by this name, under this title, and by what.
#[allow(clippy::type_complexity, reason = "a table")]
pub const SCRIPTS: [(&str, &str, fn(&mut Figures)); 8] = [
    ("typed", "TwinTalk, typed slots, a Rust method", ours::typed),
    ("dynamic", "TwinTalk, typed slots, by selector", ours::dynamic),
    ("untyped", "TwinTalk, untyped slots, by selector", ours::untyped),
    ("floor", "a Rust method, not inlined", ours::floor),
    ("luajit", "LuaJIT (mlua)", lua::measure),
    ("quickjs", "QuickJS-NG (rquickjs)", quickjs::measure),
    ("boa", "boa", boa::measure),
    ("rhai", "rhai", rhai::measure),
];

/// How many calls in one go.
const CALLS: usize = 200_000;

pub fn measure(name: &str) -> Option<Figures> {
    let script = SCRIPTS.iter().find(|script| script.0 == name)?;
    let mut figures = Figures::default();
    script.2(&mut figures);
    Some(figures)
}

/// Measures calls with one reading each.
fn calls(figures: &mut Figures, mut call: impl FnMut(f64)) {
    let mut readings = Readings::default();
    let round = || (0..CALLS).for_each(|_| call(readings.next()));
    figures.add("call", nanoseconds(CALLS, round));
}

/// The sensor in JavaScript.
const JAVASCRIPT: &str = "
class Sensor {
    constructor() { this.temperature = 20; this.threshold = 30; this.alertState = false; }
    updateTelemetry(reading) {
        this.temperature = reading;
        if (this.temperature > this.threshold) this.alertState = true;
    }
}
new Sensor()";
