//! What a changed program means for the data that is there, told when it first starts over it.

use super::canon::Canon;
use super::world::{Class, Known};
use crate::tables::{Schema, SlotSchema};

/// A sentence for each twin class that has changed since the data was last written, and for each that is gone. `before` is how
/// many schemas the data had.
pub(super) fn changes(classes: &[Class], canon: &Canon, before: u32) -> Vec<String> {
    let sentences = classes.iter().filter_map(|class| match &class.known {
        None => Some(format!(
            "the data may hold twins of {name}, a class that the program does not have: they are refused until it is back, or the class \
             that it has become says `<formerly: #{name}>`",
            name = class.name
        )),
        Some(known) => changed(class, known, canon, before),
    });
    sentences.collect()
}

fn changed(class: &Class, known: &Known, canon: &Canon, before: u32) -> Option<String> {
    if class.schema < before {
        // The data has met this form of the class already.
        return None;
    }
    let old = (0..before).rev().find(|schema| canon.class(*schema) == Some(known.number))?;
    let places = canon.places(known.number, old)?;
    let (old, new) = (canon.tables.schemas.get(old)?, canon.tables.schemas.get(class.schema)?);
    let differences = differences(old, new, &places, known.migrate.is_some());
    if differences.is_empty() {
        return None;
    }
    let migrates = known.migrate.map_or("", |_| "; its `migrateFrom:` runs before each twin's next message");
    Some(format!("{} has changed since the data was last written: {}{migrates}", class.name, differences.join("; ")))
}

fn differences(old: &Schema, new: &Schema, places: &[Option<usize>], migrates: bool) -> Vec<String> {
    let mut found = Vec::new();
    if old.class != new.class {
        found.push(format!("it was {}", old.class));
    }
    for (slot, place) in new.slots.iter().zip(places) {
        let name = &slot.name;
        let Some(was) = place.and_then(|place| old.slots.get(place)) else {
            found.push(format!("`{name}` is new"));
            continue;
        };
        if was.name != *name {
            found.push(format!("`{name}` was `{}`", was.name));
        }
        if was.declared != slot.declared
            && let Some(declared) = &slot.declared
        {
            let way_out = if migrates { "" } else { ", and a twin that holds another value is refused" };
            found.push(format!("`{name}` was {} and is declared {declared}{way_out}", declaration(was)));
        }
    }
    let kept = |index: usize| places.contains(&Some(index));
    let removed = old.slots.iter().enumerate().filter(|(index, _)| !kept(*index));
    found.extend(removed.map(|(_, slot)| format!("`{}` is gone, and stays in the history", slot.name)));
    found
}

fn declaration(slot: &SlotSchema) -> String {
    slot.declared.as_ref().map_or_else(|| "not declared".to_owned(), |declared| format!("declared {declared}"))
}
