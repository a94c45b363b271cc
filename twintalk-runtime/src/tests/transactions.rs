//! Turns as transactions, against a model: random writes, allocations, collections and failures.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::value::Place;

/// A value of the model: objects are numbers of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Modelled {
    Int(i64),
    Node(usize),
}

#[derive(Clone, Debug, Default)]
struct Model {
    nodes: Vec<Vec<Modelled>>,
    slots: [Option<Modelled>; 2],
    level: Option<f64>,
    count: Option<i64>,
}

#[derive(Clone, Debug)]
enum Step {
    StoreInt(usize, i64),
    StoreArray(usize, usize),
    StoreSlot(usize, usize),
    SetInt(usize, usize, i64),
    SetArray(usize, usize, usize),
    SetSlot(usize, usize, usize),
    Grow(usize, usize),
    Level(f64),
    Count(i64),
    Collect,
    Garbage(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let slot = 0usize..2;
    prop_oneof![
        (slot.clone(), any::<i32>()).prop_map(|(s, n)| Step::StoreInt(s, n.into())),
        (slot.clone(), 0usize..30).prop_map(|(s, n)| Step::StoreArray(s, n)),
        (slot.clone(), slot.clone()).prop_map(|(a, b)| Step::StoreSlot(a, b)),
        (slot.clone(), 0usize..30, any::<i32>()).prop_map(|(s, i, n)| Step::SetInt(s, i, n.into())),
        (slot.clone(), 0usize..30, 0usize..5).prop_map(|(s, i, n)| Step::SetArray(s, i, n)),
        (slot.clone(), 0usize..30, slot.clone()).prop_map(|(s, i, b)| Step::SetSlot(s, i, b)),
        (slot, 0usize..40).prop_map(|(s, n)| Step::Grow(s, n)),
        any::<i32>().prop_map(|n| Step::Level(n.into())),
        any::<i64>().prop_map(Step::Count),
        Just(Step::Collect),
        (1usize..200).prop_map(Step::Garbage),
    ]
}

fn load(slot: usize, t: &mut Turn) -> Value {
    if slot == 0 { t.load::<Pump, _>(|row| &row.note) } else { t.load::<Pump, _>(|row| &row.other) }
}

fn store(slot: usize, value: Value, t: &mut Turn) {
    let stored = if slot == 0 {
        t.store::<Pump, _>(NOTE, |row| &mut row.note, value)
    } else {
        t.store::<Pump, _>(OTHER, |row| &mut row.other, value)
    };
    stored.unwrap();
}

/// The node and object of a slot, and an index into them, where there is one.
fn element(model: &Model, slot: usize, index: usize) -> Option<(usize, usize)> {
    match model.slots[slot] {
        Some(Modelled::Node(node)) if !model.nodes[node].is_empty() => Some((node, index % model.nodes[node].len())),
        _ => None,
    }
}

fn apply(step: &Step, model: &mut Model, t: &mut Turn) -> Answer {
    match *step {
        Step::StoreInt(slot, n) => {
            model.slots[slot] = Some(Modelled::Int(n));
            store(slot, int(n), t);
        }
        Step::StoreArray(slot, length) => {
            model.nodes.push((0..length).map(|i| Modelled::Int(i as i64)).collect());
            model.slots[slot] = Some(Modelled::Node(model.nodes.len() - 1));
            let values: Vec<Value> = (0..length).map(|i| int(i as i64)).collect();
            let object = array(&values, t);
            store(slot, object, t);
        }
        Step::StoreSlot(a, b) => {
            model.slots[a] = model.slots[b];
            let value = load(b, t);
            store(a, value, t);
        }
        Step::SetInt(slot, index, n) => {
            if let Some((node, index)) = element(model, slot, index) {
                model.nodes[node][index] = Modelled::Int(n);
                let object = load(slot, t);
                t.set_slot(object, index, int(n))?;
            }
        }
        Step::SetArray(slot, index, length) => {
            if let Some((node, index)) = element(model, slot, index) {
                model.nodes.push(vec![Modelled::Int(7); length]);
                model.nodes[node][index] = Modelled::Node(model.nodes.len() - 1);
                let new = array(&vec![int(7); length], t);
                let object = load(slot, t);
                t.set_slot(object, index, new)?;
            }
        }
        Step::SetSlot(slot, index, other) => {
            if let (Some((node, index)), Some(value)) = (element(model, slot, index), model.slots[other]) {
                model.nodes[node][index] = value;
                let (object, value) = (load(slot, t), load(other, t));
                t.set_slot(object, index, value)?;
            }
        }
        Step::Grow(slot, more) => {
            if let Some(Modelled::Node(node)) = model.slots[slot] {
                let mut grown = model.nodes[node].clone();
                grown.resize(grown.len() + more, Modelled::Int(0));
                let length = grown.len();
                model.nodes.push(grown);
                model.slots[slot] = Some(Modelled::Node(model.nodes.len() - 1));
                let object = load(slot, t);
                let grown = t.grow(object, length)?;
                for index in length - more..length {
                    t.set_slot(grown, index, int(0))?;
                }
                store(slot, grown, t);
            }
        }
        Step::Level(level) => {
            model.level = Some(level);
            t.store::<Pump, _>(LEVEL, |row| &mut row.level, Value::float(level))?;
        }
        Step::Count(count) => {
            model.count = Some(count);
            let value = t.integer(count);
            t.store::<Pump, _>(COUNT, |row| &mut row.count, value)?;
        }
        Step::Collect => t.collect(),
        Step::Garbage(length) => {
            array(&vec![NIL; length], t);
        }
    }
    Ok(NIL)
}

/// Checks that slots and heap have the shape of the model.
fn check(model: &Model, row: &mut Pump) {
    let words = row.core.words().to_vec();
    let mut seen: HashMap<usize, Value> = HashMap::new();
    let mut todo: Vec<(Modelled, Value)> = Vec::new();
    for (slot, value) in model.slots.iter().zip([row.note, row.other]) {
        match slot {
            Some(modelled) => todo.push((*modelled, value)),
            None => assert_eq!(value, NIL),
        }
    }
    while let Some((modelled, value)) = todo.pop() {
        match modelled {
            Modelled::Int(n) => assert_eq!(value, int(n)),
            Modelled::Node(node) => {
                if let Some(known) = seen.get(&node) {
                    assert_eq!(*known, value);
                    continue;
                }
                seen.insert(node, value);
                assert!(value.is_in(Place::Heap));
                let at = value.offset();
                let header = crate::object::Header(words[at]);
                assert_eq!(header.length(), model.nodes[node].len());
                let body = words[at + 1..].iter().map(|word| Value::from_bits(*word));
                todo.extend(model.nodes[node].iter().copied().zip(body));
            }
        }
    }
    assert_eq!(row.level.get(), model.level);
    assert_eq!(row.count.get(), model.count);
}

fn bits(row: &Pump) -> (Vec<Word>, Vec<u64>) {
    ((0..Pump::SLOTS).map(|index| row.get(index)).collect(), row.core.words().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn turns_change_everything_or_nothing(
        turns in vec((vec(step(), 0..12), any::<bool>(), prop::bool::weighted(0.2)), 1..8)
    ) {
        let (mut t, mut row, mut model) = (turn(), Pump::default(), Model::default());
        let mut replica = Pump::default();
        for (steps, fails, compacts) in turns {
            let before = bits(&row);
            let mut after = model.clone();
            let answer = t.transact(&mut row, |t| {
                for step in &steps {
                    apply(step, &mut after, t)?;
                }
                if fails { t.raise_about(class::ERROR, NIL, "on purpose") } else { Ok(NIL) }
            });
            prop_assert_eq!(answer.is_err(), fails);
            if fails {
                prop_assert_eq!(bits(&row), before);
                prop_assert!(t.changes().is_empty());
                continue;
            }
            model = after;
            check(&model, &mut row);
            let slots: Vec<_> = t.changes().slot_words(&row).collect();
            t.changes().apply(&mut replica, slots).unwrap();
            prop_assert_eq!(bits(&replica), bits(&row));
            let words = crate::image::image(&mut row);
            let loaded: Pump = crate::image::load(&words, row.core.epoch()).unwrap();
            prop_assert_eq!(bits(&loaded), bits(&row));
            if compacts {
                Core::compact(&mut row);
                check(&model, &mut row);
                replica = row.clone();
            }
        }
    }

    #[test]
    fn damaged_images_are_refused_or_harmless(place in 0usize..40, bits: u64) {
        let (mut t, mut row) = (turn(), Pump::default());
        t.transact(&mut row, |t| {
            let text = t.string("text");
            let inner = array(&[text, int(1), Value::float(0.5)], t);
            let value = array(&[inner, inner], t);
            t.store::<Pump, _>(NOTE, |row| &mut row.note, value)?;
            let count = t.integer(i64::MAX);
            t.store::<Pump, _>(COUNT, |row| &mut row.count, count)?;
            Ok(NIL)
        }).unwrap();
        let mut words = crate::image::image(&mut row);
        let place = place % words.len();
        words[place] = bits;
        if let Ok(mut loaded) = crate::image::load::<Pump>(&words, 0) {
            let exported = t.transact(&mut loaded, |t| {
                let note = t.load::<Pump, _>(|row| &row.note);
                let _ = t.export(note, crate::transfer::Bounds::default());
                Ok(NIL)
            });
            prop_assert!(exported.is_ok());
            Core::compact(&mut loaded);
        }
    }
}

#[test]
fn growing_is_logged_as_a_copy() {
    let (mut t, mut row) = (turn(), Pump::default());
    t.transact(&mut row, |t| apply(&Step::StoreArray(0, 1000), &mut Model::default(), t)).unwrap();
    t.transact(&mut row, |t| {
        let object = load(0, t);
        t.set_slot(object, 3, int(-1))?;
        let grown = t.grow(object, 2000)?;
        t.set_slot(grown, 5, int(-2))?;
        store(0, grown, t);
        t.collect();
        Ok(NIL)
    })
    .unwrap();
    let changes = t.changes();
    assert_eq!(changes.copies.len(), 1);
    assert_eq!(changes.appended.len(), 1 + 1000);
    assert_eq!(changes.words.len(), 3);
}

#[test]
fn the_same_literal_is_stored_once() {
    let (mut t, mut row) = (turn(), Pump::default());
    for _ in 0..3 {
        t.transact(&mut row, |t| {
            let literal = t.literal(0);
            t.store::<Pump, _>(NOTE, |row| &mut row.note, literal)?;
            Ok(NIL)
        })
        .unwrap();
        assert_eq!(row.core.words().len(), 2);
    }
    t.transact(&mut row, |t| {
        let literal = t.literal(1);
        t.store::<Pump, _>(OTHER, |row| &mut row.other, literal)?;
        Ok(NIL)
    })
    .unwrap();
    assert!(row.other.is_in(Place::Heap));
}

#[test]
fn an_answer_shares_objects_with_the_heap() {
    let (mut t, mut row) = (turn(), Pump::default());
    let answer = t.transact(&mut row, |t| {
        let text = t.string("shared");
        t.store::<Pump, _>(NOTE, |row| &mut row.note, text)?;
        Ok(array(&[text, int(2)], t))
    });
    assert!(answer.unwrap().is_in(Place::Scratch));
}

#[test]
fn a_panic_leaves_the_row_as_it_was() {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    let (mut t, mut row) = (turn(), Pump::default());
    t.transact(&mut row, |t| apply(&Step::StoreArray(0, 5), &mut Model::default(), t)).unwrap();
    let before = bits(&row);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        t.transact(&mut row, |t| {
            let object = load(0, t);
            t.set_slot(object, 1, NIL)?;
            store(1, object, t);
            resume_unwind(Box::new("without a message on the terminal"))
        })
    }));
    assert!(caught.is_err());
    assert_eq!(t.reset_after_panic(&mut row).kind, crate::failure::FailureKind::Panic);
    assert_eq!(bits(&row), before);
    assert_eq!(t.transact(&mut row, |_| Ok(int(1))), Ok(int(1)));
}

#[test]
fn a_wrong_type_names_slot_type_and_value() {
    let (mut t, mut row) = (turn(), Pump::default());
    let failure = t.transact(&mut row, |t| {
        let text = t.string("warm");
        t.store::<Pump, _>(LEVEL, |row| &mut row.level, text)?;
        Ok(NIL)
    });
    let message = failure.unwrap_err().message;
    assert!(["level", "Float", "'warm'"].iter().all(|part| message.contains(part)), "{message}");
    t.transact(&mut row, |t| t.store::<Pump, _>(LEVEL, |row| &mut row.level, int(2)).map(|()| NIL)).unwrap();
    assert_eq!(row.level.get(), Some(2.0));
}

#[test]
fn a_turn_of_temporaries_leaves_the_twin_without_a_heap() {
    let (mut t, mut row) = (turn(), Pump::default());
    t.transact(&mut row, |t| {
        array(&[NIL; 20], t);
        t.store::<Pump, _>(ON, |row| &mut row.on, Value::boolean(true))?;
        Ok(NIL)
    })
    .unwrap();
    assert_eq!(row.core.memory(), 0);
    assert_eq!(size_of::<Core>(), 8);
    assert_eq!(t.changes().slots().collect::<Vec<_>>(), [ON]);
}
