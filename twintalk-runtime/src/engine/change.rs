//! What an event changed, in readable form.

use crate::data::Data;

/// What became of a value: of a slot, or of something within it.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is another value now: a number, a string, a collection that took the place of another one.
    Value(Data),
    /// It is the same sequence (an Array, an OrderedCollection, a ByteArray) with other elements.
    Sequence(SequenceChange),
    /// It is the same dictionary with other entries, or the same bag, whose entries are its elements with their counts.
    Dictionary(DictionaryChange),
    /// It is the same set with other elements.
    Set(SetChange),
    /// It is the same object of any other class; slots of it changed.
    Slots(Vec<(String, Change)>),
}

/// What became of a sequence, in the order in which it is to be done. Indices start at 1 and ascend.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SequenceChange {
    /// What was removed: the index it had before all this, and the value.
    pub removed: Vec<(usize, Data)>,
    /// What was inserted before other elements: the index it has now, and the value.
    pub inserted: Vec<(usize, Data)>,
    /// What was added at the end.
    pub added: Vec<Data>,
    /// What was put in the place of another element: the index it has now, and the value.
    pub put: Vec<(usize, Data)>,
    /// Elements that are the same objects with another content: the index each has now, and what became of it.
    pub at: Vec<(usize, Change)>,
}

/// What became of a dictionary, in the order in which it is to be done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DictionaryChange {
    /// Keys that were removed.
    pub removed: Vec<Data>,
    /// Keys and their new values. A key that was not there comes after the others.
    pub put: Vec<(Data, Data)>,
    /// Values that are the same objects with another content: their keys, and what became of them.
    pub at: Vec<(Data, Change)>,
}

/// What became of a set, in the order in which it is to be done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetChange {
    /// Elements that were removed.
    pub removed: Vec<Data>,
    /// Elements that were added.
    pub added: Vec<Data>,
}

impl Change {
    /// The value after the change, given the one before; nothing if that is not what was changed.
    ///
    /// ```
    /// use twintalk_runtime::Data;
    /// use twintalk_runtime::engine::{Change, SequenceChange};
    ///
    /// let change = Change::Sequence(SequenceChange { added: vec![31.5.into()], ..SequenceChange::default() });
    /// let before = Data::Array(vec![30.0.into()]);
    /// assert_eq!(change.apply(&before), Some(Data::Array(vec![30.0.into(), 31.5.into()])));
    /// assert_eq!(change.apply(&Data::Nil), None);
    /// ```
    #[must_use]
    pub fn apply(&self, before: &Data) -> Option<Data> {
        match (self, before) {
            (Self::Value(value), _) => Some(value.clone()),
            (Self::Sequence(change), Data::Array(elements)) => change.apply(elements.clone()).map(Data::Array),
            (Self::Sequence(change), Data::ByteArray(bytes)) => {
                let elements = bytes.iter().map(|&byte| Data::Integer(byte.into())).collect();
                let byte = |element| match element {
                    Data::Integer(integer) => u8::try_from(integer).ok(),
                    _ => None,
                };
                change.apply(elements)?.into_iter().map(byte).collect::<Option<_>>().map(Data::ByteArray)
            }
            (Self::Dictionary(change), Data::Dictionary(pairs)) => change.apply(pairs.clone()).map(Data::Dictionary),
            (Self::Set(change), Data::Array(elements)) => change.apply(elements.clone()).map(Data::Array),
            (Self::Slots(changes), Data::Object { class, slots }) => {
                let mut slots = slots.clone();
                for (name, change) in changes {
                    let (_, value) = slots.iter_mut().find(|(slot, _)| slot == name)?;
                    *value = change.apply(value)?;
                }
                Some(Data::Object { class: class.clone(), slots })
            }
            _ => None,
        }
    }
}

impl SequenceChange {
    fn apply(&self, mut elements: Vec<Data>) -> Option<Vec<Data>> {
        for (index, _) in self.removed.iter().rev() {
            let place = index.checked_sub(1).filter(|&place| place < elements.len())?;
            elements.remove(place);
        }
        for (index, value) in &self.inserted {
            let place = index.checked_sub(1).filter(|&place| place <= elements.len())?;
            elements.insert(place, value.clone());
        }
        elements.extend(self.added.iter().cloned());
        for (index, value) in &self.put {
            *elements.get_mut(index.checked_sub(1)?)? = value.clone();
        }
        for (index, change) in &self.at {
            let element = elements.get_mut(index.checked_sub(1)?)?;
            *element = change.apply(element)?;
        }
        Some(elements)
    }
}

impl DictionaryChange {
    fn apply(&self, mut pairs: Vec<(Data, Data)>) -> Option<Vec<(Data, Data)>> {
        for key in &self.removed {
            let place = pairs.iter().position(|(other, _)| other == key)?;
            pairs.remove(place);
        }
        for (key, value) in &self.put {
            match pairs.iter_mut().find(|(other, _)| other == key) {
                Some((_, old)) => *old = value.clone(),
                None => pairs.push((key.clone(), value.clone())),
            }
        }
        for (key, change) in &self.at {
            let (_, value) = pairs.iter_mut().find(|(other, _)| other == key)?;
            *value = change.apply(value)?;
        }
        Some(pairs)
    }
}

impl SetChange {
    fn apply(&self, mut elements: Vec<Data>) -> Option<Vec<Data>> {
        for element in &self.removed {
            let place = elements.iter().position(|other| other == element)?;
            elements.remove(place);
        }
        elements.extend(self.added.iter().cloned());
        Some(elements)
    }
}
