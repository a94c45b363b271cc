//! rhai: an object map and a function.

use rhai::{CallFnOptions, Dynamic, Engine, Scope};

use super::calls;
use crate::figures::Figures;

const SENSOR: &str = "
fn update_telemetry(reading) {
    this.temperature = reading;
    if this.temperature > this.threshold { this.alert_state = true; }
}
#{ temperature: 20.0, threshold: 30.0, alert_state: false }";

pub fn measure(figures: &mut Figures) {
    let engine = Engine::new();
    let program = engine.compile(SENSOR).expect("it compiles");
    let mut sensor: Dynamic = engine.eval_ast(&program).expect("it loads");
    let mut scope = Scope::new();
    calls(figures, |reading| {
        let options = CallFnOptions::new().eval_ast(false).bind_this_ptr(&mut sensor);
        let called = engine.call_fn_with_options::<()>(options, &mut scope, &program, "update_telemetry", (reading,));
        called.expect("it runs");
    });
    let sensor = sensor.as_map_ref().expect("a map");
    assert!(sensor["temperature"].as_float().is_ok_and(|temperature| temperature >= 10.0));
}
