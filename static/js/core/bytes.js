// Encodings between bytes, text and numbers, each with one canonical form (spec §1). Mirror: vault/client/bytes.py.

import { FormatError } from "./errors.js";

/** Bytes that own a plain ArrayBuffer: what WebCrypto and structured clone accept. @typedef {Uint8Array<ArrayBuffer>} Bytes */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const INVALID = 255;
const SEXTETS = new Uint8Array(128).fill(INVALID);
for (let index = 0; index < ALPHABET.length; index += 1) {
  SEXTETS[ALPHABET.charCodeAt(index)] = index;
}
const HEX = /^(?:[0-9a-f]{2})*$/;
const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * base64url without padding (RFC 4648 §5).
 * @param {Bytes} data
 * @returns {string}
 */
export function encodeBase64(data) {
  let text = "";
  for (let index = 0; index < data.length; index += 3) {
    const [a, b = 0, c = 0] = data.subarray(index, index + 3);
    const group = (a << 16) | (b << 8) | c;
    text += ALPHABET[group >> 18] + ALPHABET[(group >> 12) & 63] + ALPHABET[(group >> 6) & 63] + ALPHABET[group & 63];
  }
  return text.slice(0, Math.ceil((data.length * 4) / 3));
}

/**
 * @param {string} text
 * @param {number} [length] the only length to accept, in bytes
 * @returns {Bytes}
 * @throws {FormatError} padding, white space, another alphabet, trailing bits that are not zero, another length
 */
export function decodeBase64(text, length) {
  const tail = text.length % 4;
  if (tail === 1) {
    throw new FormatError("format", "base64url: impossible length");
  }
  const data = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length; index += 1) {
    const sextet = SEXTETS[text.charCodeAt(index)] ?? INVALID;
    if (sextet === INVALID) {
      throw new FormatError("format", "base64url: a character outside the alphabet");
    }
    held = (held << 6) | sextet;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      data[written] = held >> bits;
      written += 1;
      held &= (1 << bits) - 1;
    }
  }
  // Two texts for one value would let a server vary what is hashed without varying what it means.
  if (held !== 0) {
    throw new FormatError("format", "base64url: trailing bits are not zero");
  }
  return expectLength(data, length);
}

/**
 * Lower-case hexadecimal.
 * @param {Bytes} data
 * @returns {string}
 */
export function encodeHex(data) {
  let text = "";
  for (const byte of data) {
    text += byte.toString(16).padStart(2, "0");
  }
  return text;
}

/**
 * @param {string} text
 * @param {number} [length] the only length to accept, in bytes
 * @returns {Bytes}
 * @throws {FormatError} upper case, an odd digit, anything else, another length
 */
export function decodeHex(text, length) {
  if (!HEX.test(text)) {
    throw new FormatError("format", "hex: not lower-case pairs of digits");
  }
  const data = new Uint8Array(text.length / 2);
  for (let index = 0; index < data.length; index += 1) {
    data[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return expectLength(data, length);
}

/**
 * The lower-case text form of a UUID (RFC 9562).
 * @param {Bytes} data 16 bytes, version 4
 * @returns {string}
 * @throws {FormatError} another length, version or variant
 */
export function encodeUuid(data) {
  const hex = encodeHex(expectLength(data, 16));
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return checkUuid(parts.join("-"));
}

/**
 * @param {string} text
 * @returns {Bytes} 16 bytes
 * @throws {FormatError} not a lower-case UUID of version 4
 */
export function decodeUuid(text) {
  return decodeHex(checkUuid(text).replaceAll("-", ""), 16);
}

/**
 * @param {string} text
 * @returns {Bytes}
 * @throws {FormatError} a lone surrogate, which UTF-8 cannot carry
 */
export function encodeUtf8(text) {
  if (!text.isWellFormed()) {
    throw new FormatError("format", "text: a lone surrogate");
  }
  return utf8Encoder.encode(text);
}

/**
 * @param {Bytes} data
 * @returns {string}
 * @throws {FormatError} not UTF-8; a byte order mark is text like any other
 */
export function decodeUtf8(data) {
  try {
    return utf8Decoder.decode(data);
  } catch (cause) {
    throw new FormatError("format", "text: not UTF-8", { cause });
  }
}

/**
 * @param {number} value 0..2^32-1
 * @returns {Bytes} 4 bytes, big-endian
 * @throws {FormatError} out of range
 */
export function encodeU32(value) {
  return encodeUnsigned(value, 4, 0xffffffff);
}

/**
 * @param {number} value 0..2^53-1
 * @returns {Bytes} 8 bytes, big-endian
 * @throws {FormatError} out of range
 */
export function encodeU64(value) {
  return encodeUnsigned(value, 8, Number.MAX_SAFE_INTEGER);
}

/**
 * @param {Bytes} data 4 bytes
 * @returns {number}
 * @throws {FormatError} another length
 */
export function decodeU32(data) {
  return decodeUnsigned(data, 4);
}

/**
 * @param {Bytes} data 8 bytes
 * @returns {number}
 * @throws {FormatError} another length, or above 2^53-1
 */
export function decodeU64(data) {
  return decodeUnsigned(data, 8);
}

/**
 * @param {...Bytes} parts
 * @returns {Bytes} one copy of all parts
 */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Equality in a time that depends on the length alone, so that a tag cannot be guessed byte by byte.
 * @param {Bytes} left
 * @param {Bytes} right
 * @returns {boolean}
 */
export function equal(left, right) {
  if (left.length !== right.length) {
    return false;
  }
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) {
    difference |= left[index] ^ right[index];
  }
  return difference === 0;
}

/**
 * @param {Bytes} data
 * @returns {Promise<Bytes>} 32 bytes
 */
export async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

/** @param {Bytes} data @param {number | undefined} length */
function expectLength(data, length) {
  if (length !== undefined && data.length !== length) {
    throw new FormatError("format", `bytes: ${data.length} where ${length} are due`);
  }
  return data;
}

/** @param {string} text */
function checkUuid(text) {
  if (!UUID4.test(text)) {
    throw new FormatError("format", "uuid: not a lower-case version 4");
  }
  return text;
}

/** @param {number} value @param {number} size @param {number} highest */
function encodeUnsigned(value, size, highest) {
  if (!Number.isInteger(value) || value < 0 || value > highest) {
    throw new FormatError("format", "integer: out of range");
  }
  const data = new Uint8Array(size);
  for (let index = size - 1, rest = value; index >= 0; index -= 1) {
    data[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return data;
}

/** @param {Bytes} data @param {number} size */
function decodeUnsigned(data, size) {
  const value = expectLength(data, size).reduce((high, byte) => high * 256 + byte, 0);
  if (value > Number.MAX_SAFE_INTEGER) {
    throw new FormatError("format", "integer: above 2^53-1");
  }
  return value;
}
