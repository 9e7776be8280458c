// Canonical JSON: RFC 8785 over a restricted model, and strict reading of its values (spec §1). Mirror: vault/client/canonical.py.

/** @import {Bytes} from "./bytes.js" */

import { decodeBase64, decodeHex, decodeUtf8, decodeUuid, encodeUtf8, equal } from "./bytes.js";
import { FormatError } from "./errors.js";

/** @typedef {string | boolean | number | Json[] | {[key: string]: Json}} Json */

const KEY = /^[a-z_]+$/;
const MAX_DEPTH = 16;

/**
 * The one byte form of a value: sorted keys, no white space, shortest escapes.
 * @param {unknown} value objects, arrays, strings, booleans, integers 0..2^53-1
 * @returns {Bytes}
 * @throws {FormatError} anything else, a key outside [a-z_]+, nesting deeper than 16, a lone surrogate
 */
export function encodeJson(value) {
  return encodeUtf8(write(value, 0));
}

/**
 * Read a value whose bytes are its canonical form. Duplicate keys, floats, exponents, -0, white space and other
 * escapes all fail by one rule: encoding the value again must give the same bytes, so that what was hashed or signed
 * can have no second meaning.
 * @param {Bytes} data
 * @returns {Json}
 * @throws {FormatError}
 */
export function decodeJson(data) {
  const text = decodeUtf8(data);
  let value;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError("format", "json: no value", { cause });
  }
  if (!equal(encodeJson(value), data)) {
    throw new FormatError("format", "json: not canonical");
  }
  return value;
}

/**
 * Read an object that has exactly the named fields, each through its own parser.
 * @template {Record<string, (value: Json) => unknown>} Parsers
 * @param {Json} value
 * @param {Parsers} parsers
 * @returns {{[Name in keyof Parsers]: ReturnType<Parsers[Name]>}}
 * @throws {FormatError} not an object, a field missing or unknown, or what a parser throws
 */
export function parseFields(value, parsers) {
  if (!isObject(value)) {
    throw new FormatError("format", "json: no object");
  }
  const names = Object.keys(parsers);
  // An unknown field may be a demand that this version does not understand: refused, never skipped.
  if (Object.keys(value).length !== names.length || !names.every((name) => Object.hasOwn(value, name))) {
    throw new FormatError("format", "json: a field is missing or unknown");
  }
  const fields = names.map((name) => [name, parsers[name](value[name])]);
  return Object.fromEntries(fields);
}

/**
 * @template Item
 * @param {Json} value
 * @param {(value: Json) => Item} parser of one item
 * @returns {Item[]}
 * @throws {FormatError} not an array, or what the parser throws
 */
export function parseList(value, parser) {
  if (!Array.isArray(value)) {
    throw new FormatError("format", "json: no array");
  }
  return value.map((item) => parser(item));
}

/** @param {Json} value @returns {string} @throws {FormatError} */
export function parseText(value) {
  if (typeof value !== "string") {
    throw new FormatError("format", "json: no text");
  }
  return value;
}

/** @param {Json} value @returns {number} 0..2^53-1 @throws {FormatError} */
export function parseInteger(value) {
  if (!isInteger(value)) {
    throw new FormatError("format", "json: no integer");
  }
  return value;
}

/** @param {Json} value @returns {string} a UUID as text @throws {FormatError} */
export function parseUuid(value) {
  const text = parseText(value);
  decodeUuid(text);
  return text;
}

/** @param {Json} value @returns {string} the hex form of 32 bytes @throws {FormatError} */
export function parseHash(value) {
  const text = parseText(value);
  decodeHex(text, 32);
  return text;
}

/**
 * @param {Json} value base64url
 * @param {number} [length] the only length to accept
 * @returns {Bytes}
 * @throws {FormatError}
 */
export function parseBytes(value, length) {
  return decodeBase64(parseText(value), length);
}

/**
 * @param {unknown} value
 * @param {number} depth containers around it
 * @returns {string}
 */
function write(value, depth) {
  if (typeof value === "string") {
    // JSON.stringify escapes exactly as RFC 8785 §3.2.2.2 asks, but would hide a lone surrogate in an escape.
    if (!value.isWellFormed()) {
      throw new FormatError("format", "json: a lone surrogate");
    }
    return JSON.stringify(value);
  }
  if (typeof value === "boolean" || isInteger(value)) {
    return String(value);
  }
  if (depth === MAX_DEPTH) {
    throw new FormatError("format", "json: nested too deep");
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item) => write(item, depth + 1)).join(",")}]`;
  }
  if (isObject(value)) {
    // Keys are ASCII, where the order by code point is RFC 8785's order by UTF-16 code unit.
    const members = Object.keys(value).sort().map((key) => `"${checkKey(key)}":${write(value[key], depth + 1)}`);
    return `{${members.join(",")}}`;
  }
  throw new FormatError("format", "json: a value outside the model");
}

/** @param {string} key */
function checkKey(key) {
  if (!KEY.test(key)) {
    throw new FormatError("format", "json: a key outside [a-z_]+");
  }
  return key;
}

/** @param {unknown} value @returns {value is number} */
function isInteger(value) {
  return Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;
}

/** @param {unknown} value @returns {value is {[key: string]: Json}} a plain object: no Map, Date or array */
function isObject(value) {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
