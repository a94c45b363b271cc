//! A disk in memory that fails on demand.
//!
//! It tells apart what the operating system has (its cache) and what the disk has. A power failure
//! keeps an arbitrary choice of the sectors written since the last sync, some of them torn, and an
//! arbitrary part of the names changed since the last sync of the directory: see [`Survival`].
//!
//! A disk that is told to [`record`](Disk::record) keeps what it was like after each operation, so that one
//! run shows what a crash after every one of them leaves behind.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use super::files::{File, Files, Lock, Region, Space};

mod node;
mod survival;

use node::Node;
pub use survival::{Random, Survival};

/// What was asked of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    List,
    Create,
    Open,
    Rename,
    Remove,
    SyncNames,
    Read,
    Write,
    Allocate,
    Truncate,
    Sync,
    Map,
}

/// What goes wrong at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and nothing after it.
    Crash,
    /// It answers an error; a write is half done, and what a sync should have written counts as written.
    Error,
    /// So does it, and all after it: the disk is full, or gone.
    Broken,
}

/// A handle on the disk; clones are the same disk.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    nodes: Vec<Arc<Node>>,
    names: BTreeMap<String, usize>,
    /// The names on the disk, then after each change since.
    names_on_disk: Vec<BTreeMap<String, usize>>,
    operations: Vec<Operation>,
    fault: Option<(usize, Fault)>,
    /// How many bytes all files may have.
    capacity: Option<usize>,
    locked: Arc<()>,
    /// The disk before each operation, if that is recorded.
    trace: Option<Vec<Disk>>,
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// All that was asked so far.
    pub fn operations(&self) -> Vec<Operation> {
        self.state().operations.clone()
    }

    /// Keeps what the disk is like before each operation from now on; to be called before the first.
    pub fn record(&self) {
        self.state().trace.get_or_insert_default();
    }

    /// The disk after no operation, after one, and so on.
    pub fn trace(&self) -> Vec<Self> {
        let state = self.state();
        let now = state.copy();
        state.trace.iter().flatten().cloned().chain([now]).collect()
    }

    /// Lets the operation number `at` from now on fail.
    pub fn fail(&self, at: usize, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.operations.len() + at, fault));
    }

    /// Limits what all files may hold.
    pub fn limit(&self, bytes: Option<usize>) {
        self.state().capacity = bytes;
    }

    /// The names and contents of all files, as the operating system has them.
    pub fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let state = self.state();
        state.names.iter().map(|(name, &node)| (name.clone(), state.nodes[node].cache.clone())).collect()
    }

    /// Inverts a bit of a file, on the disk and in the cache.
    pub fn flip(&self, name: &str, offset: usize, bit: u32) {
        let mut state = self.state();
        let node = state.names[name];
        let node = state.node(node);
        for bytes in [&mut node.cache, &mut node.disk] {
            if let Some(byte) = bytes.get_mut(offset) {
                *byte ^= 1 << bit;
            }
        }
    }

    /// Replaces bytes of a file, on the disk and in the cache.
    pub fn overwrite(&self, name: &str, offset: usize, bytes: &[u8]) {
        let mut state = self.state();
        let node = state.names[name];
        let node = state.node(node);
        for target in [&mut node.cache, &mut node.disk] {
            if let Some(target) = target.get_mut(offset..offset + bytes.len()) {
                target.copy_from_slice(bytes);
            }
        }
    }

    /// The disk after the process ended: what the operating system had is there.
    pub fn after_exit(&self) -> Self {
        let state = self.state();
        Self(Arc::new(Mutex::new(State {
            nodes: state.nodes.iter().map(Node::without_maps).collect(),
            names: state.names.clone(),
            names_on_disk: state.names_on_disk.clone(),
            ..State::default()
        })))
    }

    /// The disk after the power failed, with an arbitrary choice of what was not synced.
    pub fn after_power_failure(&self, random: &mut Random) -> Self {
        self.after(Survival::Random(random))
    }

    /// The disk after the power failed.
    pub fn after(&self, mut survival: Survival<'_>) -> Self {
        let state = self.state();
        let names = match &mut survival {
            Survival::Nothing => state.names_on_disk.first(),
            Survival::Random(random) => state.names_on_disk.get(random.below(state.names_on_disk.len())),
            _ => state.names_on_disk.last(),
        };
        let names = names.cloned().unwrap_or_default();
        let mut sector = 0;
        let nodes = state.nodes.iter().map(|node| Arc::new(node.after(&mut survival, &mut sector))).collect();
        let names_on_disk = vec![names.clone()];
        Self(Arc::new(Mutex::new(State { nodes, names, names_on_disk, ..State::default() })))
    }

    /// How many sectors were written since the last sync.
    pub fn sectors(&self) -> usize {
        let state = self.state();
        state.nodes.iter().map(|node| node.sectors()).sum()
    }

    /// Counts an operation; answers an error if it fails, and whether it is still to be half done.
    fn begin(&self, operation: Operation) -> (MutexGuard<'_, State>, io::Result<()>) {
        let mut state = self.state();
        let now = state.operations.len();
        if state.trace.is_some() {
            let copy = state.copy();
            state.trace.get_or_insert_default().push(copy);
        }
        state.operations.push(operation);
        let result = match state.fault {
            Some((at, Fault::Crash)) if now > at => Err(io::Error::other("crashed")),
            Some((at, Fault::Error)) if now == at => Err(io::Error::other("injected")),
            Some((at, Fault::Broken)) if now >= at => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        };
        (state, result)
    }

    fn change_names(&self, operation: Operation, change: impl FnOnce(&mut State) -> io::Result<()>) -> io::Result<()> {
        let (mut state, result) = self.begin(operation);
        result?;
        if state.names_on_disk.is_empty() {
            state.names_on_disk.push(BTreeMap::new());
        }
        change(&mut state)?;
        let names = state.names.clone();
        state.names_on_disk.push(names);
        Ok(())
    }
}

impl State {
    fn node(&mut self, number: usize) -> &mut Node {
        Arc::make_mut(&mut self.nodes[number])
    }

    /// The same disk, which nobody uses. What is not written to is shared.
    fn copy(&self) -> Disk {
        let (nodes, names, names_on_disk) = (self.nodes.clone(), self.names.clone(), self.names_on_disk.clone());
        Disk(Arc::new(Mutex::new(Self { nodes, names, names_on_disk, ..Self::default() })))
    }
}

/// An open file of the disk.
struct Handle {
    disk: Disk,
    node: usize,
}

impl Files for Disk {
    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("disk").join(name)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let (state, result) = self.begin(Operation::List);
        result.map(|()| state.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn File>> {
        let mut number = 0;
        self.change_names(Operation::Create, |state| {
            number = state.nodes.len();
            state.nodes.push(Arc::default());
            state.names.insert(name.to_owned(), number);
            Ok(())
        })?;
        Ok(Box::new(Handle { disk: self.clone(), node: number }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn File>> {
        let (state, result) = self.begin(Operation::Open);
        result?;
        let node = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Handle { disk: self.clone(), node }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change_names(Operation::Rename, |state| {
            let node = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
            state.names.insert(to.to_owned(), node);
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.change_names(Operation::Remove, |state| state.names.remove(name).map(|_| ()).ok_or(io::ErrorKind::NotFound.into()))
    }

    fn sync(&self) -> io::Result<()> {
        let (mut state, result) = self.begin(Operation::SyncNames);
        result?;
        state.names_on_disk = vec![state.names.clone()];
        Ok(())
    }

    fn space(&self) -> io::Result<Space> {
        let state = self.state();
        let used: usize = state.names.values().map(|&number| state.nodes[number].cache.len()).sum();
        let total = state.capacity.unwrap_or(1 << 40);
        Ok(Space { free: total.saturating_sub(used) as u64, total: total as u64 })
    }

    fn lock(&self) -> io::Result<Option<Lock>> {
        let locked = Arc::clone(&self.state().locked);
        Ok(if Arc::strong_count(&locked) == 2 { Some(locked) } else { None })
    }
}

impl File for Handle {
    fn length(&self) -> io::Result<u64> {
        let (state, result) = self.disk.begin(Operation::Read);
        result.map(|()| state.nodes[self.node].cache.len() as u64)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let (state, result) = self.disk.begin(Operation::Read);
        result?;
        let bytes = state.nodes[self.node].cache.get(offset as usize..).and_then(|rest| rest.get(..into.len()));
        into.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Write);
        let done = match (&result, &state.fault) {
            (Ok(()), _) => bytes,
            (Err(_), Some((at, Fault::Error | Fault::Broken))) if state.operations.len() == at + 1 => &bytes[..bytes.len() / 2],
            _ => &[],
        };
        state.node(self.node).write(offset as usize, done);
        result
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Allocate);
        result?;
        let used: usize = state.names.values().map(|&node| state.nodes[node].cache.len()).sum();
        if state.capacity.is_some_and(|capacity| used + length as usize > capacity) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.node(self.node).cache.resize(length as usize, 0);
        Ok(())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Truncate);
        result?;
        state.node(self.node).cache.truncate(length as usize);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Sync);
        let crashed = matches!(state.fault, Some((_, Fault::Crash)));
        let node = state.node(self.node);
        match &result {
            Ok(()) => node.sync(),
            // The operating system gave up on the pages, and thinks of them as clean.
            Err(_) if !crashed => node.forget(),
            Err(_) => {}
        }
        result
    }

    fn map(&self, length: usize) -> io::Result<Arc<Region>> {
        let region = Arc::new(Region::anonymous(length)?);
        let (mut state, result) = self.disk.begin(Operation::Map);
        result?;
        let node = state.node(self.node);
        node.map(&region);
        Ok(region)
    }
}
