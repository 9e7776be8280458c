// RSA-OAEP with SHA-256 and strict public keys (spec §1, §2.4, §4; RFC 8017). Mirror: vault/client/oaep.py.

/** @import {Bytes} from "./bytes.js" */

import { decodeHex, equal } from "./bytes.js";
import { FormatError, PolicyError, TamperedError } from "./errors.js";

const ALGORITHM = { name: "RSA-OAEP", hash: "SHA-256" };
const MADE_BITS = 3072;
const MIN_BITS = 3072;
const MAX_BITS = 4096;
const EXPONENT = decodeHex("010001");
/** DER of AlgorithmIdentifier {rsaEncryption, NULL} (RFC 8017 appendix A). */
const RSA_ENCRYPTION = decodeHex("300d06092a864886f70d0101010500");
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;

/** @typedef {{start: number, end: number}} Span the content of one DER element within its bytes */

/** @returns {Promise<{privateKey: Bytes, publicKey: Bytes}>} PKCS #8 and SubjectPublicKeyInfo, both DER */
export async function makeKeyPair() {
  const algorithm = { ...ALGORITHM, modulusLength: MADE_BITS, publicExponent: EXPONENT };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"]);
  return {
    privateKey: new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)),
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
  };
}

/**
 * @param {Bytes} privateKey PKCS #8 DER
 * @returns {Promise<CryptoKey>} for unwrapOaep; cannot be exported
 * @throws {FormatError} not an RSA private key
 */
export async function importPrivateKey(privateKey) {
  return importPkcs8(privateKey, false);
}

/**
 * @param {Bytes} privateKey PKCS #8 DER
 * @returns {Promise<Bytes>} its SubjectPublicKeyInfo, recomputed
 * @throws {FormatError} not an RSA private key
 */
export async function derivePublicKey(privateKey) {
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", await importPkcs8(privateKey, true));
  const publicKey = await crypto.subtle.importKey("jwk", { kty, n, e }, ALGORITHM, true, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
}

/**
 * @param {Bytes} publicKey SubjectPublicKeyInfo in its one DER form
 * @returns {Promise<CryptoKey>} for wrapOaep
 * @throws {FormatError} not that form, or not RSA
 * @throws {PolicyError} `policy_key_size`: a modulus outside 3072..4096 bits, or e other than 65537
 */
export async function parsePublicKey(publicKey) {
  checkPublicKey(publicKey);
  try {
    return await crypto.subtle.importKey("spki", publicKey, ALGORITHM, false, ["encrypt"]);
  } catch (cause) {
    throw new FormatError("format", "rsa: not a public key", { cause });
  }
}

/**
 * @param {CryptoKey} key of parsePublicKey
 * @param {Bytes} label domain-separation string and context
 * @param {Bytes} data at most 318 bytes under a 3072-bit key
 * @returns {Promise<Bytes>} as long as the modulus
 */
export async function wrapOaep(key, label, data) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP", label }, key, data));
}

/**
 * @param {CryptoKey} key of importPrivateKey
 * @param {Bytes} label
 * @param {Bytes} wrapped
 * @returns {Promise<Bytes>}
 * @throws {TamperedError} `tampered_wrap`, one error for every cause
 */
export async function unwrapOaep(key, label, wrapped) {
  const { modulusLength } = /** @type {{name: string, modulusLength: number}} */ (key.algorithm);
  if (wrapped.length !== Math.ceil(modulusLength / 8)) {
    throw new TamperedError("tampered_wrap", "oaep: not as long as the modulus");
  }
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "RSA-OAEP", label }, key, wrapped));
  } catch (cause) {
    throw new TamperedError("tampered_wrap", "oaep: does not open", { cause });
  }
}

/** @param {Bytes} privateKey @param {boolean} extractable */
async function importPkcs8(privateKey, extractable) {
  try {
    return await crypto.subtle.importKey("pkcs8", privateKey, ALGORITHM, extractable, ["decrypt"]);
  } catch (cause) {
    throw new FormatError("format", "rsa: not a private key", { cause });
  }
}

/**
 * Everything about the DER is fixed but the modulus, so that one key has one form, one hash and one fingerprint.
 * @param {Bytes} spki
 */
function checkPublicKey(spki) {
  const outer = readDer(spki, 0, spki.length, SEQUENCE);
  const bits = readDer(spki, outer.start + RSA_ENCRYPTION.length, outer.end, BIT_STRING);
  const inner = readDer(spki, bits.start + 1, bits.end, SEQUENCE);
  const modulus = readDer(spki, inner.start, inner.end, INTEGER);
  const exponent = readDer(spki, modulus.end, inner.end, INTEGER);
  const algorithm = spki.subarray(outer.start, outer.start + RSA_ENCRYPTION.length);
  const closed = outer.end === spki.length && bits.end === outer.end && inner.end === bits.end;
  if (!closed || exponent.end !== inner.end || spki[bits.start] !== 0 || !equal(algorithm, RSA_ENCRYPTION)) {
    throw new FormatError("format", "rsa: not an RSA SubjectPublicKeyInfo");
  }
  checkNumbers(readPositive(spki, modulus), readPositive(spki, exponent));
}

/**
 * @param {Bytes} data
 * @param {number} offset where the element begins
 * @param {number} limit where it must have ended
 * @param {number} tag
 * @returns {Span}
 */
function readDer(data, offset, limit, tag) {
  const first = data[offset + 1];
  const extra = first === 0x81 || first === 0x82 ? first - 0x80 : 0;
  const start = offset + 2 + extra;
  const length = extra === 0 ? first : data.subarray(offset + 2, start).reduce((high, byte) => high * 256 + byte, 0);
  // BER allows a longer length where DER has one: 0x81 begins at 128, 0x82 at 256.
  const minimal = extra === 0 ? first < 0x80 : length >= (extra === 1 ? 0x80 : 0x100);
  if (start > limit || data[offset] !== tag || !minimal || start + length > limit) {
    throw new FormatError("format", "rsa: not DER");
  }
  return { start, end: start + length };
}

/** @param {Bytes} data @param {Span} span @returns {Bytes} the magnitude of a positive INTEGER, no leading zero */
function readPositive(data, span) {
  const content = data.subarray(span.start, span.end);
  const magnitude = content[0] === 0 ? content.subarray(1) : content;
  const signed = content[0] >= 0x80;
  const redundant = content[0] === 0 && !(magnitude[0] >= 0x80);
  if (content.length === 0 || signed || redundant) {
    throw new FormatError("format", "rsa: not a positive integer in its shortest form");
  }
  return magnitude;
}

/** @param {Bytes} modulus @param {Bytes} exponent */
function checkNumbers(modulus, exponent) {
  const bits = modulus.length * 8 - Math.clz32(modulus[0]) + 24;
  // A short modulus can be factored; e = 1 would send the DEK in the clear.
  if (bits < MIN_BITS || bits > MAX_BITS || !equal(exponent, EXPONENT)) {
    throw new PolicyError("policy_key_size", "rsa: modulus or exponent outside the policy");
  }
  if (modulus[modulus.length - 1] % 2 === 0) {
    throw new FormatError("format", "rsa: an even modulus");
  }
}
