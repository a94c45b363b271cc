//! The twin classes of the program, described for those who send to them.

use super::Twins;
use super::api::{ClassDescription, SlotDescription};

impl Twins {
    /// The twin classes of the program.
    pub fn classes(&self) -> Vec<ClassDescription> {
        let world = self.world();
        let known = world.classes.iter().filter_map(|class| class.known.as_ref());
        let descriptions = known.map(|known| {
            let info = known.info;
            let superclass = info.superclass.and_then(|number| super::names::classes(world.program).nth(number as usize));
            let mut messages: Vec<String> = known.external.keys().map(|&text| text.to_owned()).collect();
            messages.sort_unstable();
            ClassDescription {
                name: info.name.to_owned(),
                superclass: superclass.map(|info| info.name.to_owned()),
                slots: info
                    .slots
                    .iter()
                    .map(|slot| SlotDescription { name: slot.name.to_owned(), declared: slot.declared.map(str::to_owned) })
                    .collect(),
                messages,
                source: info.source.to_owned(),
            }
        });
        descriptions.collect()
    }
}
