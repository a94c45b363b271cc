//! The first example: the seed program, verbatim, inside `twin!`, and a sensor that Rust code holds itself.
//!
//! ```text
//! cargo run --example sensor
//! ```

use twintalk_runtime::{Failure, Turn, Value};

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

fn main() -> Result<(), Box<Failure>> {
    let mut turn = Turn::for_program(&PROGRAM)?;
    let mut sensor = TemperatureSensor::create(&mut turn)?;
    let mut custom = sensor.clone();
    custom.set_threshold(25.0, &mut turn)?;

    for reading in [22.0, 27.5, 31.5] {
        sensor.update_telemetry_with(reading, &mut turn)?;
        custom.update_telemetry_with(reading, &mut turn)?;
        let alert = |sensor: &TemperatureSensor| if sensor.alert_state == Value::TRUE { "alert" } else { "fine" };
        println!("{reading:>5} °C   sensor {:<6} customSensor {}", alert(&sensor), alert(&custom));
    }

    // An error leaves the twin exactly as it was.
    let failure = sensor.update_telemetry_with("hot", &mut turn).expect_err("'hot' is no temperature");
    println!("\n{failure}\n\nand the sensor still says {:?}", sensor.temperature);
    Ok(())
}
