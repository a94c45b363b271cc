//! Rust names for what Smalltalk names: snake case for methods, `at:put:` is `at_put`, `+` is `plus`.

/// Names of the binary selectors' characters; frequent selectors have a name as a whole.
const BINARY: &[(&str, &str)] = &[
    ("+", "plus"),
    ("-", "minus"),
    ("*", "times"),
    ("/", "divide"),
    ("<", "less"),
    (">", "greater"),
    ("<=", "less_equal"),
    (">=", "greater_equal"),
    ("=", "equal"),
    ("~=", "not_equal"),
    ("==", "same"),
    ("~~", "not_same"),
    ("//", "int_divide"),
    ("\\\\", "modulo"),
    (",", "comma"),
    ("@", "at_sign"),
    ("->", "arrow"),
    ("&", "and_"),
    ("|", "or_"),
];

const CHARACTERS: &[(char, &str)] = &[
    ('+', "plus"),
    ('-', "minus"),
    ('*', "times"),
    ('/', "divide"),
    ('<', "less"),
    ('>', "greater"),
    ('=', "equal"),
    ('~', "tilde"),
    ('\\', "backslash"),
    (',', "comma"),
    ('@', "at_sign"),
    ('&', "ampersand"),
    ('|', "bar"),
    ('%', "percent"),
    ('!', "bang"),
    ('?', "question"),
];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
    "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield", "t", "rt", "this", "home", "frame",
];

/// `alertState` is `alert_state`, `JSONReader` is `json_reader`, `x1` stays.
pub fn snake(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in characters.iter().enumerate() {
        let after_lower = i > 0 && (characters[i - 1].is_lowercase() || characters[i - 1].is_ascii_digit());
        let ends_capitals = i > 0 && characters[i - 1].is_uppercase() && characters.get(i + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || ends_capitals) && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// A snake-case name that is no keyword of Rust and no name generated code uses itself.
pub fn variable(name: &str) -> String {
    keyword_safe(snake(name))
}

fn keyword_safe(name: String) -> String {
    if KEYWORDS.contains(&name.as_str()) || name == "_" { format!("{name}_") } else { name }
}

/// The Rust name of a selector: `updateTelemetry:` is `update_telemetry_with`, `at:put:` is `at_put`.
pub fn selector(text: &str) -> String {
    if let Some((_, name)) = BINARY.iter().find(|(binary, _)| *binary == text) {
        return (*name).to_string();
    }
    let first = text.chars().next().unwrap_or('_');
    if !first.is_alphabetic() && first != '_' {
        let parts: Vec<&str> =
            text.chars().map(|c| CHARACTERS.iter().find(|(known, _)| *known == c).map_or("sign", |(_, name)| name)).collect();
        return keyword_safe(parts.join("_"));
    }
    match text.matches(':').count() {
        0 => keyword_safe(snake(text)),
        1 => format!("{}_with", snake(text.trim_end_matches(':'))),
        _ => keyword_safe(text.trim_end_matches(':').split(':').map(snake).collect::<Vec<_>>().join("_")),
    }
}

/// The public name of a method: a sole keyword that sets a slot is `set_press`.
pub fn public(text: &str, sets_slot: bool) -> String {
    let name = match text.strip_suffix(':') {
        Some(key) if sets_slot && !key.contains(':') => format!("set_{}", snake(key)),
        _ => selector(text),
    };
    // Every twin struct has these already.
    if matches!(name.as_str(), "create" | "clone") { format!("{name}_") } else { name }
}

/// Whether a text may name a Rust function.
pub fn is_function_name(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c == '_');
    first && text != "_" && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !KEYWORDS.contains(&text)
}

/// The name of a constant: `AT_PUT`, `SMALL_INTEGER`.
pub fn constant(snake_name: &str) -> String {
    snake_name.to_uppercase()
}

/// How many arguments a selector takes.
pub fn arity(text: &str) -> usize {
    match text.chars().next() {
        Some(c) if c.is_alphabetic() || c == '_' => text.matches(':').count(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules() {
        let cases = [
            ("at:put:", "at_put"),
            ("updateTelemetry:", "update_telemetry_with"),
            ("+", "plus"),
            ("yield", "yield_"),
            ("printOn:", "print_on_with"),
            ("asJSONString", "as_json_string"),
            ("->>", "minus_greater_greater"),
            ("match", "match_"),
        ];
        for (smalltalk, rust) in cases {
            assert_eq!(selector(smalltalk), rust);
        }
        assert_eq!(public("press:", true), "set_press");
        assert_eq!(public("press:", false), "press_with");
    }
}
