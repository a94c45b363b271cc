//! Keeping to the memory budget: twins that were not used for longest are written down and dropped, and the registry's
//! entries of those that sleep are let go once the index knows them.
//!
//! The order is that of a clock: a hand goes round over all twins; one that was used since the hand's last
//! visit is left for another round. A twin leaves once its last record is durable, which is a snapshot, or the first event behind
//! one; and not if it was written to in the meantime; its entry may leave once a sealed and indexed segment has its last record.

use super::head::{Last, Residence};
use super::job::Address;
use super::shard::{ROUND_BYTES, Shard};
use crate::journal::Position;

/// The part of the budget that rows have in any case, however many ids there are.
const ROWS_AT_LEAST: usize = 8;

/// Where rows have room enough the hand goes so far in a round to find entries that may go, and so far more for each that
/// was added: a round must not take longer because there are many twins.
const STEPS: u32 = 64;
const STEPS_EACH: u32 = 4;

impl Shard {
    /// Bytes of memory of the shard's twins.
    pub fn memory(&self) -> usize {
        self.registry.memory() + self.slabs.memory() + self.heaps
    }

    /// Drops the twins that may leave, and chooses others while there is too much in memory.
    pub fn passivate(&mut self) {
        self.leave();
        let added = self.registry.take_added();
        let budget = self.world.options.memory as usize / self.share.count;
        let (entries, rows) = (self.registry.used(), self.slabs.memory() + self.heaps);
        let staying = rows.saturating_sub(self.leaving_bytes);
        let room = budget.saturating_sub(entries).max(budget / ROWS_AT_LEAST);
        // What rows must give, and what rows and entries must.
        let (mut excess, mut all) = (staying.saturating_sub(room), (staying + entries).saturating_sub(budget));
        if (excess == 0 && all == 0) || self.is_read_only {
            return;
        }
        let covered = self.world.covered();
        let steps = match (excess, covered) {
            (0, Position::NONE) => 0,
            (0, _) => added.saturating_mul(STEPS_EACH).saturating_add(STEPS),
            _ => 2 * self.registry.len(),
        };
        for _ in 0..steps.min(2 * self.registry.len()) {
            if (excess == 0 && all == 0) || self.batch.len() > 2 * ROUND_BYTES {
                break;
            }
            self.hand = (self.hand + 1) % self.registry.len();
            let freed = match self.registry.head(self.hand).residence() {
                Residence::Row(row) if excess > 0 => self.dismiss(self.hand, row),
                Residence::Asleep(_) | Residence::Deleted(_) => self.let_go(self.hand, covered),
                _ => 0,
            };
            excess = excess.saturating_sub(freed);
            all = all.saturating_sub(freed);
        }
        self.leave();
    }

    /// Lets a twin go unless it was used of late; answers how many bytes that frees.
    fn dismiss(&mut self, number: u32, row: u32) -> usize {
        let head = self.registry.head_mut(number);
        if head.take_recent() || head.is_leaving() {
            return 0;
        }
        head.set_leaving(true);
        // One event more to read costs less than a snapshot to write.
        if !head.is_saved() && !head.is_near() {
            self.snapshot(number);
        }
        let bytes = self.bytes_of(row);
        self.leaving.push_back(number);
        self.leaving_bytes += bytes;
        bytes
    }

    /// Lets the entry of a twin without a row go, if the index knows the twin and it was not used of late; answers how
    /// many bytes that frees. One whose state could not be loaded stays, so that it is counted once.
    fn let_go(&mut self, number: u32, covered: Position) -> usize {
        let head = self.registry.head_mut(number);
        if head.take_recent() || head.is_leaving() || head.is_quarantined() {
            return 0;
        }
        let Last::At(last) = head.last() else { return 0 };
        if last >= covered {
            return 0;
        }
        // A record is longer than this.
        self.evicted = self.evicted.max(Position(last.0 + 1));
        let before = self.registry.used();
        self.registry.remove(number);
        before.saturating_sub(self.registry.used())
    }

    /// Lets the entry of a deleted twin go, if its last record is up to a position, where nothing is kept of it any more.
    pub fn forget(&mut self, address: &Address, until: Position) {
        if let Some(number) = self.registry.find(address.hash, &address.id) {
            let head = self.registry.head(number);
            let is_over = matches!(head.residence(), Residence::Deleted(_)) && matches!(head.last(), Last::At(last) if last <= until);
            if is_over {
                self.leaving.retain(|leaving| *leaving != number);
                self.registry.remove(number);
            }
        }
    }

    fn bytes_of(&mut self, row: u32) -> usize {
        self.slabs.at(row).map_or(0, |(_, slab, local)| slab.row_bytes() + slab.core(local).memory())
    }

    /// Drops the twins whose snapshots are durable.
    fn leave(&mut self) {
        if self.leaving.is_empty() {
            return;
        }
        let durable = self.durable();
        while let Some(&number) = self.leaving.front() {
            let head = self.registry.head(number);
            // One that was written to meanwhile was used as well.
            let is_on_disk = head.is_saved() || head.is_near() && !head.is_recent();
            if is_on_disk && !matches!(head.last(), Last::At(last) if last < durable) {
                break;
            }
            self.leaving.pop_front();
            let head = self.registry.head_mut(number);
            head.set_leaving(false);
            let Residence::Row(row) = head.residence() else {
                continue;
            };
            self.leaving_bytes = self.leaving_bytes.saturating_sub(self.bytes_of(row));
            if is_on_disk {
                let class = self.class_of(number);
                self.discard(row);
                let head = self.registry.head_mut(number);
                head.reside(Residence::Asleep(class));
                self.world.counters.passivations.add(1);
            }
        }
        if self.leaving.is_empty() {
            self.leaving_bytes = 0;
        }
    }
}
