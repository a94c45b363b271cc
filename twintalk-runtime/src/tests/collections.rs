//! A dictionary, a set and an ordered collection of a twin, turn by turn, against those of Rust; some of the turns fail.

use indexmap::{IndexMap, IndexSet};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::VecDeque;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Put(i64, i64),
    PutText(i64, i64),
    Remove(i64),
    Add(i64),
    Push(i64),
    PushFirst(i64),
    Shift,
    Collect,
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0i64..60;
    prop_oneof![
        4 => (key.clone(), any::<i32>()).prop_map(|(key, value)| Step::Put(key, value.into())),
        2 => (key.clone(), any::<i32>()).prop_map(|(key, value)| Step::PutText(key, value.into())),
        3 => key.clone().prop_map(Step::Remove),
        2 => key.clone().prop_map(Step::Add),
        2 => key.clone().prop_map(Step::Push),
        1 => key.prop_map(Step::PushFirst),
        2 => Just(Step::Shift),
        1 => Just(Step::Collect),
    ]
}

#[derive(Clone, Default)]
struct Model {
    dictionary: IndexMap<String, i64>,
    set: IndexSet<i64>,
    list: VecDeque<i64>,
}

/// The three of them, in an array in a slot.
fn part(index: usize, t: &mut Turn) -> Value {
    let all = t.load::<Pump, _>(|row| &row.note);
    t.slot(all, index)
}

fn apply(step: Step, model: &mut Model, t: &mut Turn) -> Answer {
    match step {
        Step::Put(key, value) => {
            model.dictionary.insert(key.to_string(), value);
            let dictionary = part(0, t);
            t.send(selector::AT_PUT, dictionary, &[int(key), int(value)])
        }
        Step::PutText(key, value) => {
            model.dictionary.insert(format!("k{key}"), value);
            let (dictionary, text) = (part(0, t), t.string(&format!("k{key}")));
            t.send(selector::AT_PUT, dictionary, &[text, int(value)])
        }
        Step::Remove(key) => {
            let was = model.dictionary.shift_remove(&key.to_string());
            let dictionary = part(0, t);
            let absent = block(|_, _, _| Ok(NIL), 0, NIL, &[], t);
            let removed = t.send(selector::REMOVE_KEY_IF_ABSENT, dictionary, &[int(key), absent])?;
            assert_eq!(removed, was.map_or(NIL, int));
            Ok(removed)
        }
        Step::Add(key) => {
            model.set.insert(key);
            let set = part(1, t);
            t.send(selector::ADD_WITH, set, &[int(key)])
        }
        Step::Push(key) => {
            model.list.push_back(key);
            let list = part(2, t);
            t.send(selector::ADD_WITH, list, &[int(key)])
        }
        Step::PushFirst(key) => {
            model.list.push_front(key);
            let list = part(2, t);
            t.send(selector::ADD_FIRST_WITH, list, &[int(key)])
        }
        Step::Shift => match model.list.pop_front() {
            Some(first) => {
                let list = part(2, t);
                let removed = t.send(selector::REMOVE_FIRST, list, &[])?;
                assert_eq!(removed, int(first));
                Ok(removed)
            }
            None => Ok(NIL),
        },
        Step::Collect => {
            t.collect();
            Ok(NIL)
        }
    }
}

fn elements(array: Value, t: &Turn) -> Vec<Value> {
    t.object(array).map(|(_, body)| body.iter().map(|word| Value::from_bits(*word)).collect()).unwrap_or_default()
}

fn check(model: &Model, t: &mut Turn) -> Answer {
    let dictionary = part(0, t);
    let keys = t.send(selector::KEYS, dictionary, &[])?;
    let named: Vec<String> = elements(keys, t)
        .into_iter()
        .map(|key| key.as_small().map_or_else(|| t.text(key).unwrap_or_default(), |key| key.to_string()))
        .collect();
    assert_eq!(named, model.dictionary.keys().cloned().collect::<Vec<_>>());
    let dictionary = part(0, t);
    let values = t.send(selector::VALUES, dictionary, &[])?;
    assert_eq!(elements(values, t), model.dictionary.values().map(|value| int(*value)).collect::<Vec<_>>());
    let dictionary = part(0, t);
    assert_eq!(t.send(selector::IS_HEALTHY, dictionary, &[])?, Value::TRUE);
    for (index, expected) in [(1, model.set.iter().copied().collect::<Vec<i64>>()), (2, model.list.iter().copied().collect())] {
        let collection = part(index, t);
        let array = t.send(selector::AS_ARRAY, collection, &[])?;
        assert_eq!(elements(array, t), expected.into_iter().map(int).collect::<Vec<_>>());
    }
    Ok(NIL)
}

proptest! {
    #![proptest_config(crate::testing::fixed(64))]

    #[test]
    fn collections_are_as_rusts(turns in vec((vec(step(), 0..60), any::<bool>()), 1..12)) {
        let (mut turn, mut row, mut model) = (turn(), Pump::default(), Model::default());
        turn.transact(&mut row, |t| {
            let classes = [class::DICTIONARY, class::SET, class::ORDERED_COLLECTION];
            let all = array(&[NIL; 3], t);
            t.store::<Pump, _>(NOTE, |row| &mut row.note, all)?;
            for (index, class) in classes.into_iter().enumerate() {
                let new = t.send(selector::NEW, Value::class(class), &[])?;
                let all = t.load::<Pump, _>(|row| &row.note);
                t.set_slot(all, index, new)?;
            }
            Ok(NIL)
        }).unwrap();
        for (steps, fails) in turns {
            let mut next = model.clone();
            let outcome = turn.transact(&mut row, |t| {
                for step in &steps {
                    apply(*step, &mut next, t)?;
                }
                check(&next, t)?;
                if fails { Err(t.raise(class::ERROR, "on purpose")) } else { Ok(NIL) }
            });
            prop_assert_eq!(outcome.is_err(), fails);
            if !fails {
                model = next;
            }
            turn.transact(&mut row, |t| check(&model, t)).unwrap();
        }
    }
}
