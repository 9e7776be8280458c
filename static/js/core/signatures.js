// Ed25519 (RFC 8032), stricter than any one library (spec §1). Mirror: vault/client/signatures.py.

/** @import {Bytes} from "./bytes.js" */

import { concat, decodeBase64, decodeHex, encodeHex } from "./bytes.js";
import { FormatError, TamperedError } from "./errors.js";
import { makeRandom } from "./primitives.js";

const SEED_LENGTH = 32;
const PUBLIC_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
const FIELD = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** The y of the eight points of small order: 1, -1, the two of order 4 (y = 0), the four of order 8. */
const SMALL_ORDER = [
  0n,
  1n,
  FIELD - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];
/** PKCS #8 around a seed (RFC 8410): the only private form that WebCrypto imports without the public key. */
const PKCS8_PREFIX = decodeHex("302e020100300506032b657004220420");

/** @returns {Bytes} a new private key: the 32-byte seed */
export function makeIdentityKey() {
  return makeRandom(SEED_LENGTH);
}

/**
 * @param {Bytes} seed 32 bytes
 * @returns {Promise<CryptoKey>} for sign; cannot be exported
 * @throws {FormatError} another length
 */
export async function importIdentityKey(seed) {
  return importSeed(seed, false);
}

/**
 * @param {Bytes} seed 32 bytes
 * @returns {Promise<Bytes>} the 32-byte public key
 * @throws {FormatError} another length
 */
export async function deriveIdentityPublicKey(seed) {
  const jwk = await crypto.subtle.exportKey("jwk", await importSeed(seed, true));
  return decodeBase64(/** @type {string} */ (jwk.x), PUBLIC_LENGTH);
}

/**
 * Refuse a public key that libraries disagree about, or under which a signature proves nothing.
 * @param {Bytes} publicKey
 * @throws {FormatError} not 32 bytes, not canonical, of small order
 */
export function checkIdentityKey(publicKey) {
  if (publicKey.length !== PUBLIC_LENGTH) {
    throw new FormatError("format", "ed25519: a public key is 32 bytes");
  }
  const y = littleEndian(publicKey) % 2n ** 255n;
  // A second encoding of one key would pass for another key where keys are compared as bytes.
  if (y >= FIELD) {
    throw new FormatError("format", "ed25519: not canonical");
  }
  // Under a key of small order one signature fits many messages.
  if (SMALL_ORDER.includes(y)) {
    throw new FormatError("format", "ed25519: of small order");
  }
}

/**
 * @param {CryptoKey} key of importIdentityKey
 * @param {Bytes} message domain-separation string and bytes
 * @returns {Promise<Bytes>} 64 bytes
 */
export async function sign(key, message) {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
}

/**
 * @param {Bytes} publicKey
 * @param {Bytes} message
 * @param {Bytes} signature
 * @throws {FormatError} what checkIdentityKey refuses
 * @throws {TamperedError} `tampered_statement`: not a signature of this message under this key
 */
export async function verifySignature(publicKey, message, signature) {
  checkIdentityKey(publicKey);
  // S and S + L are one signature to a careless library: whoever saw one could mint another.
  if (signature.length !== SIGNATURE_LENGTH || littleEndian(signature.subarray(32)) >= ORDER) {
    throw new TamperedError("tampered_statement", "ed25519: signature malformed");
  }
  if (!(await matches(publicKey, message, signature))) {
    throw new TamperedError("tampered_statement", "ed25519: signature does not match");
  }
}

/** @param {Bytes} publicKey @param {Bytes} message @param {Bytes} signature */
async function matches(publicKey, message, signature) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch (cause) {
    // Some browsers refuse at import an encoding that is on no point of the curve; nothing verifies under it.
    throw new TamperedError("tampered_statement", "ed25519: no point of the curve", { cause });
  }
}

/** @param {Bytes} seed @param {boolean} extractable */
async function importSeed(seed, extractable) {
  if (seed.length !== SEED_LENGTH) {
    throw new FormatError("format", "ed25519: a private key is 32 bytes");
  }
  const pkcs8 = concat(PKCS8_PREFIX, seed);
  return crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", extractable, ["sign"]).finally(() => pkcs8.fill(0));
}

/** @param {Bytes} data */
function littleEndian(data) {
  return BigInt(`0x${encodeHex(data.slice().reverse())}`);
}
