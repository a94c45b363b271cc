//! Where what is kept of a twin's history begins.

use super::api::Refusal;
use super::chain::{Broken, Chain, Link};
use super::job::Recorded;
use super::world::World;
use crate::journal::{Position, Reader};

/// The first of a twin's records that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    /// The first sequence of which the state can be read.
    pub state: u64,
    /// The first event that can be.
    pub event: u64,
    /// Whether there were events before.
    pub is_cut: bool,
}

impl Beginning {
    /// Of the history that ends with a record.
    pub fn of(world: &World, reader: &Reader, id: &str, recorded: Recorded) -> Result<Self, Broken> {
        // The index is there already, or very near.
        let near = oldest_indexed(world, reader, id, recorded.last).unwrap_or(recorded.last);
        let mut beginning = Self { state: 0, event: 0, is_cut: false };
        for link in Chain::new(reader, near) {
            let (_, link) = link?;
            let is_cut = link.previous() != Position::NONE;
            beginning = match link {
                Link::Event(event) => Self { state: event.sequence, event: event.sequence, is_cut },
                Link::Snapshot(state) | Link::Base(state) => Self { state: state.sequence, event: state.sequence + 1, is_cut },
            };
        }
        Ok(beginning)
    }

    /// The refusal of a state before it.
    pub fn refusal(self, id: &str) -> Refusal {
        match self.is_cut {
            true => Refusal::PastNotKept { id: id.to_owned(), first: self.state },
            false => Refusal::NoSuchTwin { id: id.to_owned() },
        }
    }
}

/// The twin's oldest record that the index leads to.
fn oldest_indexed(world: &World, reader: &Reader, id: &str, last: Position) -> Option<Position> {
    let lookup = world.index.as_ref()?;
    let directory = lookup.directory();
    let mut oldest = None;
    for stretch in directory.history(reader, id, last, 0) {
        match stretch.and_then(|stretch| stretch.position(0)) {
            Ok(position) => oldest = Some(position),
            Err(error) => {
                lookup.noted(&error);
                break;
            }
        }
    }
    oldest
}
