// Randomness, AES-256-GCM and HKDF-SHA-256 as the protocol uses them (spec §0, §1). Mirror: vault/client/primitives.py.

/** @import {Bytes} from "./bytes.js" */

import { concat, encodeUtf8, encodeUuid } from "./bytes.js";
import { FormatError, WrongKeyError } from "./errors.js";

const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const MAX_HKDF_LENGTH = 255 * 32;

/**
 * @param {number} length 0..65,536
 * @returns {Bytes} from the operating system's generator
 */
export function makeRandom(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** @returns {string} a random UUID (version 4, RFC 9562) */
export function makeUuid() {
  const data = makeRandom(16);
  data[6] = (data[6] & 0x0f) | 0x40;
  data[8] = (data[8] & 0x3f) | 0x80;
  return encodeUuid(data);
}

/**
 * @param {Bytes} key 32 bytes
 * @returns {Promise<CryptoKey>} for sealAead and openAead; cannot be exported
 * @throws {FormatError} another length
 */
export async function importAeadKey(key) {
  // WebCrypto would take 16 or 24 bytes as well and quietly use a weaker AES.
  if (key.length !== KEY_LENGTH) {
    throw new FormatError("format", "aead: a key is 32 bytes");
  }
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/**
 * `seal` of spec §1: AES-256-GCM under a random nonce.
 * @param {CryptoKey} key of importAeadKey
 * @param {Bytes} aad domain-separation string and context
 * @param {Bytes} plaintext
 * @returns {Promise<Bytes>} nonce (12) ‖ ciphertext ‖ tag (16)
 */
export async function sealAead(key, aad, plaintext) {
  const nonce = makeRandom(NONCE_LENGTH);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return concat(nonce, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plaintext)));
}

/**
 * @param {CryptoKey} key of importAeadKey
 * @param {Bytes} aad
 * @param {Bytes} sealed nonce ‖ ciphertext ‖ tag
 * @returns {Promise<Bytes>} the plaintext
 * @throws {WrongKeyError} for whatever reason it does not open: no oracle tells a key from a flipped bit
 */
export async function openAead(key, aad, sealed) {
  if (sealed.length < NONCE_LENGTH + TAG_LENGTH) {
    throw new WrongKeyError("wrong_key", "aead: does not open");
  }
  const algorithm = { name: "AES-GCM", iv: sealed.subarray(0, NONCE_LENGTH), additionalData: aad };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed.subarray(NONCE_LENGTH)));
  } catch (cause) {
    throw new WrongKeyError("wrong_key", "aead: does not open", { cause });
  }
}

/**
 * HKDF-SHA-256 (RFC 5869).
 * @param {Bytes} secret input keying material
 * @param {Bytes} salt
 * @param {Bytes} info
 * @param {number} length 1..8,160 bytes
 * @returns {Promise<Bytes>}
 * @throws {FormatError} a length that HKDF cannot give
 */
export async function hkdf(secret, salt, info, length) {
  if (length < 1 || length > MAX_HKDF_LENGTH) {
    throw new FormatError("format", "hkdf: length out of range");
  }
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, length * 8));
}

/**
 * `HKDF(key, info)` of spec §0: empty salt, 32 bytes out.
 * @param {Bytes} secret
 * @param {string} purpose domain-separation string, `coffer/v1/…`
 * @returns {Promise<Bytes>} 32 bytes
 */
export async function deriveKey(secret, purpose) {
  return hkdf(secret, new Uint8Array(), encodeUtf8(purpose), KEY_LENGTH);
}
