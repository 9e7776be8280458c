// Padding that hides the length of names and metadata (spec §1). Mirror: vault/client/padding.py.

/** @import {Bytes} from "./bytes.js" */

import { decodeU32, encodeU32 } from "./bytes.js";
import { FormatError } from "./errors.js";

const PAD_STEP = 256;
const PAD_PREFIX = 4;

/**
 * u32 length ‖ data ‖ zeros up to a multiple of 256 bytes: hides a name's length.
 * @param {Bytes} data
 * @returns {Bytes}
 */
export function pad(data) {
  const padded = new Uint8Array(paddedLength(data.length));
  padded.set(encodeU32(data.length));
  padded.set(data, PAD_PREFIX);
  return padded;
}

/**
 * @param {Bytes} padded
 * @returns {Bytes} a copy of the data
 * @throws {FormatError} the length does not fit, padding that is not zero, more of it than needed
 */
export function unpad(padded) {
  if (padded.length < PAD_PREFIX) {
    throw new FormatError("format", "padding: too short");
  }
  const length = decodeU32(padded.subarray(0, PAD_PREFIX));
  // One padded form per value: neither spare bytes to hide something in nor a size that tells clients apart.
  if (padded.length !== paddedLength(length)) {
    throw new FormatError("format", "padding: not the shortest multiple");
  }
  if (padded.subarray(PAD_PREFIX + length).some((byte) => byte !== 0)) {
    throw new FormatError("format", "padding: not zero");
  }
  return padded.slice(PAD_PREFIX, PAD_PREFIX + length);
}

/** @param {number} length */
function paddedLength(length) {
  return Math.ceil((PAD_PREFIX + length) / PAD_STEP) * PAD_STEP;
}
