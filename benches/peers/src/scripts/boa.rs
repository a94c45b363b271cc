//! boa: an object with a method.

use boa_engine::{Context, JsValue, Source, js_string};

use super::{JAVASCRIPT, calls};
use crate::figures::Figures;

pub fn measure(figures: &mut Figures) {
    let mut context = Context::default();
    let sensor = context.eval(Source::from_bytes(JAVASCRIPT)).expect("it loads");
    let object = sensor.as_object().expect("an object");
    let update = object.get(js_string!("updateTelemetry"), &mut context).expect("it has the method");
    let update = update.as_callable().expect("a method");
    calls(figures, |reading| {
        update.call(&sensor, &[JsValue::from(reading)], &mut context).expect("it runs");
    });
    let temperature = object.get(js_string!("temperature"), &mut context).expect("it has one");
    assert!(temperature.as_number().is_some_and(|temperature| temperature >= 10.0));
}
