//! What a method of the library leads to: the primitives it begins with, and the messages of its text.

use super::graph::{ALLOCATES, CALLS_BACK, COLLECTS, Facts, Graph, NUMBERS, Node};
use super::primitives::{CALL, COMPLETE, TAKE_NOTHING};
use super::receivers::{Cone, Run};
use crate::resolve::callees::Receiver;

/// What the primitives of OrderedCollection and Array ask their class, where a program may have its own idea of it.
const RESTS_ON: &[&str] = &[
    "addLast:",
    "at:",
    "at:put:",
    "errorImproperStore",
    "errorIndex:",
    "errorSubscriptBounds:",
    "isEmpty",
    "makeRoomAtFirst",
    "makeRoomAtLast",
    "setCapacity:",
    "size",
];

impl Graph<'_> {
    /// What a method of the library calls, and what it does itself.
    pub(super) fn library(&self, at: usize, this: Cone) -> (Vec<Node>, Facts) {
        let method = &self.module.library[at];
        if self.diverging.method(self.module, method, this) {
            return (Vec::new(), 0);
        }
        if let Some(primitive) = method.primitive.as_deref()
            && self.is_complete(primitive, this)
        {
            return (Vec::new(), if TAKE_NOTHING.contains(&primitive) { 0 } else { ALLOCATES });
        }
        let mut facts = match method.primitive.as_deref() {
            // The runtime lets nothing move while handlers run.
            Some("exception_signal") if self.diverging.resumes => ALLOCATES | CALLS_BACK,
            Some(name) if CALL.contains(&name) => COLLECTS | ALLOCATES | CALLS_BACK,
            Some(name) if !TAKE_NOTHING.contains(&name) => ALLOCATES,
            _ => 0,
        };
        if method.callees.loops {
            facts |= COLLECTS | ALLOCATES;
        }
        if method.callees.makes {
            facts |= ALLOCATES;
        }
        if method.callees.operators {
            facts |= NUMBERS;
        }
        let classes = &self.module.classes;
        let mut found = Vec::new();
        for step in method.callees.steps.iter().filter(|step| !self.diverging.step(self.module, step, this)) {
            for (receiver, selector) in &step.sent {
                let exactly = |class, class_side| Cone { class, class_side, exact: true };
                let callees = match receiver {
                    Receiver::This => self.message(this, *selector),
                    Receiver::Super => {
                        let next = classes.get(method.class).superclass;
                        let run = next.and_then(|class| self.module.understood.lookup(classes, class, method.class_side, *selector));
                        run.map(|(class, class_side)| self.run(Run { class, class_side, this }, *selector)).unwrap_or_default()
                    }
                    Receiver::Made if this.class_side => self.message(Cone { class_side: false, ..this }, *selector),
                    Receiver::Class(class) => self.message(exactly(*class, true), *selector),
                    Receiver::New(class) => self.message(exactly(*class, false), *selector),
                    Receiver::Made | Receiver::Any => self.selector(*selector),
                };
                found.extend(callees);
            }
        }
        (found, facts)
    }

    /// Whether a primitive does all that its method does for receivers of a cone, errors apart, which nothing resumes.
    fn is_complete(&self, primitive: &str, this: Cone) -> bool {
        let classes = &self.module.classes;
        let serves = |(name, class): &&(&str, &str)| *name == primitive && *class == classes.get(this.class).name;
        this.exact
            && !this.class_side
            && classes.is_library(this.class)
            && !self.diverging.resumes
            && COMPLETE.iter().any(|complete| serves(&complete))
            && !self.module.extends(RESTS_ON, &classes.get(this.class).name)
    }
}
