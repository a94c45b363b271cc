//! What primitives do that matters to their callers.

/// Those that run blocks or send messages.
pub const CALL: &[&str] = &[
    "array_sort_by",
    "block_value_0",
    "block_value_1",
    "block_value_2",
    "block_value_3",
    "block_value_4",
    "block_value_with_arguments",
    "block_value_without_handlers",
    "ensure",
    "exception_is_nested",
    "exception_outer",
    "exception_pass",
    "exception_resignal_as",
    "exception_resume",
    "exception_retry",
    "exception_retry_using",
    "exception_return",
    "exception_signal",
    "exception_unhandled",
    "if_curtailed",
    "object_perform",
    "object_perform_in_superclass",
    "on_do",
    "twin_at_if_absent",
];

/// Those that send in place, so that nothing moves.
#[cfg(test)]
const IN_PLACE: &[&str] = &["twin_reference_send"];

/// Those that answer or raise, by the class whose very instances they serve: what the method says beneath is for others.
pub const COMPLETE: &[(&str, &str)] = &[
    ("array_at", "Array"),
    ("array_at_put", "Array"),
    ("ordered_add", "OrderedCollection"),
    ("ordered_add_last", "OrderedCollection"),
    ("ordered_at", "OrderedCollection"),
    ("ordered_at_put", "OrderedCollection"),
    ("ordered_first", "OrderedCollection"),
    ("ordered_last", "OrderedCollection"),
    ("ordered_remove_first", "OrderedCollection"),
    ("ordered_remove_last", "OrderedCollection"),
];

/// Those that take no memory.
pub const TAKE_NOTHING: &[&str] = &[
    "array_at",
    "array_at_put",
    "array_fill",
    "array_replace",
    "array_size",
    "block_num_args",
    "bytes_equal",
    "character_code",
    "class_inherits_from",
    "dictionary_find",
    "hashed_place",
    "hashed_probe",
    "identity_dictionary_find",
    "identity_set_find",
    "object_class",
    "object_is_kind_of",
    "object_responds_to",
    "object_same",
    "ordered_at",
    "ordered_at_put",
    "ordered_first",
    "ordered_last",
    "ordered_remove_first",
    "ordered_remove_last",
    "set_find",
    "string_at",
    "string_compare",
    "string_equal",
    "string_hash",
    "string_size",
];

#[cfg(test)]
mod tests {
    use super::{CALL, IN_PLACE};
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// The primitives whose text calls, sends, signals or brings in objects.
    #[test]
    fn those_that_call_are_known() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../twintalk-runtime/src/prim");
        if !source.is_dir() {
            return;
        }
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(source).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            let text = fs::read_to_string(entry.path()).unwrap();
            for function in text.split("\npub fn ").skip(1) {
                let function = function.split("\nfn ").next().unwrap_or_default();
                let name = function.split('(').next().unwrap_or_default();
                let calls = [".send(", " call(", "blocks::call(", "blocks::cull(", "exceptions::", ".import("];
                if calls.iter().any(|call| function.contains(call)) {
                    found.insert(name.to_string());
                }
            }
        }
        let known: BTreeSet<String> = CALL.iter().chain(IN_PLACE).map(|name| name.to_string()).collect();
        let missing: Vec<_> = found.difference(&known).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(found.len() > 20, "{found:?}");
    }
}
