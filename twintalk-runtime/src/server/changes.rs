//! What an event changed, as JSON.
//!
//! A slot of a new value is that value: a number, a string, `true`, `null`, an array, `{"twin": id}`. Any other JSON object says what
//! became of it; the members that are there are to be done in this order, indices count from 1 and are written as names:
//!
//! | the slot holds | member | is |
//! |---|---|---|
//! | anything | `value` | the new value, where that is itself an object: a dictionary, an instance of another class |
//! | a sequence | `removed` | the elements removed, by the index each had before |
//! | | `inserted` | those inserted before others, by the index each has now |
//! | | `added` | an array of those added at the end |
//! | | `put` | those put in the place of others, by index |
//! | | `at` | what became of elements that are the same objects, by index: an object like this one |
//! | a dictionary, a bag | `removed` | an array of keys |
//! | | `put` | the new values by key; of a bag, counts by element |
//! | | `at` | what became of values that are the same objects, by key: an object like this one |
//! | a set | `removed`, `added` | arrays of elements |
//! | an instance of another class | `slots` | what became of its slots, by name, each as told here |

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::json::{Out, distinct, name};
use crate::{
    data::Data,
    engine::{Change, DictionaryChange, SequenceChange, SetChange},
};

/// A change on its way out.
pub struct ChangeOut<'a>(pub &'a Change);

impl Serialize for ChangeOut<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Change::Value(value @ (Data::Dictionary(_) | Data::Object { .. })) => to.collect_map([("value", Out::new(value))]),
            Change::Value(value) => Out::new(value).serialize(to),
            Change::Sequence(change) => sequence(change, to),
            Change::Dictionary(change) => dictionary(change, to),
            Change::Set(SetChange { removed, added }) => {
                let mut object = to.serialize_map(None)?;
                elements(&mut object, "removed", removed)?;
                elements(&mut object, "added", added)?;
                object.end()
            }
            Change::Slots(slots) => to.collect_map([("slots", Members(slots.iter().map(within).collect()))]),
        }
    }
}

fn sequence<S: Serializer>(change: &SequenceChange, to: S) -> Result<S::Ok, S::Error> {
    let SequenceChange { removed, inserted, added, put, at } = change;
    let mut object = to.serialize_map(None)?;
    members(&mut object, "removed", removed.iter().map(value))?;
    members(&mut object, "inserted", inserted.iter().map(value))?;
    elements(&mut object, "added", added)?;
    members(&mut object, "put", put.iter().map(value))?;
    members(&mut object, "at", at.iter().map(within))?;
    object.end()
}

fn dictionary<S: Serializer>(change: &DictionaryChange, to: S) -> Result<S::Ok, S::Error> {
    let DictionaryChange { removed, put, at } = change;
    let names: Vec<_> = put.iter().map(|(key, _)| name(key)).collect::<Result<_, _>>()?;
    distinct(put, &names)?;
    let keys: Vec<_> = at.iter().map(|(key, _)| name(key)).collect::<Result<_, _>>()?;
    let mut object = to.serialize_map(None)?;
    elements(&mut object, "removed", removed)?;
    members(&mut object, "put", names.iter().zip(put.iter().map(|(_, value)| Out::new(value))))?;
    members(&mut object, "at", keys.iter().zip(at.iter().map(|(_, change)| ChangeOut(change))))?;
    object.end()
}

fn value<K>((name, value): &(K, Data)) -> (&K, Out<'_>) {
    (name, Out::new(value))
}

fn within<K>((name, change): &(K, Change)) -> (&K, ChangeOut<'_>) {
    (name, ChangeOut(change))
}

/// Adds an array, unless it is empty.
fn elements<M: SerializeMap>(object: &mut M, name: &'static str, data: &[Data]) -> Result<(), M::Error> {
    let all: Vec<_> = data.iter().map(Out::new).collect();
    if all.is_empty() { Ok(()) } else { object.serialize_entry(name, &all) }
}

/// Adds an object, unless it is empty.
fn members<M: SerializeMap, K: Serialize, V: Serialize>(
    object: &mut M,
    name: &'static str,
    pairs: impl Iterator<Item = (K, V)>,
) -> Result<(), M::Error> {
    let all = Members(pairs.collect());
    if all.0.is_empty() { Ok(()) } else { object.serialize_entry(name, &all) }
}

/// Members of an object.
struct Members<K, V>(Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Members<K, V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
