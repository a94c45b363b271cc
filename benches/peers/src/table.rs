//! Runs every rival in a process of its own and prints what they cost.

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

/// How often each rival is run.
const RUNS: usize = 2;

const NODE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/node.mjs");

pub fn print() {
    println!("\n### An update as a call from the host\n");
    println!("| | ns | ÷ TwinTalk by selector |");
    println!("|---|---|---|");
    let scripts = SCRIPTS.map(|(name, title, _)| (title, measured(name).0.get("call").copied()));
    let ours = scripts[1].1;
    for (title, call) in scripts {
        println!("| {title} | {} | {} |", figure(call), ratio(call, ours));
    }

    println!("\n### A fleet of sensors on one thread\n");
    let titles = COLUMNS.map(|column| column.1).join(" | ");
    println!("| | {titles} |");
    println!("|{}", "---|".repeat(COLUMNS.len() + 1));
    let fleets = FLEETS.map(|(name, title, _)| (name, title, measured(name)));
    let of = |name| fleets.iter().find(|fleet| fleet.0 == name).map(|fleet| &fleet.2);
    let node = node();
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
    row(&node.0, node.1.as_ref(), rows);
    row(title("engine"), engine, None);
    for name in ["tokio", "actix", "ractor", "kameo"] {
        row(title(name), of(name), engine);
    }
    println!("\nIn parentheses: ÷ the row of TwinTalk above.");
}

fn title(name: &str) -> &'static str {
    FLEETS.iter().find(|fleet| fleet.0 == name).map_or("", |fleet| fleet.1)
}

/// The best of some runs of a rival in processes of their own.
fn measured(name: &str) -> Figures {
    let this = std::env::current_exe().expect("this program has a file");
    best(|| Command::new(&this).arg(name).stderr(Stdio::inherit()).output().ok())
}

/// Node's title and figures, if there is one.
fn node() -> (String, Option<Figures>) {
    let version = Command::new("node").arg("--version").output();
    let Ok(version) = version else {
        eprintln!("node is not installed: its row is left out");
        return (String::new(), None);
    };
    let title = format!("Node {}, objects in a `Map`", String::from_utf8_lossy(&version.stdout).trim());
    let figures = best(|| Command::new("node").args(["--expose-gc", NODE]).stderr(Stdio::inherit()).output().ok());
    (title, Some(figures))
}

fn best(run: impl Fn() -> Option<std::process::Output>) -> Figures {
    let runs = (0..RUNS).filter_map(|_| run()).filter(|output| output.status.success());
    let figures = runs.map(|output| Figures::parse(&String::from_utf8_lossy(&output.stdout)));
    figures.reduce(|best, other| best.best(&other)).unwrap_or_default()
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
