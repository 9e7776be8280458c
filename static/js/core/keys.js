// Making the keys of a vault, their public halves, and keys ready for work (spec §2.2, §2.4). Mirror: vault/client/keys.py.

/** @import {Bytes} from "./bytes.js" */

import { decodeBase64, encodeBase64 } from "./bytes.js";
import { derivePublicKey, importPrivateKey, makeKeyPair } from "./oaep.js";
import { importAeadKey, makeRandom } from "./primitives.js";
import { deriveIdentityPublicKey, importIdentityKey, makeIdentityKey } from "./signatures.js";

/** The identity key as the keyring holds it: the seed, 32 bytes in base64url. @typedef {{seed: string}} Identity */

/**
 * A generation as the keyring holds it: number from 1, label key and PKCS #8 in base64url.
 * @typedef {{generation: number, label_key: string, private_key: string}} Generation
 */

/**
 * A generation ready for work: its keys cannot be exported and may be sent to a worker. `publicKey` is the
 * SubjectPublicKeyInfo, recomputed.
 * @typedef {{generation: number, labelKey: CryptoKey, privateKey: CryptoKey, publicKey: Bytes}} WorkingGeneration
 */

export const KEY_LENGTH = 32;

/** @returns {Bytes} 32 random bytes */
export function makeVaultKey() {
  return makeRandom(KEY_LENGTH);
}

/** @returns {Identity} */
export function makeIdentity() {
  return { seed: encodeBase64(makeIdentityKey()) };
}

/**
 * @param {number} number from 1
 * @returns {Promise<Generation>} a new key pair and a new label key
 */
export async function makeGeneration(number) {
  const { privateKey } = await makeKeyPair();
  return {
    generation: number,
    label_key: encodeBase64(makeRandom(KEY_LENGTH)),
    private_key: encodeBase64(privateKey),
  };
}

/**
 * @param {Identity} identity
 * @returns {Promise<Bytes>} the 32-byte Ed25519 public key, recomputed
 * @throws {FormatError} the seed is none
 */
export async function identityPublicKey(identity) {
  return withSecret(decodeBase64(identity.seed, KEY_LENGTH), deriveIdentityPublicKey);
}

/**
 * @param {Generation} generation
 * @returns {Promise<Bytes>} the SubjectPublicKeyInfo of its key pair, recomputed
 * @throws {FormatError} the private key is none
 */
export async function generationPublicKey(generation) {
  return withSecret(decodeBase64(generation.private_key), derivePublicKey);
}

/**
 * @param {Identity} identity
 * @returns {Promise<CryptoKey>} ready to sign
 * @throws {FormatError} the seed is none
 */
export async function importIdentity(identity) {
  return withSecret(decodeBase64(identity.seed, KEY_LENGTH), importIdentityKey);
}

/**
 * @param {Generation} generation
 * @returns {Promise<WorkingGeneration>} ready to open wraps and labels
 * @throws {FormatError} a key is none
 */
export async function importGeneration(generation) {
  return {
    generation: generation.generation,
    labelKey: await withSecret(decodeBase64(generation.label_key, KEY_LENGTH), importAeadKey),
    privateKey: await withSecret(decodeBase64(generation.private_key), importPrivateKey),
    publicKey: await generationPublicKey(generation),
  };
}

/**
 * @param {string} cacheKey the keyring's, base64url
 * @returns {Promise<CryptoKey>} ready for sealCache and openCache
 * @throws {FormatError} not 32 bytes
 */
export async function importCacheKey(cacheKey) {
  return withSecret(decodeBase64(cacheKey, KEY_LENGTH), importAeadKey);
}

/**
 * Use a secret and leave no copy of it behind, whatever happens.
 * @template Result
 * @param {Bytes} secret
 * @param {(secret: Bytes) => Promise<Result>} use
 */
async function withSecret(secret, use) {
  try {
    return await use(secret);
  } finally {
    secret.fill(0);
  }
}
