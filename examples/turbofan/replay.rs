//! Flies NASA's hundred test engines through a running twin server and compares each twin's estimate with the truth.
//!
//! ```text
//! cargo run --release -p twintalkc -- serve examples/turbofan     # one terminal
//! cargo run --release --example turbofan_replay                   # another
//! ```
//!
//! Every row of `test_FD001.txt` is one flight of one engine. All go through `POST /v1/messages` as one stream, in the
//! order in which a fleet would fly them: each engine's first flight, then each one's second, and so on.

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let server = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:8080".into());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/turbofan");
    let flights = flights(&std::fs::read_to_string(folder.join("test_FD001.txt"))?)?;
    let truth: Vec<f64> =
        std::fs::read_to_string(folder.join("rul_FD001.txt"))?.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;

    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for engine in 1..=truth.len() {
        create(&agent, &server, engine)?;
    }
    let estimates = fly(&agent, &server, &flights)?;
    report(&estimates, &truth);
    Ok(())
}

/// One flight: the engine and its 21 sensor readings.
struct Flight {
    engine: usize,
    line: String,
}

/// The flights in the order a fleet makes them.
fn flights(text: &str) -> Result<Vec<Flight>, Failure> {
    let mut all = Vec::new();
    for row in text.lines() {
        let numbers: Vec<f64> = row.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [engine, cycle, _, _, _, sensors @ ..] = numbers.as_slice() else { return Err(format!("not a flight: {row}").into()) };
        let message = json!({ "twin": format!("engine-{engine}"), "selector": "flight:", "arguments": [sensors] });
        all.push((*cycle as usize, Flight { engine: *engine as usize, line: format!("{message}\n") }));
    }
    all.sort_by_key(|(cycle, flight)| (*cycle, flight.engine));
    Ok(all.into_iter().map(|(_, flight)| flight).collect())
}

fn create(agent: &ureq::Agent, server: &str, engine: usize) -> Result<(), Failure> {
    let response = agent.put(format!("{server}/v1/twins/engine-{engine}")).send_json(json!({ "class": "JetEngine" }));
    let mut response = response.map_err(|error| {
        format!("no twin server at {server}: {error}\nstart one: cargo run --release -p twintalkc -- serve examples/turbofan")
    })?;
    match response.status().as_u16() {
        201 => Ok(()),
        409 => Err(format!("engine-{engine} has flown already: start the server with a new --data directory").into()),
        status => Err(format!("creating engine-{engine}: {status} {}", response.body_mut().read_to_string()?).into()),
    }
}

/// Streams all flights and answers each engine's last estimate.
fn fly(agent: &ureq::Agent, server: &str, flights: &[Flight]) -> Result<BTreeMap<usize, f64>, Failure> {
    let bar = ProgressBar::new(flights.len() as u64).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} flights  {per_sec}")?);
    let mut body = Lines { flights: flights.iter(), rest: &[], bar: bar.clone() };
    let mut response = agent
        .post(format!("{server}/v1/messages"))
        .header("content-type", "application/x-ndjson")
        .send(ureq::SendBody::from_reader(&mut body))?;
    let mut estimates = BTreeMap::new();
    for (flight, line) in flights.iter().zip(BufReader::new(response.body_mut().as_reader()).lines()) {
        let line = line?;
        let answer: Value = serde_json::from_str(&line)?;
        let estimate = answer["answer"].as_f64().ok_or_else(|| format!("engine-{}: {line}", flight.engine))?;
        estimates.insert(flight.engine, estimate);
    }
    bar.finish();
    Ok(estimates)
}

/// The stream of messages, counted as it is read.
struct Lines<'a> {
    flights: std::slice::Iter<'a, Flight>,
    rest: &'a [u8],
    bar: ProgressBar,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() {
            let Some(flight) = self.flights.next() else { return Ok(0) };
            self.rest = flight.line.as_bytes();
            self.bar.inc(1);
        }
        let count = self.rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest[..count]);
        self.rest = &self.rest[count..];
        Ok(count)
    }
}

fn report(estimates: &BTreeMap<usize, f64>, truth: &[f64]) {
    println!("\nengine      estimate  truth   remaining cycles (▒ estimate, │ truth)");
    let mut squares = 0.0;
    for (engine, estimate) in estimates {
        let real = truth[engine - 1];
        squares += (estimate - real).powi(2);
        if engine % 5 == 0 {
            println!("engine-{engine:<4} {estimate:8.1} {real:6.0}   {}", bar(*estimate, real));
        }
    }
    let error = (squares / estimates.len() as f64).sqrt();
    println!("\n{} engines, RMSE {error:.1} cycles (every fifth engine shown)", estimates.len());
}

/// Three cycles a character.
fn bar(estimate: f64, truth: f64) -> String {
    let (estimate, truth) = ((estimate / 3.0).round() as usize, (truth / 3.0).round() as usize);
    (0..=estimate.max(truth))
        .map(|at| {
            if at == truth {
                '│'
            } else if at < estimate {
                '▒'
            } else {
                ' '
            }
        })
        .collect()
}
