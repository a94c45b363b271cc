//! A fleet under a tiny budget, restarted at any time, is a map in memory.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::fleet::{PROGRAM, SECOND, options};
use super::*;
use crate::testing::fixed;

#[derive(Clone, Debug)]
enum Step {
    Create(u8),
    Delete(u8),
    Clone(u8, u8),
    Bump(u8),
    Enter(u8, u16),
    Replace(u8, String),
    Stamp(u8, i64),
    Boom(u8),
    Read(u8),
    Restart(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let id = || 0..12_u8;
    prop_oneof![
        4 => id().prop_map(Step::Create),
        1 => id().prop_map(Step::Delete),
        1 => (id(), id()).prop_map(|(from, to)| Step::Clone(from, to)),
        6 => id().prop_map(Step::Bump),
        6 => (id(), any::<u16>()).prop_map(|(id, value)| Step::Enter(id, value)),
        3 => (id(), "[a-zé€]{0,9}").prop_map(|(id, value)| Step::Replace(id, value)),
        2 => (id(), any::<i64>()).prop_map(|(id, value)| Step::Stamp(id, value)),
        1 => id().prop_map(Step::Boom),
        3 => id().prop_map(Step::Read),
        1 => any::<bool>().prop_map(Step::Restart),
    ]
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    level: i64,
    entries: Vec<Data>,
    stamp: Option<i64>,
    sequence: u64,
    deleted: bool,
}

fn id(number: u8) -> String {
    if number.is_multiple_of(3) { format!("a long name, number {number}") } else { format!("p{number}") }
}

#[track_caller]
fn check(twins: &Twins, number: u8, model: Option<&Model>) {
    let read = twins.read_blocking(&id(number), Moment::Now);
    let Some(model) = model else {
        return assert!(matches!(read, Err(Refusal::NoSuchTwin { .. })));
    };
    if model.deleted {
        return assert!(matches!(read, Err(Refusal::Deleted { .. })));
    }
    let read = read.unwrap();
    let of = |name: &str| read.state.iter().find(|slot| slot.0 == name).unwrap().1.clone();
    assert_eq!(read.sequence, model.sequence);
    assert_eq!(of("level"), int(model.level));
    let entries = if model.entries.is_empty() { Data::Nil } else { array(&model.entries) };
    assert_eq!(of("entries"), entries);
    assert_eq!(of("stamp"), model.stamp.map_or(Data::Nil, int));
}

fn run(steps: &[Step], options: &Options) {
    let log = log();
    let mut twins = open(&PROGRAM, options, &log);
    let mut models: BTreeMap<u8, Model> = BTreeMap::new();
    for step in steps {
        let living = |number: &u8| models.get(number).is_some_and(|model| !model.deleted);
        match step {
            Step::Create(number) => {
                let expected = !living(number);
                let created = twins.create_blocking(&id(*number), "Pump", Vec::new());
                assert_eq!(created.is_ok(), expected);
                if expected {
                    let sequence = models.get(number).map_or(0, |model| model.sequence) + 1;
                    models.insert(*number, Model { sequence, ..Model::default() });
                }
            }
            Step::Delete(number) => {
                assert_eq!(twins.delete_blocking(&id(*number)).is_ok(), living(number));
                if let Some(model) = models.get_mut(number).filter(|model| !model.deleted) {
                    model.deleted = true;
                    model.sequence += 1;
                }
            }
            Step::Clone(from, to) => {
                let expected = living(from) && !living(to);
                assert_eq!(twins.clone_blocking(&id(*from), Some(&id(*to))).is_ok(), expected);
                if expected {
                    let sequence = models.get(to).map_or(0, |model| model.sequence) + 1;
                    let model = Model { sequence, ..models[from].clone() };
                    models.insert(*to, model);
                }
            }
            Step::Bump(number) => {
                let sent = twins.send_blocking(&id(*number), "bump", Vec::new());
                match models.get_mut(number).filter(|model| !model.deleted) {
                    Some(model) => {
                        model.level += 1;
                        model.sequence += 1;
                        assert_eq!(sent.unwrap().answer, int(model.level));
                    }
                    None => assert!(sent.is_err()),
                }
            }
            Step::Enter(number, value) => {
                let sent = twins.send_blocking(&id(*number), "enter:", vec![int((*value).into())]);
                if let Some(model) = models.get_mut(number).filter(|model| !model.deleted) {
                    model.entries.push(int((*value).into()));
                    model.sequence += 1;
                    assert_eq!(sent.unwrap().sequence, model.sequence);
                }
            }
            Step::Replace(number, value) => {
                let sent = twins.send_blocking(&id(*number), "replace:", vec![text(value)]);
                if let Some(model) = models.get_mut(number).filter(|model| !model.deleted) {
                    if let Some(first) = model.entries.first_mut() {
                        *first = text(value);
                        model.sequence += 1;
                    }
                    assert_eq!(sent.unwrap().sequence, model.sequence);
                }
            }
            Step::Stamp(number, value) => {
                let sent = twins.send_blocking(&id(*number), "stamp:", vec![int(*value)]);
                if let Some(model) = models.get_mut(number).filter(|model| !model.deleted) {
                    model.stamp = Some(*value);
                    model.sequence += 1;
                    assert_eq!(sent.unwrap().sequence, model.sequence);
                }
            }
            Step::Boom(number) => {
                assert!(twins.send_blocking(&id(*number), "boom", Vec::new()).is_err());
            }
            Step::Read(number) => check(&twins, *number, models.get(number)),
            Step::Restart(other) => {
                twins.close_blocking();
                twins = open(if *other { &SECOND } else { &PROGRAM }, options, &log);
            }
        }
    }
    for (number, model) in &models {
        check(&twins, *number, Some(model));
        let events = twins.events_blocking(&id(*number), 0, usize::MAX).unwrap();
        let sequences: Vec<u64> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, (1..=model.sequence).collect::<Vec<_>>());
    }
    let listed = twins.list_blocking(None, None, 100).unwrap();
    assert_eq!(listed.len(), models.values().filter(|model| !model.deleted).count());
}

proptest! {
    #![proptest_config(fixed(64))]

    #[test]
    fn a_tiny_budget_changes_nothing(steps in prop::collection::vec(step(), 1..120), every in 1..9_u64, shards in 1..3_usize) {
        run(&steps, &Options { memory: 1, snapshot_every: every, shards, ..options() });
    }

    #[test]
    fn restarts_change_nothing(steps in prop::collection::vec(step(), 1..120)) {
        run(&steps, &options());
    }
}

#[test]
fn twins_leave_memory() {
    let twins = open(&PROGRAM, &Options { memory: 100_000, ..options() }, &log());
    for n in 0..2000 {
        twins.create_blocking(&format!("pump-{n}"), "Pump", Vec::new()).unwrap();
    }
    let count = |name: &str| twins.metrics().into_iter().find(|metric| metric.0 == name).unwrap().1;
    assert_eq!(count("twins"), 2000);
    assert!(count("twins_resident") < 1000, "{} are resident", count("twins_resident"));
    let loads = count("loads_total");
    for n in 0..2000 {
        assert_eq!(slot(&twins, &format!("pump-{n}"), "level"), int(0));
    }
    assert_eq!(count("loads_total"), loads, "reading loads nothing");
    assert_eq!(send(&twins, "pump-0", "bump", &[]), (int(1), 2));
}
