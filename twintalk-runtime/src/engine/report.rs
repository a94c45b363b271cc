//! What a changed program means for the data that is there, told when it first starts over it.

use std::collections::HashMap;

use super::canon::Canon;
use super::world::{Class, Known};
use crate::tables::{Schema, SlotSchema};

/// A sentence for each twin class that has changed since the data was last written, and for each that is gone. `before` is how
/// many schemas the data had.
pub(super) fn changes(classes: &[Class], canon: &Canon, before: u32) -> Vec<String> {
    let mut told = HashMap::new();
    let sentences = classes.iter().filter_map(|class| match &class.known {
        None => Some(format!(
            "the data may hold twins of {name}, a class that the program does not have: they are refused until it is back, or the class \
             that it has become says `<formerly: #{name}>`",
            name = class.name
        )),
        Some(known) => {
            let mut differences = changed(class, known, canon, before)?;
            // What a superclass has told is said once.
            let inherited = known.info.superclass.and_then(|number| told.get(&number));
            let all = differences.clone();
            differences.retain(|difference| !inherited.is_some_and(|told: &Vec<String>| told.contains(difference)));
            told.insert(known.number, all);
            let migrates = known.migrate.map_or("", |_| "; its `migrateFrom:` runs before each twin's next message");
            let differences = differences.join("; ");
            (!differences.is_empty())
                .then(|| format!("{} has changed since the data was last written: {differences}{migrates}", class.name))
        }
    });
    sentences.collect()
}

/// What has changed of a class that the data meets in this form for the first time.
fn changed(class: &Class, known: &Known, canon: &Canon, before: u32) -> Option<Vec<String>> {
    if class.schema < before {
        return None;
    }
    let old = (0..before).rev().find(|schema| canon.class(*schema) == Some(known.number))?;
    let places = canon.places(known.number, old)?;
    let (old, new) = (canon.tables.schemas.get(old)?, canon.tables.schemas.get(class.schema)?);
    Some(differences(old, new, &places, known.migrate.is_some()))
}

/// What there is to say of a change; that a slot is new is no news.
fn differences(old: &Schema, new: &Schema, places: &[Option<usize>], migrates: bool) -> Vec<String> {
    let mut found = Vec::new();
    if old.class != new.class {
        found.push(format!("it was {}", old.class));
    }
    for (slot, place) in new.slots.iter().zip(places) {
        let name = &slot.name;
        let Some(was) = place.and_then(|place| old.slots.get(place)) else { continue };
        if was.name != *name {
            found.push(format!("`{name}` was `{}`", was.name));
        }
        if was.declared != slot.declared
            && let Some(declared) = &slot.declared
        {
            let way_out = if migrates { "" } else { ", so a twin that holds another value is refused" };
            found.push(format!("`{name}` was {} and is declared {declared}{way_out}", declaration(was)));
        }
    }
    let removed = old.slots.iter().enumerate().filter(|(index, _)| !places.contains(&Some(*index)));
    found.extend(removed.map(|(_, slot)| format!("`{}` is gone, but for the history", slot.name)));
    found
}

fn declaration(slot: &SlotSchema) -> String {
    slot.declared.as_ref().map_or_else(|| "not declared".to_owned(), |declared| format!("declared {declared}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(class: &str, slots: &[(&str, Option<&str>)]) -> Schema {
        let slot = |(name, declared): &(&str, Option<&str>)| SlotSchema { name: (*name).to_owned(), declared: declared.map(str::to_owned) };
        Schema { class: class.to_owned(), slots: slots.iter().map(slot).collect() }
    }

    #[test]
    fn what_matters_is_told() {
        let old = schema("Pump", &[("press", None), ("level", Some("Integer")), ("note", None)]);
        let new = schema("WaterPump", &[("added", None), ("pressure", None), ("level", Some("Float"))]);
        let found = differences(&old, &new, &[None, Some(0), Some(1)], false);
        let level = "`level` was declared Integer and is declared Float, so a twin that holds another value is refused";
        assert_eq!(found, ["it was Pump", "`pressure` was `press`", level, "`note` is gone, but for the history"]);
        let migrated = differences(&old, &new, &[None, Some(0), Some(1)], true);
        assert_eq!(migrated[2], "`level` was declared Integer and is declared Float");
        let grown = schema("Pump", &[("press", None), ("level", Some("Integer")), ("note", None), ("added", None)]);
        assert!(differences(&old, &grown, &[Some(0), Some(1), Some(2), None], false).is_empty());
    }
}
