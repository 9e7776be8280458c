// FLOE, random-access authenticated encryption (spec §3.1; C2SP FLOE; ePrint 2025/2275). Mirror: vault/client/floe.py.

/** @import {Bytes} from "./bytes.js" */

import { concat, decodeU32, encodeU32, encodeU64, encodeUtf8, equal } from "./bytes.js";
import { FormatError, TamperedError } from "./errors.js";
import { importAeadKey, makeRandom } from "./primitives.js";

/**
 * What FLOE leaves open: the length of an encrypted segment in bytes, and how many low bits of the counter share one
 * AES key. Coffer uses one set; the published test vectors need others.
 * @typedef {{encSegLen: number, rotationMask: number}} Params
 */

/**
 * What seals and opens segments of one version. Plain data around a CryptoKey that cannot be exported: a structured
 * clone carries it to any number of workers.
 * @typedef {{messageKey: CryptoKey, iv: Bytes, aad: Bytes, params: Params}} State
 */

/** @type {Readonly<Params>} */
export const COFFER = Object.freeze({ encSegLen: 524288, rotationMask: 20 });
export const HEADER_LENGTH = 74;
/** Bytes that sealing adds to a segment: length, nonce, tag. */
export const SEGMENT_OVERHEAD = 32;

const KEY_LENGTH = 32;
const IV_LENGTH = 32;
const HEADER_TAG_LENGTH = 32;
const PREFIX_LENGTH = 4;
const NONCE_LENGTH = 12;
const NOT_FINAL = 0xffffffff;
const MAX_SEGMENTS = 2 ** 40;
/** AES-GCM-256 and HKDF-EXPAND-SHA-384 in PARAM_ENCODE. */
const ALGORITHMS = Uint8Array.of(0, 0);
const HMAC = { name: "HMAC", hash: "SHA-384" };

/** The AES key in use, per state; kept beside it so that the state stays plain data. @type {WeakMap<State, {first: number, key: Promise<CryptoKey>}>} */
const segmentKeys = new WeakMap();

/**
 * startEncryption of FLOE.
 * @param {Bytes} key DEK, 32 bytes
 * @param {Bytes} aad
 * @param {Params} [params]
 * @returns {Promise<{header: Bytes, state: State}>} the header is 74 bytes
 * @throws {FormatError} a key of another length
 */
export async function startSeal(key, aad, params = COFFER) {
  const iv = makeRandom(IV_LENGTH);
  const { headerTag, state } = await deriveStart(key, aad, iv, params);
  return { header: concat(encodeParams(params), iv, headerTag), state };
}

/**
 * startDecryption of FLOE.
 * @param {Bytes} key DEK, 32 bytes
 * @param {Bytes} aad
 * @param {Bytes} header
 * @param {Params} [params]
 * @returns {Promise<State>}
 * @throws {FormatError} a key or header of another length, other parameters
 * @throws {TamperedError} `tampered_content`: the header does not belong to this key and AAD
 */
export async function startOpen(key, aad, header, params = COFFER) {
  const encoded = encodeParams(params);
  // The parameters are never taken from the header: whoever stores it would choose the segment length.
  if (header.length !== HEADER_LENGTH || !equal(header.subarray(0, encoded.length), encoded)) {
    throw new FormatError("format", "floe: header of another length or with other parameters");
  }
  const iv = header.slice(encoded.length, encoded.length + IV_LENGTH);
  const { headerTag, state } = await deriveStart(key, aad, iv, params);
  // The tag commits to the key: no ciphertext opens under two DEKs.
  if (!equal(headerTag, header.subarray(HEADER_LENGTH - HEADER_TAG_LENGTH))) {
    throw new TamperedError("tampered_content", "floe: header tag");
  }
  return state;
}

/**
 * encryptSegment of FLOE. A position may be sealed again: its nonce is fresh each time.
 * @param {State} state
 * @param {number} counter position of the segment, from 0
 * @param {Bytes} plaintext full unless final
 * @param {boolean} isFinal
 * @returns {Promise<Bytes>} 32 bytes longer
 * @throws {FormatError} a length or position that cannot be
 */
export async function sealSegment(state, counter, plaintext, isFinal) {
  const segment = new Uint8Array(plaintext.length + SEGMENT_OVERHEAD);
  await sealSegmentInto(state, counter, plaintext, isFinal, segment);
  return segment;
}

/**
 * decryptSegment of FLOE.
 * @param {State} state
 * @param {number} counter position of the segment, from 0
 * @param {Bytes} segment
 * @param {boolean} isFinal
 * @returns {Promise<Bytes>}
 * @throws {FormatError} a position that cannot be
 * @throws {TamperedError} `tampered_content`: not the segment of this version at this position
 */
export async function openSegment(state, counter, segment, isFinal) {
  const { encSegLen } = state.params;
  const fits = isFinal ? segment.length >= SEGMENT_OVERHEAD && segment.length <= encSegLen : segment.length === encSegLen;
  // Truncated, extended, or a final segment where another is due: no key is tried on it.
  if (!fits || decodeU32(segment.subarray(0, PREFIX_LENGTH)) !== (isFinal ? segment.length : NOT_FINAL)) {
    throw new TamperedError("tampered_content", "floe: segment of another shape");
  }
  const key = await deriveSegmentKey(state, counter, isFinal);
  const body = segment.subarray(PREFIX_LENGTH + NONCE_LENGTH);
  const nonce = segment.subarray(PREFIX_LENGTH, PREFIX_LENGTH + NONCE_LENGTH);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: segmentAad(counter, isFinal) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, body));
  } catch (cause) {
    // Flipped, moved, doubled, or spliced from another version: position and finality are in the AAD, the rest in the key.
    throw new TamperedError("tampered_content", "floe: segment does not open", { cause });
  }
}

/**
 * sealSegment into a place of its own, as many segments fill one buffer.
 * @param {State} state
 * @param {number} counter
 * @param {Bytes} plaintext
 * @param {boolean} isFinal
 * @param {Bytes} output 32 bytes longer than the plaintext
 */
export async function sealSegmentInto(state, counter, plaintext, isFinal, output) {
  const full = state.params.encSegLen - SEGMENT_OVERHEAD;
  if (isFinal ? plaintext.length > full : plaintext.length !== full) {
    throw new FormatError("format", "floe: segment of another length");
  }
  const key = await deriveSegmentKey(state, counter, isFinal);
  const nonce = makeRandom(NONCE_LENGTH);
  output.set(encodeU32(isFinal ? output.length : NOT_FINAL));
  output.set(nonce, PREFIX_LENGTH);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: segmentAad(counter, isFinal) };
  const sealed = await crypto.subtle.encrypt(algorithm, key, plaintext);
  output.set(new Uint8Array(sealed), PREFIX_LENGTH + NONCE_LENGTH);
}

/** PARAM_ENCODE of FLOE. @param {Params} params */
function encodeParams(params) {
  return concat(ALGORITHMS, encodeU32(params.encSegLen), encodeU32(IV_LENGTH));
}

/**
 * @param {Bytes} key
 * @param {Bytes} aad
 * @param {Bytes} iv
 * @param {Params} params
 */
async function deriveStart(key, aad, iv, params) {
  if (key.length !== KEY_LENGTH) {
    throw new FormatError("format", "floe: a key is 32 bytes");
  }
  const hmacKey = await importHmacKey(key);
  const headerTag = (await floeKdf(hmacKey, iv, aad, params, encodeUtf8("HEADER_TAG:"))).slice(0, HEADER_TAG_LENGTH);
  const rawMessageKey = await floeKdf(hmacKey, iv, aad, params, encodeUtf8("MESSAGE_KEY:"));
  const messageKey = await importHmacKey(rawMessageKey);
  rawMessageKey.fill(0);
  return { headerTag, state: { messageKey, iv, aad: aad.slice(), params } };
}

/**
 * DERIVE_KEY of FLOE: one AES key for 2^rotationMask segments in a row.
 * @param {State} state
 * @param {number} counter
 * @param {boolean} isFinal
 * @returns {Promise<CryptoKey>}
 */
function deriveSegmentKey(state, counter, isFinal) {
  if (!Number.isInteger(counter) || counter < 0 || counter >= (isFinal ? MAX_SEGMENTS : MAX_SEGMENTS - 1)) {
    throw new FormatError("format", "floe: position out of range");
  }
  const first = counter - (counter % 2 ** state.params.rotationMask);
  const cached = segmentKeys.get(state);
  if (cached?.first === first) {
    return cached.key;
  }
  const key = makeSegmentKey(state, first);
  segmentKeys.set(state, { first, key });
  return key;
}

/** @param {State} state @param {number} first */
async function makeSegmentKey(state, first) {
  const purpose = concat(encodeUtf8("DEK:"), encodeU64(first));
  const raw = await floeKdf(state.messageKey, state.iv, state.aad, state.params, purpose);
  const key = await importAeadKey(raw.subarray(0, KEY_LENGTH));
  raw.fill(0);
  return key;
}

/**
 * FLOE_KDF. HKDF-Expand (RFC 5869) for one block of output is HMAC(key, info ‖ 0x01), which WebCrypto offers without
 * the extract step that its own HKDF always adds.
 * @param {CryptoKey} key
 * @param {Bytes} iv
 * @param {Bytes} aad
 * @param {Params} params
 * @param {Bytes} purpose
 * @returns {Promise<Bytes>} 48 bytes
 */
async function floeKdf(key, iv, aad, params, purpose) {
  const info = concat(encodeParams(params), iv, purpose, aad, Uint8Array.of(1));
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, info));
}

/** @param {Bytes} key */
async function importHmacKey(key) {
  return crypto.subtle.importKey("raw", key, HMAC, false, ["sign"]);
}

/** @param {number} counter @param {boolean} isFinal */
function segmentAad(counter, isFinal) {
  return concat(encodeU64(counter), Uint8Array.of(isFinal ? 1 : 0));
}
