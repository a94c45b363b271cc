//! Top-level statements of a server.

use super::fleet::{FIRST_REST, PROGRAM, SECOND_REST, options};
use super::*;
use crate::answer::Answer;
use crate::engine::api::OpenError;
use crate::library::{self, class, selector};
use crate::program::{Program, Provision};
use crate::turn::Turn;
use crate::value::{NIL, Value};

const PUMP: Value = Value::class(library::CLASS_COUNT);

const fn statement(hash: u64, run: fn(&mut Turn) -> Answer) -> Provision {
    Provision { source: "", hash, file: "fleet.st", line: 7, run }
}

/// `sensor := Pump new: 'sensor'. sensor level: 5`
fn create(t: &mut Turn) -> Answer {
    let id = t.string("sensor");
    let sensor = t.send(selector::NEW_WITH, PUMP, &[id])?;
    t.set_global("sensor", sensor);
    tell(sensor, "level:", &[Value::int(5)], t)
}

/// `copy := sensor clone. copy bump. copy hidden`
fn copy(t: &mut Turn) -> Answer {
    let sensor = t.global("sensor")?;
    let copy = tell(sensor, "clone", &[], t)?;
    t.set_global("copy", copy);
    let copy = t.global("copy")?;
    tell(copy, "hidden", &[], t)?;
    tell(copy, "bump", &[], t)
}

/// `sensor bump`
fn bump(t: &mut Turn) -> Answer {
    let sensor = t.global("sensor")?;
    tell(sensor, "bump", &[], t)
}

/// `sensor boom`
fn fail(t: &mut Turn) -> Answer {
    let sensor = t.global("sensor")?;
    tell(sensor, "boom", &[], t)
}

fn tell(twin: Value, selector: &str, arguments: &[Value], t: &mut Turn) -> Answer {
    let selector = t.frozen().symbol_number(selector).unwrap();
    assert_eq!(t.class_of(twin), class::TWIN_REFERENCE);
    t.send(selector, twin, arguments)
}

static FIRST: Program = Program { provision: &[statement(1, create), statement(2, copy)], ..FIRST_REST };
static MORE: Program = Program { provision: &[statement(1, create), statement(22, |_| Ok(NIL)), statement(3, bump)], ..FIRST_REST };
static FAILING: Program =
    Program { provision: &[statement(1, create), statement(2, copy), statement(3, bump), statement(4, fail)], ..FIRST_REST };
static OTHER: Program = Program { provision: &[statement(5, |t| t.global("sensor"))], ..SECOND_REST };

#[test]
fn statements_run_once() {
    let log = log();
    for round in 0..2 {
        let twins = open(&FIRST, &options(), &log);
        let all = twins.list_blocking(None, None, 10).unwrap();
        assert_eq!(all.len(), 2, "round {round}");
        assert_eq!(all.iter().find(|state| state.id == "sensor").unwrap().state[1].1, int(5));
        assert_eq!(all.iter().find(|state| state.id != "sensor").unwrap().state[1].1, int(6));
        twins.close_blocking();
    }
    // A new one runs, and finds the twin by its name; one that was changed does not run.
    let twins = open(&MORE, &options(), &log);
    assert_eq!(slot(&twins, "sensor", "level"), int(6));
    twins.close_blocking();
    let twins = open(&PROGRAM, &options(), &log);
    assert_eq!(slot(&twins, "sensor", "level"), int(6));
    twins.close_blocking();
    // One that fails says where, and leaves nothing behind.
    let error = Twins::open_journal(&FAILING, &options(), Arc::new(Shared(Arc::clone(&log))), None).unwrap_err();
    let OpenError::Program { why } = error else { panic!("{error}") };
    assert!(why.starts_with("fleet.st:7: ZeroDivide"), "{why}");
    let twins = open(&OTHER, &options(), &log);
    assert_eq!(slot(&twins, "sensor", "level"), int(6));
}
