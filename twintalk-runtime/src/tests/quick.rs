//! Messages that are answered where they are sent, against Rust's collections.

use std::collections::{HashMap, VecDeque};

use super::*;
use crate::{prim, quick};

fn int(value: i64) -> Value {
    Value::int(value)
}

/// A sequence of numbers that look random.
fn numbers(count: usize) -> impl Iterator<Item = i64> {
    (0..count as u64).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as i64)
}

#[test]
fn dictionaries_keep_what_is_put() {
    let mut t = turn();
    for class in [class::DICTIONARY, class::IDENTITY_DICTIONARY] {
        let all = quick::new_hashed(class, &mut t);
        let mut model = HashMap::new();
        for (i, key) in numbers(5000).enumerate() {
            let (key, value) = (key % 700, i as i64);
            if i % 3 == 2 {
                let removed = prim::dictionary_remove(all, int(key), NIL, &mut t).expect("no error");
                // The last one is left to the method beneath.
                if removed.is_some() {
                    assert_eq!(removed, model.remove(&key).map(int));
                }
            } else {
                assert_eq!(quick::at_put(all, int(key), int(value), &mut t), Ok(Some(int(value))));
                model.insert(key, value);
            }
            assert_eq!(quick::dictionary_at(all, int(key), &mut t), Ok(model.get(&key).copied().map(int)));
            assert_eq!(quick::includes_key(all, int(key + 1), &mut t), Ok(Some(Value::boolean(model.contains_key(&(key + 1))))));
        }
        assert_eq!(quick::size(all, &mut t), Ok(Some(int(model.len() as i64))));
        for (key, value) in &model {
            // The general search finds what the quick one has put.
            assert_eq!(prim::dictionary_at(all, int(*key), &mut t), Ok(Some(int(*value))));
        }
    }
}

#[test]
fn equal_numbers_of_other_kinds_are_found() {
    let mut t = turn();
    let (all, same) = (quick::new_hashed(class::SET, &mut t), quick::new_hashed(class::IDENTITY_SET, &mut t));
    for number in 1..=40 {
        for set in [all, same] {
            let added = Value::float(number as f64);
            assert_eq!(quick::add(set, added, &mut t), Ok(Some(added)));
        }
    }
    assert_eq!(quick::includes(all, int(7), &mut t), Ok(Some(crate::value::TRUE)));
    assert_eq!(quick::includes(same, int(7), &mut t), Ok(Some(crate::value::FALSE)));
    assert_eq!(quick::includes(all, int(41), &mut t), Ok(Some(crate::value::FALSE)));
}

#[test]
fn ordered_collections_are_queues_and_stacks() {
    let mut t = turn();
    let all = quick::new_ordered(&mut t);
    let mut model = VecDeque::new();
    for (i, number) in numbers(5000).enumerate() {
        let done = match number % 5 {
            0 => quick::remove_first(all, &mut t).map(|value| assert_eq!(value, model.pop_front().map(int))),
            1 => quick::remove_last(all, &mut t).map(|value| assert_eq!(value, model.pop_back().map(int))),
            _ => {
                model.push_back(i as i64);
                quick::add(all, int(i as i64), &mut t).map(|added| assert_eq!(added, Some(int(i as i64))))
            }
        };
        assert_eq!(done, Ok(()));
        assert_eq!(quick::first(all, &mut t), Ok(model.front().copied().map(int)));
        assert_eq!(quick::last(all, &mut t), Ok(model.back().copied().map(int)));
        assert_eq!(quick::size(all, &mut t), Ok(Some(int(model.len() as i64))));
        let index = number % 50;
        let expected = usize::try_from(index - 1).ok().and_then(|at| model.get(at).copied().map(int));
        assert_eq!(quick::ordered_at_index(all, index, &mut t), Ok(expected));
    }
}

#[test]
fn what_is_something_else_is_sent() {
    let mut t = turn();
    let text = t.string("text");
    for other in [NIL, int(5), text, Value::float(0.5), Value::class(class::ORDERED_COLLECTION)] {
        assert_eq!(quick::add(other, NIL, &mut t), Ok(None));
        assert_eq!(quick::remove_first(other, &mut t), Ok(None));
        assert_eq!(quick::first(other, &mut t), Ok(None));
        assert_eq!(quick::ordered_at_index(other, 1, &mut t), Ok(None));
        assert_eq!(quick::dictionary_at(other, int(1), &mut t), Ok(None));
        assert_eq!(quick::includes(other, int(1), &mut t), Ok(None));
    }
}
