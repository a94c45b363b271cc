//! Walks through collections whose exact class is known: the functions of `rt::each` that begin them, and that go on.

/// What a walk through instances of a class of the library begins with, and how it goes on.
pub fn exact(class: &str, walk: &str) -> Option<[&'static str; 2]> {
    Some(match (class, walk) {
        ("Array", "Elements" | "Searched" | "Places" | "Pairs" | "Collected" | "PlacesCollected" | "Selected") => ["array", "next_array"],
        ("OrderedCollection", "Elements" | "Collected" | "Selected") => ["ordered", "next_ordered"],
        ("OrderedCollection", "Searched" | "Places" | "Pairs" | "PlacesCollected") => ["ordered_places", "next_place"],
        ("Set" | "IdentitySet", "Elements" | "Searched") => ["elements", "next_element"],
        ("Dictionary" | "IdentityDictionary", "Elements" | "Searched" | "Pairs" | "Values") => ["values", "next_value"],
        ("Dictionary" | "IdentityDictionary", "Keys") => ["keys", "next_key"],
        _ => return None,
    })
}
