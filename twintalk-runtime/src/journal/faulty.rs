//! A disk in memory that fails on demand.
//!
//! It tells apart what the operating system has (its cache) and what the disk has. A power failure
//! keeps an arbitrary choice of the sectors written since the last sync, some of them torn, and an
//! arbitrary part of the names changed since the last sync of the directory.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use super::files::{File, Files, Lock, Region};

const SECTOR: usize = 512;

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
}

/// What goes wrong at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and nothing after it.
    Crash,
    /// It answers an error; a write is half done, and what a sync should have written counts as written.
    Error,
}

/// A handle on the disk; clones are the same disk.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    nodes: Vec<Node>,
    names: BTreeMap<String, usize>,
    /// The names on the disk, then after each change since.
    names_on_disk: Vec<BTreeMap<String, usize>>,
    operations: Vec<Operation>,
    fault: Option<(usize, Fault)>,
    /// How many bytes all files may have.
    capacity: Option<usize>,
    locked: Arc<()>,
}

#[derive(Default)]
struct Node {
    cache: Vec<u8>,
    disk: Vec<u8>,
    dirty: Vec<Range<usize>>,
    maps: Vec<Weak<Region>>,
}

/// A small deterministic source of choices.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// All that was asked so far.
    pub fn operations(&self) -> Vec<Operation> {
        self.state().operations.clone()
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
        let node = &mut state.nodes[node];
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
        let node = &mut state.nodes[node];
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

    /// The disk after the power failed.
    pub fn after_power_failure(&self, random: &mut Random) -> Self {
        let state = self.state();
        let names = match state.names_on_disk.len() {
            0 => BTreeMap::new(),
            choices => state.names_on_disk[random.below(choices)].clone(),
        };
        let nodes = state.nodes.iter().map(|node| node.after_power_failure(random)).collect();
        let names_on_disk = vec![names.clone()];
        Self(Arc::new(Mutex::new(State { nodes, names, names_on_disk, ..State::default() })))
    }

    /// Counts an operation; answers an error if it fails, and whether it is still to be half done.
    fn begin(&self, operation: Operation) -> (MutexGuard<'_, State>, io::Result<()>) {
        let mut state = self.state();
        let now = state.operations.len();
        state.operations.push(operation);
        let result = match state.fault {
            Some((at, Fault::Crash)) if now > at => Err(io::Error::other("crashed")),
            Some((at, Fault::Error)) if now == at => Err(io::Error::other("injected")),
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

impl Node {
    fn without_maps(&self) -> Self {
        Self { cache: self.cache.clone(), disk: self.disk.clone(), dirty: self.dirty.clone(), maps: Vec::new() }
    }

    fn after_power_failure(&self, random: &mut Random) -> Self {
        let mut bytes = self.disk.clone();
        if random.below(2) == 0 {
            bytes.resize(self.cache.len(), 0);
        }
        for range in &self.dirty {
            for sector in range.start / SECTOR..range.end.div_ceil(SECTOR) {
                let kept = match random.below(4) {
                    0 => 0,
                    1 => random.below(SECTOR),
                    _ => SECTOR,
                };
                let start = range.start.max(sector * SECTOR);
                let end = range.end.min(sector * SECTOR + kept).min(bytes.len()).min(self.cache.len());
                if start < end {
                    bytes[start..end].copy_from_slice(&self.cache[start..end]);
                }
            }
        }
        Self { cache: bytes.clone(), disk: bytes, ..Self::default() }
    }

    /// Only what is dirty goes to the disk.
    fn sync(&mut self) {
        self.disk.resize(self.cache.len(), 0);
        for range in self.dirty.drain(..) {
            let range = range.start.min(self.cache.len())..range.end.min(self.cache.len());
            self.disk[range.clone()].copy_from_slice(&self.cache[range]);
        }
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        self.cache.resize(self.cache.len().max(end), 0);
        self.cache[offset..end].copy_from_slice(bytes);
        self.dirty.push(offset..end);
        for region in self.maps.iter().filter_map(Weak::upgrade) {
            if end <= region.capacity() {
                region.write(offset, bytes);
            }
        }
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
            state.nodes.push(Node::default());
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
            (Err(_), Some((_, Fault::Error))) => &bytes[..bytes.len() / 2],
            _ => &[],
        };
        state.nodes[self.node].write(offset as usize, done);
        result
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Allocate);
        result?;
        let used: usize = state.names.values().map(|&node| state.nodes[node].cache.len()).sum();
        if state.capacity.is_some_and(|capacity| used + length as usize > capacity) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.nodes[self.node].cache.resize(length as usize, 0);
        Ok(())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Truncate);
        result?;
        state.nodes[self.node].cache.truncate(length as usize);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let (mut state, result) = self.disk.begin(Operation::Sync);
        let crashed = matches!(state.fault, Some((_, Fault::Crash)));
        let node = &mut state.nodes[self.node];
        match &result {
            Ok(()) => node.sync(),
            // The operating system gave up on the pages, and thinks of them as clean.
            Err(_) if !crashed => node.dirty.clear(),
            Err(_) => {}
        }
        result
    }

    fn map(&self, length: usize) -> io::Result<Arc<Region>> {
        let region = Arc::new(Region::anonymous(length)?);
        let mut state = self.disk.state();
        let node = &mut state.nodes[self.node];
        region.write(0, &node.cache[..length.min(node.cache.len())]);
        node.maps.push(Arc::downgrade(&region));
        Ok(region)
    }
}
