//! The table of everything the compiler says: sentence, label and help of each finding.

use crate::diagnostics::Severity::{self, Error, Warning};

/// A finding by kind, with the names its texts need.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    UnknownVariable { name: String, nearest: Option<String> },
    UnknownSuperclass { class: String, superclass: String, nearest: Option<String> },
    ClassDefinedTwice { name: String },
    MethodDefinedTwice { class: String, selector: String },
    SuperclassCycle { path: String },
    UnknownClassOfMethod { class: String, nearest: Option<String> },
    SlotDefinedTwice { class: String, name: String },
    AssignmentToArgument { name: String },
    AssignmentToPseudoVariable { name: String },
    AssignmentToClass { name: String },
    ThisContext,
    Become { selector: String },
    UnknownType { name: String, nearest: Option<String> },
    NotUnderstood { selector: String, nearest: Option<String> },
    UnusedTemporary { name: String },
    UnreachableStatement,
    SlotNeverRead { class: String, name: String },
    RustNameCollision { class: String, first: String, second: String, name: String },
    UnknownPrimitive { name: String },
    MissingPath { path: String },
    Unreadable { path: String, reason: String },
    IsDirectory { path: String },
    NoSources { path: String },
    TooLarge { path: String },
    NotUtf8 { hint: &'static str },
    EmptyFile { path: String },
}

/// The texts of one message.
pub struct Text {
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub sentence: String,
    /// At the place itself.
    pub label: &'static str,
    /// How to mend it.
    pub help: Option<String>,
}

fn did_you_mean(nearest: &Option<String>) -> Option<String> {
    nearest.as_ref().map(|name| format!("did you mean `{name}`?"))
}

impl Message {
    /// What is said to the user.
    pub fn text(&self) -> Text {
        use Message::*;
        let (severity, sentence, label, help): (_, _, _, Option<String>) = match self {
            UnknownVariable { name, nearest } => (
                Error,
                format!("unknown variable `{name}`"),
                "not a temporary, slot, class or global",
                did_you_mean(nearest)
                    .or_else(|| Some("declare it: `| name |` in the method, or as an instance variable of the class".into())),
            ),
            UnknownSuperclass { class, superclass, nearest } => (
                Error,
                format!("the superclass `{superclass}` of `{class}` is not defined"),
                "no class of this name",
                did_you_mean(nearest),
            ),
            ClassDefinedTwice { name } => (Error, format!("class `{name}` is defined twice"), "defined again here", None),
            MethodDefinedTwice { class, selector } => {
                (Error, format!("method `{class}>>{selector}` is defined twice"), "defined again here", None)
            }
            SuperclassCycle { path } => (Error, format!("a class cannot inherit from itself: {path}"), "part of the cycle", None),
            UnknownClassOfMethod { class, nearest } => {
                (Error, format!("a method for `{class}`, which is not defined"), "no class of this name", did_you_mean(nearest))
            }
            SlotDefinedTwice { class, name } => (
                Error,
                format!("`{class}` has the instance variable `{name}` twice"),
                "already defined in the class or a superclass",
                Some("remove one of the two".into()),
            ),
            AssignmentToArgument { name } => (
                Error,
                format!("the argument `{name}` cannot be assigned"),
                "arguments are constant",
                Some("assign to a temporary instead".into()),
            ),
            AssignmentToPseudoVariable { name } => (Error, format!("`{name}` cannot be assigned"), "a reserved name", None),
            AssignmentToClass { name } => (Error, format!("the class `{name}` cannot be assigned"), "a class", None),
            ThisContext => (
                Error,
                "`thisContext` is not supported: compiled frames are not objects".into(),
                "not available",
                Some("use exceptions (`on:do:`, `ensure:`) or a non-local return".into()),
            ),
            Become { selector } => (
                Error,
                format!("`{selector}` is not supported: references are addresses"),
                "not available",
                Some("copy the state into the receiver, or hold the object behind a variable".into()),
            ),
            UnknownType { name, nearest } => (Error, format!("unknown type `{name}`"), "no class of this name", did_you_mean(nearest)),
            NotUnderstood { selector, nearest } => {
                (Warning, format!("no class understands `{selector}`"), "would raise MessageNotUnderstood", did_you_mean(nearest))
            }
            UnusedTemporary { name } => (Warning, format!("the temporary `{name}` is never used"), "unused", Some("remove it".into())),
            UnreachableStatement => (Warning, "this statement is never reached".into(), "after a return", None),
            SlotNeverRead { class, name } => {
                (Warning, format!("the instance variable `{name}` of `{class}` is never read"), "never read", None)
            }
            RustNameCollision { class, first, second, name } => (
                Error,
                format!("`{class}>>{first}` and `{class}>>{second}` have the same Rust name `{name}`"),
                "this one",
                Some("give one of them another with the pragma `<rust: 'name'>`".into()),
            ),
            UnknownPrimitive { name } => (Error, format!("unknown primitive `{name}`"), "not in the table of primitives", None),
            MissingPath { path } => (Error, format!("`{path}` does not exist"), "", None),
            Unreadable { path, reason } => (Error, format!("cannot read `{path}`: {reason}"), "", None),
            IsDirectory { path } => {
                (Error, format!("`{path}` is a directory, where a file is needed"), "", Some("name the `.st` files in it".into()))
            }
            NoSources { path } => {
                (Error, format!("no Smalltalk files in `{path}`"), "", Some("looked for `*.st` here and in the directories below".into()))
            }
            TooLarge { path } => (Error, format!("`{path}` is larger than {} MiB", crate::read::LARGEST >> 20), "", None),
            NotUtf8 { hint } => (Error, "this text is not UTF-8".into(), "the first invalid byte", Some((*hint).into())),
            EmptyFile { path } => (Warning, format!("`{path}` is empty"), "", None),
        };
        Text { severity, sentence, label, help }
    }
}
