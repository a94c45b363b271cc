//! Lists: living twins in the order of their ids, those that the index knows and those that the registries know
//! better.
//!
//! ```text
//!  names of the index     a   b   c   d   e │ …      up to as many as are asked for, read by whoever asks
//!  registries of shards       b̶   c′    dd  │        what is newer: c was written to, dd was made, b deleted
//!  list                   a       c′  d dd e│        state from the shard that knows it, else from the journal
//! ```

use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::task::Poll;

use tokio::sync::oneshot;

use super::api::{Refusal, TwinState};
use super::head::Residence;
use super::job::{Address, Found, Job, Recorded, Reply};
use super::lookup::{Sleeper, is_of_twin, unavailable};
use super::shard::{Needs, Shard, shard_of};
use super::twins::{Twins, closed};
use super::view;
use crate::journal::Position;

/// After so many names others have their turn.
const STRIDE: usize = 4096;

/// Which twins of a shard are listed.
pub(super) struct Range {
    /// Those of this class only.
    pub class: Option<u16>,
    /// Those behind this id.
    pub after: Option<String>,
    /// Those up to this id.
    pub until: Option<String>,
    /// So many at most.
    pub limit: usize,
    /// What the index covered when it was asked for names.
    pub covered: Position,
    /// Those of them that are the shard's.
    pub names: Vec<Address>,
}

/// What a shard knows of a range.
pub(super) struct Listed {
    /// The first twins that its registry holds.
    pub found: Vec<(String, Found)>,
    /// Names of twins that it does not hold: the index knows their last records.
    pub elsewhere: Vec<Address>,
}

/// A stretch of the names that the index knows.
struct Page {
    covered: Position,
    /// Living twins by shard.
    names: Vec<Vec<Address>>,
    /// The last name that was looked at, unless that was all.
    until: Option<String>,
}

impl Twins {
    /// Up to `limit` living twins in the order of their ids, after one of them; those that cannot be read are
    /// left out.
    pub async fn list(&self, class: Option<&str>, after: Option<&str>, limit: usize) -> Result<Vec<TwinState>, Refusal> {
        let class = class.map(|class| self.class_named(class)).transpose()?;
        let living = self.living(class, after, limit).await?;
        let states = living.into_iter().filter_map(|(id, found)| match found {
            Found::Resident(state) => Some(state),
            Found::Asleep(recorded) => view::shown(self.world(), recorded, &id).ok(),
        });
        Ok(states.collect())
    }

    /// Up to `limit` living twins in the order of their ids, after one of them, each with its state or where that is; those
    /// whose last record cannot be read may be left out. The refusal says that the index cannot tell now.
    pub(super) async fn living(&self, class: Option<u16>, after: Option<&str>, limit: usize) -> Result<Vec<(String, Found)>, Refusal> {
        let mut after = after.map(str::to_owned);
        let mut living = Vec::new();
        while living.len() < limit {
            let page = self.page(class, after.as_deref(), limit - living.len()).await?;
            let until = page.until.clone();
            // Nothing, if what was asked of the index is known to have changed.
            if let Some(found) = self.listed(class, after.as_deref(), limit - living.len(), page).await? {
                living.extend(found);
                if until.is_none() {
                    break;
                }
                after = until;
            }
        }
        Ok(living)
    }

    /// The next names that the index knows.
    async fn page(&self, class: Option<u16>, after: Option<&str>, limit: usize) -> Result<Page, Refusal> {
        let world = self.world();
        let shards = self.shards().len();
        let mut page = Page { covered: Position::NONE, names: (0..shards).map(|_| Vec::new()).collect(), until: None };
        let Some(lookup) = &world.index else {
            return Ok(page);
        };
        let directory = lookup.directory();
        page.covered = directory.covered();
        let of_class = |&(&schema, _): &(&u32, &i64)| class.is_none_or(|class| world.class_of(schema) == class);
        let living: i64 = directory.living().iter().filter(of_class).map(|(_, living)| living).sum();
        let living = living.max(0) as usize;
        let (mut left, is_all) = (limit.min(living), living <= limit);
        if left == 0 {
            return Ok(page);
        }
        let failed = |error| {
            lookup.noted(&error);
            unavailable("the list", &error)
        };
        for (count, name) in (1..).zip(directory.names(after, false).map_err(failed)?) {
            let name = name.map_err(failed)?;
            if class.is_none_or(|class| world.class_of(name.schema) == class) {
                left -= 1;
                let address = self.address(&name.id);
                page.names[shard_of(address.hash, shards)].push(address);
            }
            if left == 0 {
                // After the last one that lives there is nothing to be looked at.
                page.until = (!is_all).then_some(name.id);
                break;
            }
            if count % STRIDE == 0 {
                others().await;
            }
        }
        Ok(page)
    }

    /// The first twins of a page and those that the shards know beside it, up to its end. Nothing if a shard has let go of
    /// what the index did not know yet when the page was made.
    async fn listed(
        &self,
        class: Option<u16>,
        after: Option<&str>,
        limit: usize,
        page: Page,
    ) -> Result<Option<Vec<(String, Found)>>, Refusal> {
        let mut all: Vec<(String, Found)> = Vec::new();
        for (shard, names) in self.shards().iter().zip(page.names) {
            let (after, until) = (after.map(str::to_owned), page.until.clone());
            let (reply, answer) = oneshot::channel();
            let range = Box::new(Range { class, after, until, limit, covered: page.covered, names });
            shard.send(Job::List { range, reply }).await.map_err(|_| closed())?;
            let Some(Listed { found, elsewhere }) = answer.await.map_err(|_| closed())?? else {
                return Ok(None);
            };
            all.extend(found);
            for Address { id, .. } in elsewhere {
                match self.world().look_up(&id) {
                    // It may have ended since.
                    Ok(sleeper) => all.extend(sleeper.filter(|sleeper| sleeper.lives).map(|sleeper| (id, self.asleep(&sleeper)))),
                    Err(error) if is_of_twin(&error) => {}
                    Err(error) => return Err(unavailable(&id, &error)),
                }
            }
        }
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        all.truncate(limit);
        Ok(Some(all))
    }

    fn asleep(&self, sleeper: &Sleeper) -> Found {
        Found::Asleep(Recorded { last: sleeper.last, class: self.world().class_of(sleeper.schema) })
    }
}

/// Lets other tasks of an executor go on.
async fn others() {
    let mut has_waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Shard {
    /// Answers the living twins with the lowest ids in a range, as far as the registry holds them.
    pub fn list(&mut self, range: Range, reply: Reply<Option<Listed>>) {
        if self.evicted > range.covered {
            return self.deliver(Needs::NOTHING, Ok(None), reply);
        }
        let mut elsewhere = range.names;
        elsewhere.retain(|name| self.registry.find(name.hash, &name.id).is_none());
        let mut lowest: BinaryHeap<(String, u32)> = BinaryHeap::new();
        for (number, head) in self.registry.heads() {
            if matches!(head.residence(), Residence::Deleted(_)) || range.class.is_some_and(|class| self.class_of(number) != class) {
                continue;
            }
            let id = self.registry.id_of(head);
            if range.after.as_deref().is_some_and(|after| *id <= *after) || range.until.as_deref().is_some_and(|until| *id > *until) {
                continue;
            }
            if lowest.len() < range.limit {
                lowest.push((id.to_owned(), number));
            } else if lowest.peek().is_some_and(|highest| *id < *highest.0) {
                lowest.pop();
                lowest.push((id.to_owned(), number));
            }
        }
        let mut needs = Needs::NOTHING;
        let found = lowest.into_sorted_vec().into_iter().map(|(id, number)| {
            needs = needs.and(self.registry.head(number).last());
            self.found(number).map(|found| (id, found))
        });
        let found = found.collect::<Result<_, _>>();
        let listed = found.map(|found| Some(Listed { found, elsewhere }));
        self.deliver(needs, listed, reply);
    }
}
