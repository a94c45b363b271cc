//! The seed program, wherever Smalltalk may stand: its text is one and the same.

use std::path::Path;
use twintalk_runtime::{Turn, Value};

mod text {
    twintalk_runtime::twin! { r#"
    "Example twin definition"
    Twin subclass: #TemperatureSensor
        instanceVariables: 'temperature threshold alertState'.

    TemperatureSensor>>initialize
        super initialize.
        temperature := 20.0.
        threshold := 30.0.
        alertState := false.

    TemperatureSensor>>updateTelemetry: aReading
        temperature := aReading.
        (temperature > threshold) ifTrue: [
            alertState := true.
            self notifyObservers
        ].

    "Prototype-based cloning example"
    sensor := TemperatureSensor new.
    customSensor := sensor clone.
    customSensor threshold: 25.0.
    "# }
}

mod file {
    twintalk_runtime::twin!(file "../examples/sensor.st");
}

/// Runs the same steps on a sensor of either module.
macro_rules! behaves {
    ($module:ident) => {{
        let mut turn = Turn::for_program(&$module::PROGRAM).expect("class sides initialize");
        let mut sensor = $module::TemperatureSensor::create(&mut turn).expect("it initializes");
        assert_eq!(sensor.threshold, Value::float(30.0));
        sensor.update_telemetry_with(29.0, &mut turn).expect("29 degrees are fine");
        assert_eq!(sensor.alert_state, Value::FALSE);
        let copy = sensor.clone();
        sensor.update_telemetry_with(31.5, &mut turn).expect("so are 31.5");
        assert_eq!((sensor.temperature, sensor.alert_state), (Value::float(31.5), Value::TRUE));
        assert_eq!((copy.temperature, copy.alert_state), (Value::float(29.0), Value::FALSE));

        let failure = sensor.update_telemetry_with("hot", &mut turn).expect_err("a string is no temperature");
        assert!(!failure.class.is_empty() && !failure.trace.is_empty(), "{failure}");
        assert_eq!((sensor.temperature, sensor.alert_state), (Value::float(31.5), Value::TRUE));
    }};
}

#[test]
fn in_text_form_and_as_a_file() {
    behaves!(text);
    behaves!(file);
}

#[test]
fn the_example_is_the_seed_verbatim() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("it is part of the repository");
    let seed = read("examples/sensor.st");
    for inline in ["examples/sensor.rs", "tests/seed.rs"] {
        let indented: String = seed.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") }).collect();
        assert!(read(inline).contains(indented.trim_end()), "{inline}");
    }
}
