//! Keeping to the memory budget: twins that were not used for longest are written down and dropped.
//!
//! The order is that of a clock: a hand goes round over all twins; one that was used since the hand's last
//! visit is left for another round. A twin leaves once its snapshot is durable, and not if it was written
//! to in the meantime.

use super::head::{Last, Residence};
use super::shard::{ROUND_BYTES, Shard};

/// The part of the budget that rows have in any case, however many ids there are.
const ROWS_AT_LEAST: usize = 8;

impl Shard {
    /// Bytes of memory of the shard's twins.
    pub fn memory(&self) -> usize {
        self.registry.memory() + self.slabs.memory() + self.heaps
    }

    /// Drops the twins that may leave, and chooses others while there is too much in memory.
    pub fn passivate(&mut self) {
        self.leave();
        let budget = self.world.options.memory as usize / self.share.count;
        let rows = budget.saturating_sub(self.registry.memory()).max(budget / ROWS_AT_LEAST);
        let used = self.slabs.memory() + self.heaps;
        let mut excess = used.saturating_sub(self.leaving_bytes + rows);
        if excess == 0 || self.is_read_only {
            return;
        }
        for _ in 0..2 * self.registry.len() {
            if excess == 0 || self.batch.len() > 2 * ROUND_BYTES {
                break;
            }
            self.hand = (self.hand + 1) % self.registry.len();
            excess = excess.saturating_sub(self.dismiss(self.hand));
        }
        self.leave();
    }

    /// Lets a twin go unless it was used of late; answers how many bytes that frees.
    fn dismiss(&mut self, number: u32) -> usize {
        let head = self.registry.head_mut(number);
        let Residence::Row(row) = head.residence() else {
            return 0;
        };
        if head.take_recent() || head.is_leaving() {
            return 0;
        }
        head.set_leaving(true);
        if !head.is_saved() {
            self.snapshot(number);
        }
        let bytes = self.bytes_of(row);
        self.leaving.push_back(number);
        self.leaving_bytes += bytes;
        bytes
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
            if head.is_saved() && !matches!(head.last(), Last::At(last) if last < durable) {
                break;
            }
            self.leaving.pop_front();
            let head = self.registry.head_mut(number);
            head.set_leaving(false);
            let is_saved = head.is_saved();
            let Residence::Row(row) = head.residence() else {
                continue;
            };
            self.leaving_bytes = self.leaving_bytes.saturating_sub(self.bytes_of(row));
            if is_saved {
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
