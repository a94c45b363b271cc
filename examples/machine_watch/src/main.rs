//! Replays 79 days of a machine's temperature through one twin and compares its alarms with the labelled anomalies.
//!
//! ```text
//! cargo run --release -p machine_watch
//! ```
//!
//! The data is from the Numenta Anomaly Benchmark (MIT licence): readings five minutes apart, and the windows in which the
//! machine was shut down, failed, or showed the signs of failing.

twintalk_runtime::include_twins!();

use std::error::Error;
use std::path::Path;
use twintalk_runtime::{Turn, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let readings = std::fs::read_to_string(data.join("machine_temperature.csv"))?;
    let windows: Vec<[String; 2]> = serde_json::from_str(&std::fs::read_to_string(data.join("machine_temperature_windows.json"))?)?;

    let mut turn = Turn::for_program(&PROGRAM)?;
    let mut machine = Machine::create(&mut turn)?;
    let mut alarms = Vec::new();
    for row in readings.lines().skip(1) {
        let (time, celsius) = row.split_once(',').ok_or("a row is time,value")?;
        let celsius: f64 = celsius.parse()?;
        if machine.temperature_at(celsius, time, &mut turn)? == Value::TRUE {
            alarms.push(time);
        }
    }

    // To the second, times of one format compare as text.
    let within = |time: &str, [from, to]: &[String; 2]| &from[..19] <= time && time <= &to[..19];
    println!("labelled window                              caught");
    for window in &windows {
        let [from, to] = [&window[0][..16], &window[1][..16]];
        let caught = alarms.iter().find(|time| within(time, window));
        println!("{from} – {to}          {}", caught.map_or("missed".into(), |time| format!("at {time}")));
    }
    let false_alarms: Vec<_> = alarms.iter().filter(|time| !windows.iter().any(|window| within(time, window))).collect();
    let caught = windows.iter().filter(|window| alarms.iter().any(|time| within(time, window))).count();
    println!(
        "\n{caught} of {} windows caught, {} false alarms in {} readings",
        windows.len(),
        false_alarms.len(),
        readings.lines().count() - 1
    );
    Ok(())
}
