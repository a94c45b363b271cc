//! The table of everything the compiler says: sentence, label and help of each finding.

use crate::diagnostics::Severity::{self, Error, Warning};

/// A finding by kind, with the names its texts need.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "each variant is documented by its text below")]
pub enum Message {
    UnknownVariable { name: String, nearest: Option<String> },
    UnknownSuperclass { class: String, superclass: String, nearest: Option<String> },
    ClassDefinedTwice { name: String },
    ClassOfLibrary { name: String },
    MethodDefinedTwice { class: String, selector: String },
    SuperclassCycle { path: String },
    UnknownTrait { name: String, nearest: Option<String> },
    TraitCycle { path: String },
    TraitConflict { class: String, selector: String },
    UnknownPool { name: String, nearest: Option<String> },
    UnknownClassOfMethod { class: String, nearest: Option<String> },
    SlotDefinedTwice { class: String, name: String },
    AssignmentToArgument { name: String },
    AssignmentToPseudoVariable { name: String },
    AssignmentToClass { name: String },
    ThisContext,
    UnknownContext,
    Become { selector: String },
    UnknownType { name: String, nearest: Option<String> },
    NotUnderstood { selector: String, nearest: Option<String> },
    UnusedTemporary { name: String },
    UnreadTemporary { name: String },
    UnassignedTemporary { name: String },
    ReadBeforeAssignment { name: String },
    UnusedSlot { class: String, name: String },
    UnreadSlot { class: String, name: String },
    UnassignedSlot { class: String, name: String },
    WrongType { what: String, declared: String, found: String },
    UnreachableStatement,
    InvalidRustName { name: String },
    RustNameCollision { class: String, first: String, second: String, name: String },
    WrongFormerly,
    FormerName { name: String, why: &'static str },
    UnknownSlot { class: String, name: String, nearest: Option<String> },

    // What the parser finds.
    UnclosedString,
    UnclosedComment,
    UnclosedBracket { bracket: String },
    ClosingWithoutOpening { bracket: String },
    WrongClosing { bracket: String, expected: String },
    NestedTooDeeply { limit: usize },
    ExpressionTooLong { limit: usize },
    MissingStop,
    MissingStopAfterStatement,
    StrayColon,
    MissingStopBefore { found: String },
    MissingOperand { after: String, comment: bool },
    MissingReceiver { keyword: String },
    MissingReceiverOfOperator { operator: String },
    AssignmentToExpression,
    CascadeWithoutMessage,
    Unexpected { found: String, expected: &'static str },
    UnknownCharacter { character: char },
    InvalidRadix { radix: String },
    InvalidDigit { digit: char, radix: u32 },
    TooManyDigits { number: String, limit: usize },
    FloatTooLarge { number: String },
    NotAByte { number: String },
    ClassNameNotSymbol { name: String },
    UnknownDefinitionPart { part: String },
    WrongDefinitionPart { part: String, expected: &'static str },
    PragmaWithoutClass,
    ClassNotInFile { class: String },
    NotAComposition,
    MissingInHead { expected: &'static str },
    TooManyErrors { limit: usize },

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
    /// Whether the program can still be compiled.
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
            ClassOfLibrary { name } => (
                Warning,
                format!("this class hides the library's `{name}`"),
                "known to the library by another class of this name",
                Some(format!("choose another name, or extend the library's class: `{name}>>selector`")),
            ),
            MethodDefinedTwice { class, selector } => {
                (Error, format!("method `{class}>>{selector}` is defined twice"), "defined again here", None)
            }
            SuperclassCycle { path } => (Error, format!("a class cannot inherit from itself: {path}"), "part of the cycle", None),
            UnknownTrait { name, nearest } => {
                (Error, format!("the trait `{name}` is not defined"), "no trait of this name", did_you_mean(nearest))
            }
            TraitCycle { path } => (Error, format!("a trait cannot use itself: {path}"), "part of the cycle", None),
            TraitConflict { class, selector } => (
                Warning,
                format!("the traits of `{class}` bring different methods for `{selector}`"),
                "sending it would raise an error",
                Some(format!("define `{class}>>{selector}`, or leave it out of one of them: `TSize - {{#{selector}}}`")),
            ),
            UnknownPool { name, nearest } => (
                Error,
                format!("the shared pool `{name}` is not defined"),
                "no class of this name",
                did_you_mean(nearest).or_else(|| {
                    Some("a shared pool is a class with class variables: `SharedPool subclass: #Units classVariableNames: 'Inch'`".into())
                }),
            ),
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
            UnknownContext => (
                Warning,
                "`thisContext` is not supported: compiled frames are not objects".into(),
                "knows the method and its receiver, and nothing else",
                None,
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
            UnreadTemporary { name } => (
                Warning,
                format!("the value of the temporary `{name}` is never read"),
                "only assigned",
                Some("remove it, and keep what is worth doing of its assignments".into()),
            ),
            UnassignedTemporary { name } => (
                Warning,
                format!("the temporary `{name}` is read but never assigned"),
                "always nil",
                Some("assign it, or write `nil`".into()),
            ),
            ReadBeforeAssignment { name } => {
                (Warning, format!("the temporary `{name}` is read before it is assigned"), "always nil here", None)
            }
            UnusedSlot { class, name } => {
                (Warning, format!("the instance variable `{name}` of `{class}` is never used"), "unused", Some("remove it".into()))
            }
            UnreadSlot { class, name } => {
                (Warning, format!("the instance variable `{name}` of `{class}` is never read"), "only assigned", Some("remove it".into()))
            }
            UnassignedSlot { class, name } => {
                (Warning, format!("the instance variable `{name}` of `{class}` is read but never assigned"), "always nil", None)
            }
            WrongType { what, declared, found } => {
                (Warning, format!("{what} is declared `<{declared}>` and cannot hold {found}"), "would raise TypeError", None)
            }
            UnreachableStatement => (Warning, "this statement is never reached".into(), "after a return", None),
            InvalidRustName { name } => (
                Error,
                format!("`{name}` cannot name a Rust function"),
                "in this method",
                Some("use lower-case letters, digits and `_`, and no keyword of Rust".into()),
            ),
            RustNameCollision { class, first, second, name } => (
                Error,
                format!("`{class}>>{first}` and `{class}>>{second}` have the same Rust name `{name}`"),
                "this one",
                Some("give one of them another with the pragma `<rust: 'name'>`".into()),
            ),
            WrongFormerly => {
                (Error, "former names are symbols".into(), "others here", Some("`<formerly: #Old>`, `<slot: #name formerly: #old>`".into()))
            }
            FormerName { name, why } => (
                Error,
                format!("`{name}` is no former name: {why}"),
                "in this pragma",
                Some("remove the pragma, or keep the one where the data of that name belongs".into()),
            ),
            UnknownSlot { class, name, nearest } => {
                (Error, format!("`{class}` has no slot `{name}`"), "no slot of this name", did_you_mean(nearest))
            }

            // What the parser finds.
            UnclosedString => (
                Error,
                "this string is never closed".into(),
                "opened here",
                Some("close it with `'`; a quote inside a string is written twice: `'it''s'`".into()),
            ),
            UnclosedComment => (
                Error,
                "this comment is never closed".into(),
                "opened here",
                Some("close it with `\"`; text between double quotes is a comment, strings are written `'text'`".into()),
            ),
            UnclosedBracket { bracket } => (Error, format!("this `{bracket}` is never closed"), "opened here", None),
            ClosingWithoutOpening { bracket } => (Error, format!("`{bracket}` closes nothing"), "no bracket is open", None),
            WrongClosing { bracket, expected } => (
                Error,
                format!("`{bracket}` where `{expected}` is needed"),
                "does not match",
                Some(format!("write `{expected}` here, or close it first")),
            ),
            NestedTooDeeply { limit } => (
                Error,
                format!("brackets are nested more than {limit} deep"),
                "one too many",
                Some("move inner parts to methods or temporaries of their own".into()),
            ),
            ExpressionTooLong { limit } => (
                Error,
                format!("this expression is more than {limit} messages deep"),
                "too long",
                Some("divide it into several statements".into()),
            ),
            MissingStop => (
                Error,
                "a full stop is missing at the end of this statement".into(),
                "`.` is missing here",
                Some("end the statement with `.`, or indent the next line to continue it".into()),
            ),
            MissingStopAfterStatement => (
                Error,
                "a full stop is missing at the end of this statement".into(),
                "`.` is missing here",
                Some("statements are separated by full stops: `a := 1. b := 2.`".into()),
            ),
            StrayColon => (
                Error,
                "a `:` does not belong here".into(),
                "stands alone",
                Some("a keyword and its colon are one word: `at: 1`; arguments stand first in a block: `[:each | …]`".into()),
            ),
            MissingStopBefore { found } => (
                Error,
                format!("{found} cannot follow here"),
                "not a message to what stands before it",
                Some("end the statement before it with `.`, or send a message: `receiver keyword: argument`".into()),
            ),
            MissingOperand { after, comment } => (
                Error,
                format!("an expression is missing after `{after}`"),
                if *comment { "this is a comment" } else { "nothing here that has a value" },
                comment.then(|| "strings are written with single quotes: `'text'`".into()),
            ),
            MissingReceiver { keyword } => (
                Error,
                format!("the message `{keyword}` has no receiver"),
                "an object must stand before it",
                Some(format!("to send it to the object itself: `self {keyword} …`")),
            ),
            MissingReceiverOfOperator { operator } => {
                (Error, format!("`{operator}` has nothing on its left side"), "an object must stand before it", None)
            }
            AssignmentToExpression => (Error, "only a variable can be assigned".into(), "what stands before is not a variable", None),
            CascadeWithoutMessage => (
                Error,
                "a cascade needs a message before its `;`".into(),
                "repeats no receiver",
                Some("write `receiver first; second`, without brackets around `receiver first`".into()),
            ),
            Unexpected { found, expected } => (Error, format!("expected {expected}, found {found}"), "not expected here", None),
            UnknownCharacter { character } => {
                let help = match character {
                    '‘' | '’' | '“' | '”' | '`' => Some("strings are written with straight quotes: `'text'`".into()),
                    '#' => Some("a symbol is `#name`, a literal array `#(1 2)`, a byte array `#[1 2]`".into()),
                    '$' => Some("a character is written `$a`".into()),
                    _ => None,
                };
                (Error, format!("the character {character} has no meaning here"), "unexpected", help)
            }
            InvalidRadix { radix } => (
                Error,
                format!("the radix {radix} is not between 2 and 36"),
                "no such number",
                Some("hexadecimal is `16rFF`, binary `2r1010`".into()),
            ),
            InvalidDigit { digit, radix } => (Error, format!("`{digit}` is not a digit in radix {radix}"), "no such number", None),
            TooManyDigits { number, limit } => (
                Error,
                format!("the number {number} has more than {limit} digits"),
                "too long",
                Some("compute it when the program runs".into()),
            ),
            FloatTooLarge { number } => {
                (Error, format!("{number} is larger than the largest Float"), "does not fit", Some("`Float infinity` is infinite".into()))
            }
            NotAByte { number } => {
                (Error, format!("{number} is not a byte"), "bytes are 0 to 255", Some("an array of numbers is written `#(1 1000)`".into()))
            }
            ClassNameNotSymbol { name } => {
                (Error, "the name of a new class is a symbol".into(), "a variable", Some(format!("write `#{name}`")))
            }
            UnknownDefinitionPart { part } => (
                Error,
                format!("a class definition has no part `{part}` with this value"),
                "not understood",
                Some("its parts are `instanceVariables:`, `classVariables:`, `package:` and their usual other names".into()),
            ),
            WrongDefinitionPart { part, expected } => {
                (Error, format!("`{part}` in a class definition takes something else"), "not this", Some(format!("it takes {expected}")))
            }
            PragmaWithoutClass => (
                Error,
                "a pragma belongs to a class or a method".into(),
                "this statement defines no class",
                Some("write it behind a class definition, or first in a method".into()),
            ),
            ClassNotInFile { class } => (
                Error,
                format!("the class `{class}` is not defined in this file"),
                "its instance variables are declared elsewhere",
                Some("move this to the file that defines the class".into()),
            ),
            NotAComposition => (
                Error,
                "this is no composition of traits".into(),
                "not understood",
                Some("write `TEmpty + (TSize - {#size}) + (TAdd @ {#plus: -> #add:})`".into()),
            ),
            MissingInHead { expected } => (Error, format!("expected {expected}"), "in this head", None),
            TooManyErrors { limit } => (Error, format!("more than {limit} errors in this file"), "the rest is not reported", None),

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
