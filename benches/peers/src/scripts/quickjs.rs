//! QuickJS: an object with a method.

use rquickjs::prelude::This;
use rquickjs::{Context, Function, Object, Runtime};

use super::{JAVASCRIPT, calls};
use crate::figures::Figures;

pub fn measure(figures: &mut Figures) {
    let runtime = Runtime::new().expect("a runtime");
    let context = Context::full(&runtime).expect("a context");
    context.with(|context| {
        let sensor: Object = context.eval(JAVASCRIPT).expect("it loads");
        let update: Function = sensor.get("updateTelemetry").expect("it has the method");
        calls(figures, |reading| update.call((This(sensor.clone()), reading)).expect("it runs"));
        assert!(sensor.get::<_, f64>("temperature").is_ok_and(|temperature| temperature >= 10.0));
    });
}
