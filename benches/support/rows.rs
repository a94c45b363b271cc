//! Twins in the hands of the host, found by their id: no queue, no journal.

use std::collections::HashMap;
use std::hash::Hash;

use twintalk_runtime::generated::{Answer, Row, SELF};
use twintalk_runtime::{Turn, Value, library};

/// Twins of one class in rows, and which id has which.
pub struct Rows<Id, R> {
    rows: Vec<R>,
    ids: HashMap<Id, u32>,
}

impl<Id: Hash + Eq, R: Row> Rows<Id, R> {
    /// No twins, with room for some.
    pub fn with_capacity(twins: usize) -> Self {
        Self { rows: Vec::with_capacity(twins), ids: HashMap::with_capacity(twins) }
    }

    /// Makes a twin: a row, its `initialize`, its place in the table. Answers its number.
    pub fn create(&mut self, id: Id, t: &mut Turn) -> u32 {
        let mut row = R::default();
        let made = t.transact(&mut row, |t| t.send(library::selector::INITIALIZE, SELF, &[]));
        made.expect("it initializes");
        self.add(id, row)
    }

    /// Makes a twin of another one's state.
    pub fn clone_twin(&mut self, original: &Id, id: Id) -> u32 {
        let row = self.rows[self.ids[original] as usize].clone();
        self.add(id, row)
    }

    fn add(&mut self, id: Id, row: R) -> u32 {
        let number = self.rows.len() as u32;
        self.rows.push(row);
        self.ids.insert(id, number);
        number
    }

    /// The twin of an id.
    #[inline]
    pub fn get(&mut self, id: &Id) -> Option<&mut R> {
        self.ids.get(id).map(|&number| &mut self.rows[number as usize])
    }

    /// Runs a turn of a twin; whether it succeeded.
    #[inline]
    pub fn turn(&mut self, id: &Id, t: &mut Turn, f: impl FnOnce(&mut Turn) -> Answer) -> bool {
        let Some(row) = self.get(id) else { return false };
        t.transact(row, f).is_ok()
    }

    /// Sends a message with one argument.
    #[inline]
    pub fn send(&mut self, id: &Id, selector: u32, argument: f64, t: &mut Turn) -> bool {
        self.turn(id, t, |t| t.send(selector, SELF, &[Value::float(argument)]))
    }

    /// The same to the twin of a number, as [`create`](Self::create) answers it.
    #[inline]
    pub fn send_at(&mut self, number: u32, selector: u32, argument: f64, t: &mut Turn) -> bool {
        let row = &mut self.rows[number as usize];
        t.transact(row, |t| t.send(selector, SELF, &[Value::float(argument)])).is_ok()
    }

    /// How many twins there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }
}
