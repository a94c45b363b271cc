//! Runs every rival in a process of its own and prints what they cost.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use crate::figures::Figures;
use crate::fleets::FLEETS;
use crate::scripts::SCRIPTS;

/// The columns of the fleets' table, as the figures are called and as a reader is told.
const COLUMNS: [(&str, &str); 7] = [
    ("create", "create, register, first update (ns)"),
    ("bytes", "bytes each"),
    ("tell", "tell (ns)"),
    ("ask", "ask (ns)"),
    ("asks", "ask, 100 at a time (ns)"),
    ("broadcast", "one to 100 (ns each)"),
    ("restart", "fail, be ready again (µs)"),
];

/// How often each script is run; they are done in no time.
const SCRIPT_RUNS: usize = 7;

/// How often each fleet is run.
const FLEET_RUNS: usize = 3;

const NODE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/node.mjs");

pub fn print() {
    println!("\n### An update as a call from the host\n");
    println!("| | ns | ÷ TwinTalk by selector |");
    println!("|---|---|---|");
    let figures = measured(&SCRIPTS.map(|script| script.0), SCRIPT_RUNS);
    let call = |name| figures.get(name).and_then(|figures: &Figures| figures.0.get("call").copied());
    for (name, title, _) in SCRIPTS {
        println!("| {title} | {} | {} |", figure(call(name)), ratio(call(name), call("dynamic")));
    }

    println!("\n### A fleet of sensors\n");
    let titles = COLUMNS.map(|column| column.1).join(" | ");
    println!("| | {titles} |");
    println!("|{}", "---|".repeat(COLUMNS.len() + 1));
    let mut names = FLEETS.map(|fleet| fleet.0).to_vec();
    let node = node_version();
    names.extend(node.as_ref().map(|_| "node"));
    let mut figures = measured(&names, FLEET_RUNS);
    // In memory its journal cannot be told from its twins, which are the same with a file.
    if let Some(&bytes) = figures.get("journal").and_then(|journal| journal.0.get("bytes"))
        && let Some(engine) = figures.get_mut("engine")
    {
        engine.add("bytes", bytes);
    }
    let of = |name| figures.get(name);
    // Beside each of ours those that do the same: objects called directly, and actors with mailboxes.
    let row = |title: &str, figures: Option<&Figures>, ours: Option<&Figures>| {
        let Some(figures) = figures else { return };
        let cells = COLUMNS.map(|(name, _)| {
            let value = figures.0.get(name).copied();
            let ours = ours.and_then(|ours| ours.0.get(name).copied());
            match (value, ours) {
                (Some(_), Some(_)) => format!("{} ({}×)", figure(value), ratio(value, ours)),
                _ => figure(value),
            }
        });
        println!("| {title} | {} |", cells.join(" | "));
    };
    let (rows, engine) = (of("rows"), of("engine"));
    row(title("rows"), rows, None);
    row(title("boxes"), of("boxes"), rows);
    row(&format!("Node {}, objects in a `Map`", node.unwrap_or_default()), of("node"), rows);
    row(title("engine"), engine, None);
    for name in ["journal", "thread", "tokio", "actix", "ractor", "kameo"] {
        row(title(name), of(name), engine);
    }
    println!("\nIn parentheses: ÷ the row above that has none.");
}

fn title(name: &str) -> &'static str {
    FLEETS.iter().find(|fleet| fleet.0 == name).map_or("", |fleet| fleet.1)
}

/// The best of some runs of each rival, one after the other, so that a bad minute is bad for all.
fn measured(names: &[&'static str], runs: usize) -> HashMap<&'static str, Figures> {
    let mut figures: HashMap<&str, Figures> = HashMap::new();
    for run in 1..=runs {
        for &name in names {
            eprintln!("{name}, run {run} of {runs}");
            let Some(measured) = measure(name) else {
                eprintln!("{name} failed");
                continue;
            };
            let best = figures.remove(name).unwrap_or_default().best(&measured);
            figures.insert(name, best);
        }
    }
    figures
}

/// Runs a rival in a process of its own.
fn measure(name: &str) -> Option<Figures> {
    let mut command = match name {
        "node" => Command::new("node"),
        _ => Command::new(std::env::current_exe().ok()?),
    };
    match name {
        "node" => command.args(["--expose-gc", NODE]),
        _ => command.arg(name),
    };
    let output = command.stderr(Stdio::inherit()).output().ok()?;
    output.status.success().then(|| Figures::parse(&String::from_utf8_lossy(&output.stdout)))
}

/// Which Node there is; its row is left out if there is none.
fn node_version() -> Option<String> {
    let output = Command::new("node").arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Three digits that matter.
fn figure(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value < 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}

fn ratio(value: Option<f64>, ours: Option<f64>) -> String {
    match (value, ours) {
        (Some(value), Some(ours)) if ours > 0.0 => {
            let ratio = value / ours;
            if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
        }
        _ => "–".to_owned(),
    }
}
