//! The same sensor as a twin and as a person would write it in Rust.

use std::collections::HashMap;

twintalk_runtime::twin! { r#"
    Twin subclass: #TemperatureSensor
        instanceVariables: 'temperature threshold alertState'.

    TemperatureSensor>>initialize
        super initialize.
        temperature := 20.0.
        threshold := 30.0.
        alertState := false

    TemperatureSensor>>updateTelemetry: aReading
        temperature := aReading.
        (temperature > threshold) ifTrue: [
            alertState := true.
            self notifyObservers
        ].

    TemperatureSensor>>breakDown
        temperature := 0.0.
        self error: 'out of order'.

    Twin subclass: #TypedSensor
        instanceVariables: 'temperature <Float> threshold <Float> alertState <Boolean>'.

    TypedSensor>>initialize
        super initialize.
        temperature := 20.0.
        threshold := 30.0.
        alertState := false

    TypedSensor>>updateTelemetry: aReading <Float>
        temperature := aReading.
        (temperature > threshold) ifTrue: [
            alertState := true.
            self notifyObservers
        ].
"# }

/// The floor: what a person would write.
#[derive(Clone)]
pub struct Floor {
    pub temperature: f64,
    pub threshold: f64,
    pub alert: bool,
}

impl Default for Floor {
    fn default() -> Self {
        Self { temperature: 20.0, threshold: 30.0, alert: false }
    }
}

impl Floor {
    #[inline(never)]
    pub fn update_telemetry(&mut self, reading: f64) {
        self.temperature = reading;
        if self.temperature > self.threshold {
            self.alert = true;
        }
    }
}

/// The floor for a fleet of several classes.
pub trait Sensor {
    fn update_telemetry(&mut self, reading: f64);
    fn temperature(&self) -> f64;
}

impl Sensor for Floor {
    fn update_telemetry(&mut self, reading: f64) {
        Floor::update_telemetry(self, reading);
    }

    fn temperature(&self) -> f64 {
        self.temperature
    }
}

/// A fleet as a person would keep it.
pub type Boxes<Id> = HashMap<Id, Box<dyn Sensor>>;

/// Readings below the threshold, never the same twice in a row.
#[derive(Default)]
pub struct Readings(u32);

impl Readings {
    #[inline]
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(1);
        f64::from(self.0 % 16) + 10.0
    }
}
