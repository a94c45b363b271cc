//! A recursive-descent parser of JSON (RFC 8259), fed with a document of records.

use std::collections::HashMap;
use std::fmt::Write;

enum Json {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    Array(Vec<Json>),
    Object(HashMap<String, Json>),
}

type Result<T> = std::result::Result<T, String>;

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

/// What was made ready: the document.
pub fn prepare(records: i64) -> String {
    document(records).expect("strings take what is written to them")
}

/// A checksum of what is read from the document.
pub fn run(text: &str) -> i64 {
    let mut parser = Parser { text, position: 0 };
    let value = parser.parse().expect("the document is correct");
    checksum(&value).expect("the document is complete")
}

impl<'a> Parser<'a> {
    fn parse(&mut self) -> Result<Json> {
        self.skip_space();
        let value = self.read_value()?;
        if self.current().is_some() {
            return self.fail("the end");
        }
        Ok(value)
    }

    fn current(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn fail<T>(&self, expected: &str) -> Result<T> {
        Err(format!("expected {expected} at {}", self.position))
    }

    fn skip_space(&mut self) {
        while matches!(self.current(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.position += 1;
        }
    }

    fn expect(&mut self, character: u8) -> Result<()> {
        if self.current() != Some(character) {
            return self.fail(&char::from(character).to_string());
        }
        self.position += 1;
        Ok(())
    }

    /// Leaves the current character at the next token.
    fn read_value(&mut self) -> Result<Json> {
        let value = match self.current() {
            Some(b'{') => self.read_object()?,
            Some(b'[') => self.read_array()?,
            Some(b'"') => Json::String(self.read_string()?),
            Some(b't') => self.read_word("true", Json::Boolean(true))?,
            Some(b'f') => self.read_word("false", Json::Boolean(false))?,
            Some(b'n') => self.read_word("null", Json::Null)?,
            Some(b'-' | b'0'..=b'9') => self.read_number()?,
            _ => return self.fail("a value"),
        };
        self.skip_space();
        Ok(value)
    }

    fn read_word(&mut self, word: &str, value: Json) -> Result<Json> {
        for character in word.bytes() {
            self.expect(character)?;
        }
        Ok(value)
    }

    fn read_object(&mut self) -> Result<Json> {
        let mut object = HashMap::new();
        self.position += 1;
        self.skip_space();
        if self.current() == Some(b'}') {
            self.position += 1;
            return Ok(Json::Object(object));
        }
        loop {
            if self.current() != Some(b'"') {
                return self.fail("a name");
            }
            let key = self.read_string()?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            object.insert(key, self.read_value()?);
            if self.current() != Some(b',') {
                break;
            }
            self.position += 1;
            self.skip_space();
        }
        self.expect(b'}')?;
        Ok(Json::Object(object))
    }

    fn read_array(&mut self) -> Result<Json> {
        let mut array = Vec::new();
        self.position += 1;
        self.skip_space();
        if self.current() == Some(b']') {
            self.position += 1;
            return Ok(Json::Array(array));
        }
        loop {
            array.push(self.read_value()?);
            if self.current() != Some(b',') {
                break;
            }
            self.position += 1;
            self.skip_space();
        }
        self.expect(b']')?;
        Ok(Json::Array(array))
    }

    /// Most strings hold no escapes and are copied whole.
    fn read_string(&mut self) -> Result<String> {
        self.position += 1;
        let start = self.position;
        loop {
            match self.current() {
                Some(b'"') => break,
                Some(b'\\') => return self.read_escaped(start),
                Some(_) => self.position += 1,
                None => return self.fail("the end of the string"),
            }
        }
        let string = self.text[start..self.position].to_owned();
        self.position += 1;
        Ok(string)
    }

    fn read_escaped(&mut self, start: usize) -> Result<String> {
        let mut string = String::new();
        let mut from = start;
        loop {
            match self.current() {
                Some(b'"') => break,
                Some(b'\\') => {
                    string.push_str(&self.text[from..self.position]);
                    self.position += 1;
                    string.push(self.read_escape()?);
                    from = self.position;
                }
                Some(_) => self.position += 1,
                None => return self.fail("the end of the string"),
            }
        }
        string.push_str(&self.text[from..self.position]);
        self.position += 1;
        Ok(string)
    }

    fn read_escape(&mut self) -> Result<char> {
        let escaped = self.current();
        self.position += 1;
        match escaped {
            Some(b'u') => self.read_code_point(),
            Some(b'n') => Ok('\n'),
            Some(b't') => Ok('\t'),
            Some(b'r') => Ok('\r'),
            Some(b'b') => Ok('\u{8}'),
            Some(b'f') => Ok('\u{c}'),
            Some(character @ (b'"' | b'\\' | b'/')) => Ok(char::from(character)),
            _ => self.fail("an escape"),
        }
    }

    fn read_code_point(&mut self) -> Result<char> {
        let digits = self.text.get(self.position..self.position + 4);
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.position += 4;
        code.and_then(char::from_u32).map_or_else(|| self.fail("a code point"), Ok)
    }

    /// An integer where there is neither fraction nor exponent, else a float.
    fn read_number(&mut self) -> Result<Json> {
        let negative = self.current() == Some(b'-');
        if negative {
            self.position += 1;
        }
        let integer = self.read_digits()?;
        let mut float = None;
        if self.current() == Some(b'.') {
            self.position += 1;
            let start = self.position;
            let digits = self.read_digits()? as f64;
            float = Some(integer as f64 + digits / 10.0_f64.powi((self.position - start) as i32));
        }
        if matches!(self.current(), Some(b'e' | b'E')) {
            float = Some(float.unwrap_or(integer as f64) * self.read_power()?);
        }
        Ok(match float {
            Some(float) => Json::Float(if negative { -float } else { float }),
            None => Json::Integer(if negative { -integer } else { integer }),
        })
    }

    fn read_digits(&mut self) -> Result<i64> {
        let mut number = 0;
        let start = self.position;
        while let Some(digit @ b'0'..=b'9') = self.current() {
            number = number * 10 + i64::from(digit - b'0');
            self.position += 1;
        }
        if self.position == start { self.fail("a digit") } else { Ok(number) }
    }

    fn read_power(&mut self) -> Result<f64> {
        self.position += 1;
        let negative = self.current() == Some(b'-');
        if negative || self.current() == Some(b'+') {
            self.position += 1;
        }
        let power = 10.0_f64.powi(self.read_digits()? as i32);
        Ok(if negative { 1.0 / power } else { power })
    }
}

/// Records as a service of weather stations might send them.
fn document(records: i64) -> std::result::Result<String, std::fmt::Error> {
    let mut text = String::from(r#"{"version":3,"complete":true,"next":null,"stations":["#);
    for each in 1..=records {
        let comma = if each > 1 { "," } else { "" };
        write!(text, "{comma}\n  {{\"id\":{each},\"name\":\"Station \\\"{}\\\" \\u0041\",", each * 7919 % 1000)?;
        write!(text, "\"place\":{{\"latitude\":{}.25,\"longitude\":{}.5}},", each * 37 % 180 - 90, each * 53 % 360 - 180)?;
        write!(text, "\"tags\":[\"outdoor\",\"north\\/west\",\"tier-{}\"], \"active\":{}", each % 5, each % 2 == 1)?;
        text.push_str(", \"readings\":[");
        for index in 1..=8 {
            let comma = if index > 1 { "," } else { "" };
            write!(text, "{comma}{}{}", each * index * 31 % 1000, if index % 2 == 0 { ".125" } else { "e1" })?;
        }
        text.push_str("], \"error\":null}");
    }
    text.push_str("]}");
    Ok(text)
}

impl Json {
    fn at(&self, key: &str) -> Option<&Json> {
        if let Json::Object(object) = self { object.get(key) } else { None }
    }

    fn number(&self) -> Option<f64> {
        match *self {
            Json::Integer(integer) => Some(integer as f64),
            Json::Float(float) => Some(float),
            _ => None,
        }
    }

    fn elements(&self) -> Option<&[Json]> {
        if let Json::Array(array) = self { Some(array) } else { None }
    }

    fn length(&self) -> Option<f64> {
        if let Json::String(string) = self { Some(string.len() as f64) } else { None }
    }
}

fn checksum(document: &Json) -> Option<i64> {
    let mut sum = document.at("version")?.number()?;
    for each in document.at("stations")?.elements()? {
        sum += each.at("id")?.number()? + each.at("name")?.length()?;
        let place = each.at("place")?;
        sum += place.at("latitude")?.number()? - place.at("longitude")?.number()?;
        for tag in each.at("tags")?.elements()? {
            sum += tag.length()?;
        }
        if let Json::Boolean(true) = each.at("active")? {
            sum += 1.0;
        }
        for reading in each.at("readings")?.elements()? {
            sum += reading.number()?;
        }
    }
    Some((sum * 8.0).round() as i64)
}
