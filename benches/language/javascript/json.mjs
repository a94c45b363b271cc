// A recursive-descent parser of JSON (RFC 8259), fed with a document of records.

const ESCAPES = new Map([["n", "\n"], ["t", "\t"], ["r", "\r"], ["b", "\b"], ["f", "\f"], ['"', '"'], ["\\", "\\"], ["/", "/"]]);

class Parser {
  constructor(text) {
    this.text = text;
    this.position = -1;
    this.current = undefined;
    this.advance();
  }

  // The current character is undefined behind the end.
  advance() {
    this.current = this.text[++this.position];
  }

  parse() {
    this.skipSpace();
    const value = this.readValue();
    if (this.current !== undefined) this.fail("the end");
    return value;
  }

  fail(expected) {
    throw new SyntaxError(`expected ${expected} at ${this.position}`);
  }

  skipSpace() {
    while (this.current === " " || this.current === "\n" || this.current === "\t" || this.current === "\r") this.advance();
  }

  expect(character) {
    if (this.current !== character) this.fail(character);
    this.advance();
  }

  // Leaves the current character at the next token.
  readValue() {
    const value = this.readScalarOrCollection();
    this.skipSpace();
    return value;
  }

  readScalarOrCollection() {
    switch (this.current) {
      case "{":
        return this.readObject();
      case "[":
        return this.readArray();
      case '"':
        return this.readString();
      case "t":
        return this.readWord("true", true);
      case "f":
        return this.readWord("false", false);
      case "n":
        return this.readWord("null", null);
    }
    if (this.current === "-" || this.isAtDigit()) return this.readNumber();
    return this.fail("a value");
  }

  readWord(word, value) {
    for (const character of word) this.expect(character);
    return value;
  }

  readObject() {
    const object = new Map();
    this.advance();
    this.skipSpace();
    if (this.current === "}") {
      this.advance();
      return object;
    }
    for (;;) {
      if (this.current !== '"') this.fail("a name");
      const key = this.readString();
      this.skipSpace();
      this.expect(":");
      this.skipSpace();
      object.set(key, this.readValue());
      if (this.current !== ",") break;
      this.advance();
      this.skipSpace();
    }
    this.expect("}");
    return object;
  }

  readArray() {
    const array = [];
    this.advance();
    this.skipSpace();
    if (this.current === "]") {
      this.advance();
      return array;
    }
    for (;;) {
      array.push(this.readValue());
      if (this.current !== ",") break;
      this.advance();
      this.skipSpace();
    }
    this.expect("]");
    return array;
  }

  // Most strings hold no escapes and are copied whole.
  readString() {
    this.advance();
    const start = this.position;
    while (this.current !== '"') {
      if (this.current === undefined) this.fail("the end of the string");
      if (this.current === "\\") return this.readEscaped(start);
      this.advance();
    }
    const string = this.text.slice(start, this.position);
    this.advance();
    return string;
  }

  readEscaped(start) {
    let string = this.text.slice(start, this.position);
    while (this.current !== '"') {
      if (this.current === undefined) this.fail("the end of the string");
      if (this.current === "\\") {
        this.advance();
        string += this.readEscape();
      } else {
        string += this.current;
        this.advance();
      }
    }
    this.advance();
    return string;
  }

  readEscape() {
    const escaped = this.current;
    this.advance();
    if (escaped === "u") return this.readCodePoint();
    return ESCAPES.get(escaped) ?? this.fail("an escape");
  }

  readCodePoint() {
    const code = Number.parseInt(this.text.slice(this.position, this.position + 4), 16);
    for (let digit = 0; digit < 4; digit++) this.advance();
    return String.fromCharCode(code);
  }

  readNumber() {
    const negative = this.current === "-";
    if (negative) this.advance();
    let number = this.readDigits();
    if (this.current === ".") {
      this.advance();
      const start = this.position;
      number += this.readDigits() / 10 ** (this.position - start);
    }
    if (this.current === "e" || this.current === "E") number *= this.readPower();
    return negative ? -number : number;
  }

  isAtDigit() {
    return this.current >= "0" && this.current <= "9";
  }

  readDigits() {
    if (!this.isAtDigit()) this.fail("a digit");
    let number = 0;
    while (this.isAtDigit()) {
      number = number * 10 + (this.current.charCodeAt(0) - 48);
      this.advance();
    }
    return number;
  }

  readPower() {
    this.advance();
    const negative = this.current === "-";
    if (negative || this.current === "+") this.advance();
    const power = 10 ** this.readDigits();
    return negative ? 1 / power : power;
  }
}

// Records as a service of weather stations might send them.
export function prepare(records) {
  const stations = [];
  for (let each = 1; each <= records; each++) {
    const readings = [];
    for (let index = 1; index <= 8; index++) readings.push(`${(each * index * 31) % 1000}${index % 2 === 0 ? ".125" : "e1"}`);
    stations.push(
      `\n  {"id":${each},"name":"Station \\"${(each * 7919) % 1000}\\" \\u0041",` +
        `"place":{"latitude":${((each * 37) % 180) - 90}.25,"longitude":${((each * 53) % 360) - 180}.5},` +
        `"tags":["outdoor","north\\/west","tier-${each % 5}"], "active":${each % 2 === 1}` +
        `, "readings":[${readings.join(",")}], "error":null}`,
    );
  }
  const text = `{"version":3,"complete":true,"next":null,"stations":[${stations.join(",")}]}`;
  // A string put together is flattened by its first use as a key.
  return Object.keys({ [text]: null })[0];
}

export function run(text) {
  const document = new Parser(text).parse();
  let sum = document.get("version");
  for (const each of document.get("stations")) {
    sum += each.get("id") + each.get("name").length;
    const place = each.get("place");
    sum += place.get("latitude") - place.get("longitude");
    for (const tag of each.get("tags")) sum += tag.length;
    if (each.get("active")) sum += 1;
    for (const reading of each.get("readings")) sum += reading;
  }
  return Math.round(sum * 8);
}
