// Wraps: a DEK sealed to one key pair of one recipient (spec §4). Mirror: vault/client/wraps.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {WorkingGeneration} from "./keys.js" */

import { decodeUuid, sha256 } from "./bytes.js";
import { FormatError, TamperedError } from "./errors.js";
import { encodeContext } from "./fields.js";
import { hashOf } from "./hashes.js";
import { KEY_LENGTH } from "./keys.js";
import { parsePublicKey, unwrapOaep, wrapOaep } from "./oaep.js";
import { makeRandom } from "./primitives.js";

/** @returns {Bytes} the data encryption key of one new version, 32 random bytes, never used twice */
export function makeDek() {
  return makeRandom(KEY_LENGTH);
}

/**
 * @param {Bytes} publicKey the recipient's SubjectPublicKeyInfo
 * @param {Bytes} dek 32 bytes
 * @param {string} file UUID
 * @param {string} version UUID
 * @param {string} recipient UUID
 * @returns {Promise<Bytes>} the wrap, as long as the modulus
 * @throws {FormatError} a DEK of another length, a malformed key or UUID
 * @throws {PolicyError} `policy_key_size`: a key that is too weak to wrap to
 */
export async function sealWrap(publicKey, dek, file, version, recipient) {
  if (dek.length !== KEY_LENGTH) {
    throw new FormatError("format", "wrap: a DEK is 32 bytes");
  }
  const key = await parsePublicKey(publicKey);
  return wrapOaep(key, await label(publicKey, file, version, recipient), dek);
}

/**
 * OAEP does not say who wrapped: only a wrap whose hash passed checkVersion may come here.
 * @param {WorkingGeneration} generation
 * @param {Bytes} wrap
 * @param {string} file UUID
 * @param {string} version UUID
 * @param {string} recipient UUID
 * @returns {Promise<Bytes>} the 32-byte DEK
 * @throws {TamperedError} `tampered_wrap`, for whatever reason the wrap does not open
 */
export async function openWrap(generation, wrap, file, version, recipient) {
  const context = await label(generation.publicKey, file, version, recipient);
  const dek = await unwrapOaep(generation.privateKey, context, wrap);
  // A short key from elsewhere would select a weaker cipher in a library that takes any length.
  if (dek.length !== KEY_LENGTH) {
    throw new TamperedError("tampered_wrap", "wrap: no DEK of 32 bytes");
  }
  return dek;
}

/** @param {Bytes} wrap @returns {Promise<string>} what a statement names a wrap by: SHA-256 in hex */
export async function wrapHash(wrap) {
  return hashOf(wrap);
}

/**
 * Bind the place, so that a server cannot move a wrap to another file, version or person.
 * @param {Bytes} publicKey
 * @param {string} file
 * @param {string} version
 * @param {string} recipient
 */
async function label(publicKey, file, version, recipient) {
  const place = [decodeUuid(file), decodeUuid(version), decodeUuid(recipient)];
  return encodeContext("coffer/v1/wrap", ...place, await sha256(publicKey));
}
