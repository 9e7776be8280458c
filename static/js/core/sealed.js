// Sealing padded data within a size limit: labels, metadata, keyrings (spec §1). Mirror: vault/client/sealed.py.

/** @import {Bytes} from "./bytes.js" */

import { FormatError, TamperedError, WrongKeyError } from "./errors.js";
import { pad, unpad } from "./padding.js";
import { openAead, sealAead } from "./primitives.js";

/**
 * @param {CryptoKey} key of importAeadKey
 * @param {Bytes} aad
 * @param {Bytes} data
 * @param {number} limit bytes
 * @returns {Promise<Bytes>} seal(key, aad, pad(data))
 * @throws {FormatError} that is longer than the limit
 */
export async function sealPadded(key, aad, data, limit) {
  const sealed = await sealAead(key, aad, pad(data));
  if (sealed.length > limit) {
    throw new FormatError("format", "sealed: too long");
  }
  return sealed;
}

/**
 * @param {CryptoKey} key of importAeadKey
 * @param {Bytes} aad
 * @param {Bytes} sealed
 * @param {number} limit bytes
 * @param {string} code of the TamperedError
 * @returns {Promise<Bytes>} what was sealed, without its padding
 * @throws {TamperedError} longer than the limit, or does not open: one error for every flipped byte
 * @throws {FormatError} opens, and is not padded as it should be
 */
export async function openPadded(key, aad, sealed, limit, code) {
  if (sealed.length > limit) {
    throw new TamperedError(code, "sealed: does not open");
  }
  return unpad(await open(key, aad, sealed, code));
}

/** @param {CryptoKey} key @param {Bytes} aad @param {Bytes} sealed @param {string} code */
async function open(key, aad, sealed, code) {
  try {
    return await openAead(key, aad, sealed);
  } catch (cause) {
    throw cause instanceof WrongKeyError ? new TamperedError(code, "sealed: does not open", { cause }) : cause;
  }
}
