// Hashes as JSON carries them: SHA-256 in lower-case hex (spec §0, §1). Mirror: vault/client/hashes.py.

/** @import {Bytes} from "./bytes.js" */

import { encodeHex, sha256 } from "./bytes.js";

/** Enough to keep every thread busy, few enough to hold in memory. */
const BATCH = 256;

/** @param {Bytes} data @returns {Promise<string>} 64 digits */
export async function hashOf(data) {
  return encodeHex(await sha256(data));
}

/**
 * Many at a time: one after the other, more time would go into waiting than into hashing.
 * @param {readonly Bytes[]} pieces
 * @returns {Promise<string[]>} 64 digits each, in the same order
 */
export async function hashAll(pieces) {
  const hashes = [];
  for (let start = 0; start < pieces.length; start += BATCH) {
    hashes.push(...(await Promise.all(pieces.slice(start, start + BATCH).map(hashOf))));
  }
  return hashes;
}
