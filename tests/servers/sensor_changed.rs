//! The seed program after a change: a slot added, one removed, and a new statement at the top level.

use std::process::ExitCode;

twintalk_runtime::twin! { r#"
    Twin subclass: #TemperatureSensor
        instanceVariables: 'temperature threshold location'.

    TemperatureSensor>>initialize
        super initialize.
        temperature := 20.0.
        threshold := 30.0.

    TemperatureSensor>>updateTelemetry: aReading
        temperature := aReading.

    TemperatureSensor>>isHot
        ^temperature > threshold.

    sensor := TemperatureSensor new.
    customSensor := sensor clone.
    customSensor threshold: 25.0.
    sensor location: 'boiler house'.
"# }

fn main() -> ExitCode {
    twintalk_runtime::server::main(&PROGRAM)
}
