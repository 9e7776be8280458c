// Parsers for fields that several structures share, and the context they are bound to (spec §1). Mirror: vault/client/fields.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */

import { concat, encodeUtf8 } from "./bytes.js";
import { parseBytes, parseInteger, parseText, parseUuid } from "./canonical.js";
import { FormatError } from "./errors.js";

export const FORMAT_VERSION = 1;

const MAX_TYPE = 255;
const USERNAME = /^[a-z0-9][a-z0-9._-]{2,31}$/;

/**
 * purpose ‖ 0x00 ‖ parts: the associated data or label that ties a seal to its place. No purpose holds a zero byte and
 * all parts but the last have a fixed length, so that two contexts are never the same bytes.
 * @param {string} purpose domain-separation string, `coffer/v1/…`
 * @param {...Bytes} parts
 * @returns {Bytes}
 */
export function encodeContext(purpose, ...parts) {
  return concat(encodeUtf8(purpose), new Uint8Array(1), ...parts);
}

/**
 * `v`: another version may mean other things by its fields.
 * @param {Json} value
 * @returns {1}
 * @throws {FormatError} any but 1
 */
export function parseFormatVersion(value) {
  if (parseInteger(value) !== FORMAT_VERSION) {
    throw new FormatError("format", "v: an unknown version");
  }
  return FORMAT_VERSION;
}

/** @param {Json} value @returns {number} from 1 @throws {FormatError} */
export function parsePositive(value) {
  const number = parseInteger(value);
  if (number === 0) {
    throw new FormatError("format", "integer: 0 where counting begins at 1");
  }
  return number;
}

/**
 * @template {string} Word
 * @param {Json} value
 * @param {readonly Word[]} choices a closed set of words
 * @returns {Word}
 * @throws {FormatError} any other
 */
export function parseChoice(value, choices) {
  const text = parseText(value);
  const word = choices.find((choice) => choice === text);
  if (word === undefined) {
    throw new FormatError("format", "text: an unknown word");
  }
  return word;
}

/**
 * @param {Json} value
 * @param {number} limit bytes of UTF-8
 * @returns {string}
 * @throws {FormatError} longer
 */
export function parseBounded(value, limit) {
  const text = parseText(value);
  if (encodeUtf8(text).length > limit) {
    throw new FormatError("format", `text: longer than ${limit} bytes`);
  }
  return text;
}

/**
 * @param {Json} value base64url
 * @param {number} [length] the only length to accept, in bytes
 * @returns {string} the same text, checked
 * @throws {FormatError}
 */
export function parseBase64(value, length) {
  parseBytes(value, length);
  return parseText(value);
}

/** @param {Json} value @returns {string} a media type, untrusted text @throws {FormatError} longer than 255 bytes */
export function parseMediaType(value) {
  return parseBounded(value, MAX_TYPE);
}

/** @param {Json} value @returns {string} a UUID, or "" for none @throws {FormatError} */
export function parseOptionalUuid(value) {
  return value === "" ? "" : parseUuid(value);
}

/** @param {Json} value @returns {string} a username (spec §5.3) @throws {FormatError} */
export function parseUsername(value) {
  const name = parseText(value);
  if (!USERNAME.test(name)) {
    throw new FormatError("format", "username: 3 to 32 of a-z 0-9 . _ -, a letter or digit first");
  }
  return name;
}
