//! The gate of a shard: nothing leaves before what it depends on is durable.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::api::Refusal;
use crate::journal::{Poisoned, Position};

/// Sends an answer on its way, or says why there is none.
pub(super) type Delivery = Box<dyn FnOnce(Result<(), Refusal>) + Send>;

/// Answers that wait for the journal.
pub(super) struct Outbox {
    state: Mutex<State>,
}

struct State {
    durable: Position,
    waiting: VecDeque<(Position, Delivery)>,
    /// Why nothing will become durable any more.
    failed: Option<String>,
}

impl Outbox {
    /// An empty outbox; everything below `durable` is.
    pub fn new(durable: Position) -> Self {
        Self { state: Mutex::new(State { durable, waiting: VecDeque::new(), failed: None }) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Delivers once the record at `needs` is durable; without one, at once.
    pub fn send(&self, needs: Position, delivery: Delivery) {
        let mut state = self.lock();
        if needs == Position::NONE || needs < state.durable {
            drop(state);
            delivery(Ok(()));
        } else if let Some(why) = state.failed.clone() {
            drop(state);
            delivery(Err(Refusal::Unavailable { why }));
        } else {
            state.waiting.push_back((needs, delivery));
        }
    }

    /// Takes in what became of a batch; answers whether it is durable.
    pub fn settle(&self, result: Result<Position, Poisoned>) -> bool {
        let is_durable = result.is_ok();
        match result {
            Ok(durable) => self.advance(durable),
            Err(poisoned) => self.fail(&poisoned.to_string()),
        }
        is_durable
    }

    /// Everything below `durable` is.
    fn advance(&self, durable: Position) {
        let mut state = self.lock();
        state.durable = state.durable.max(durable);
        if state.waiting.is_empty() {
            return;
        }
        let durable = state.durable;
        let mut ready = Vec::new();
        let mut left = VecDeque::with_capacity(state.waiting.len());
        for (needs, delivery) in state.waiting.drain(..) {
            if needs < durable {
                ready.push(delivery);
            } else {
                left.push_back((needs, delivery));
            }
        }
        state.waiting = left;
        drop(state);
        for delivery in ready {
            delivery(Ok(()));
        }
    }

    /// Nothing more will become durable.
    pub fn fail(&self, why: &str) {
        let mut state = self.lock();
        let why = state.failed.get_or_insert_with(|| why.to_owned()).clone();
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for (_, delivery) in waiting {
            delivery(Err(Refusal::Unavailable { why: why.clone() }));
        }
    }

    /// Delivers what a round has to say, in order.
    pub fn send_all(&self, parcels: impl Iterator<Item = (Position, Delivery)>) {
        let durable = self.durable();
        for (needs, delivery) in parcels {
            // Most need nothing, or what is durable already: a look at the state is enough for all of them.
            if needs == Position::NONE || needs < durable {
                delivery(Ok(()));
            } else {
                self.send(needs, delivery);
            }
        }
    }

    /// Why nothing will become durable any more, if that is so.
    pub fn failed(&self) -> Option<String> {
        self.lock().failed.clone()
    }

    /// The end of what is known to be durable.
    pub fn durable(&self) -> Position {
        self.lock().durable
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn waits_for_the_record_and_no_longer() {
        let outbox = Arc::new(Outbox::new(Position(64)));
        let (told, results) = channel();
        let deliver = |name: &'static str| -> Delivery {
            let told = told.clone();
            Box::new(move |result| {
                let _ = told.send((name, result.is_ok()));
            })
        };
        outbox.send(Position(56), deliver("durable"));
        outbox.send(Position(128), deliver("late"));
        outbox.send(Position(64), deliver("soon"));
        assert_eq!(results.try_iter().collect::<Vec<_>>(), [("durable", true)]);
        outbox.settle(Ok(Position(72)));
        assert_eq!(results.try_iter().collect::<Vec<_>>(), [("soon", true)]);
        outbox.fail("the disk is gone");
        outbox.send(Position(128), deliver("never"));
        outbox.send(Position(8), deliver("before"));
        assert_eq!(results.try_iter().collect::<Vec<_>>(), [("late", false), ("never", false), ("before", true)]);
    }
}
