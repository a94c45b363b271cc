//! Takeuchi's function on lists in place of numbers (Gabriel's TAKL, 1985).

struct Element {
    #[expect(dead_code, reason = "lists have elements, though only their lengths count")]
    value: i64,
    next: Option<Box<Element>>,
}

type List<'a> = Option<&'a Element>;

/// The length of the list that the function answers.
pub fn run(size: i64) -> i64 {
    let (x, y, z) = (make(size), make(2 * size / 3), make(2 * size / 5));
    let mut length = 0;
    let mut rest = tail_of(x.as_deref(), y.as_deref(), z.as_deref());
    while let Some(element) = rest {
        length += 1;
        rest = element.next.as_deref();
    }
    length
}

fn make(length: i64) -> Option<Box<Element>> {
    (length > 0).then(|| Box::new(Element { value: length, next: make(length - 1) }))
}

fn tail(list: List<'_>) -> List<'_> {
    list.and_then(|element| element.next.as_deref())
}

fn is_shorter(mut x: List<'_>, mut y: List<'_>) -> bool {
    while y.is_some() {
        if x.is_none() {
            return true;
        }
        x = tail(x);
        y = tail(y);
    }
    false
}

fn tail_of<'a>(x: List<'a>, y: List<'a>, z: List<'a>) -> List<'a> {
    if !is_shorter(y, x) {
        return z;
    }
    tail_of(tail_of(tail(x), y, z), tail_of(tail(y), z, x), tail_of(tail(z), x, y))
}
