// From a password or recovery key to login and unlock keys (spec §2.1). Mirror: vault/client/passphrase.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */

import { decodeBase64, encodeBase64, encodeUtf8 } from "./bytes.js";
import { parseBytes, parseFields, parseInteger, parseText } from "./canonical.js";
import { FormatError, PolicyError } from "./errors.js";
import { deriveKey, makeRandom } from "./primitives.js";

/**
 * Key derivation parameters as they travel; memory in KiB, a salt of 16 bytes.
 * @typedef {{algorithm: "argon2id", iterations: number, memory: number, parallelism: 1, salt: string}} Kdf
 */

/**
 * Argon2id (RFC 9106), version 0x13, under the option names of hash-wasm; injected, because it lives in a worker.
 * @typedef {(options: {password: Bytes, salt: Bytes, iterations: number, memorySize: number, parallelism: number,
 *   hashLength: number, outputType: "binary"}) => Promise<Uint8Array>} Argon2id
 */

/** BIP-39 over the English list: bytes to words, and back with the checksum checked; injected. @typedef {{encode: (entropy: Bytes) => string, decode: (words: string) => Uint8Array}} WordCodec */

const MAX_PASSWORD_LENGTH = 1024;
const MIN_MEMORY = 65536;
const MAX_MEMORY = 1048576;
const MIN_ITERATIONS = 3;
const MAX_ITERATIONS = 10;
const PARALLELISM = 1;
const SALT_LENGTH = 16;
const ROOT_LENGTH = 32;
const RECOVERY_KEY_LENGTH = 32;
const RECOVERY_WORDS = 24;
const SPACE = /[ \t\n\v\f\r\u00a0]+/;

/**
 * @param {string} password as typed
 * @returns {Bytes} NFKC in UTF-8, 1..1,024 bytes; spaces stay
 * @throws {PolicyError} `policy_password`: empty, longer, or with a lone surrogate
 */
export function encodePassword(password) {
  // Cutting a password short, or replacing what UTF-8 cannot carry, would let another one in.
  if (!password.isWellFormed()) {
    throw new PolicyError("policy_password", "password: a lone surrogate");
  }
  const encoded = encodeUtf8(password.normalize("NFKC"));
  if (encoded.length === 0 || encoded.length > MAX_PASSWORD_LENGTH) {
    throw new PolicyError("policy_password", "password: not 1 to 1,024 bytes");
  }
  return encoded;
}

/** @returns {Kdf} the parameters of a new password, with a random salt */
export function makeKdf() {
  return {
    algorithm: "argon2id",
    iterations: MIN_ITERATIONS,
    memory: MIN_MEMORY,
    parallelism: PARALLELISM,
    salt: encodeBase64(makeRandom(SALT_LENGTH)),
  };
}

/**
 * Hold parameters from a server between floor and ceiling, before anything is derived or sent: a lower cost would make
 * guessing cheap, a higher one would stop the machine.
 * @param {unknown} kdf
 * @returns {Kdf}
 * @throws {PolicyError} `policy_kdf`: out of bounds, or a field missing, unknown or of another type
 */
export function checkKdf(kdf) {
  const { algorithm, iterations, memory, parallelism, salt } = parseKdf(/** @type {Json} */ (kdf));
  const within =
    algorithm === "argon2id" && parallelism === PARALLELISM &&
    memory >= MIN_MEMORY && memory <= MAX_MEMORY &&
    iterations >= MIN_ITERATIONS && iterations <= MAX_ITERATIONS;
  if (!within) {
    throw new PolicyError("policy_kdf", "kdf: outside floor and ceiling");
  }
  return { algorithm, iterations, memory, parallelism, salt: encodeBase64(salt) };
}

/**
 * @param {string} password as typed
 * @param {unknown} kdf
 * @param {Argon2id} argon2id
 * @returns {Promise<Bytes>} the root secret, 32 bytes; zero it when both keys are derived
 * @throws {PolicyError} as encodePassword and checkKdf
 */
export async function deriveRoot(password, kdf, argon2id) {
  const { iterations, memory, parallelism, salt } = checkKdf(kdf);
  const encoded = encodePassword(password);
  const root = await argon2id({
    password: encoded,
    salt: decodeBase64(salt, SALT_LENGTH),
    iterations,
    memorySize: memory,
    parallelism,
    hashLength: ROOT_LENGTH,
    outputType: "binary",
  });
  encoded.fill(0);
  return /** @type {Bytes} */ (root);
}

/** @param {Bytes} root @returns {Promise<Bytes>} 32 bytes, sent in place of the password */
export async function deriveLoginKey(root) {
  return deriveKey(root, "coffer/v1/login");
}

/** @param {Bytes} root @returns {Promise<Bytes>} 32 bytes, opens the password slot; never sent */
export async function deriveUnlockKey(root) {
  return deriveKey(root, "coffer/v1/unlock");
}

/** @returns {Bytes} a new recovery key, 32 bytes */
export function makeRecoveryKey() {
  return makeRandom(RECOVERY_KEY_LENGTH);
}

/** @param {Bytes} recoveryKey @returns {Promise<Bytes>} 32 bytes, sent in place of the recovery key */
export async function deriveRecoveryLoginKey(recoveryKey) {
  return deriveKey(recoveryKey, "coffer/v1/recovery/login");
}

/** @param {Bytes} recoveryKey @returns {Promise<Bytes>} 32 bytes, opens the recovery slot; never sent */
export async function deriveRecoveryUnlockKey(recoveryKey) {
  return deriveKey(recoveryKey, "coffer/v1/recovery/unlock");
}

/**
 * @param {Bytes} recoveryKey
 * @param {WordCodec} codec
 * @returns {string} 24 words of the BIP-39 English list, a space between
 */
export function encodeRecoveryWords(recoveryKey, codec) {
  return codec.encode(recoveryKey);
}

/**
 * @param {string} text as typed: any case, any white space
 * @param {WordCodec} codec
 * @returns {Bytes} the recovery key, 32 bytes
 * @throws {FormatError} not 24 words, a word outside the list, or a checksum that does not match
 */
export function decodeRecoveryWords(text, codec) {
  const words = text.toLowerCase().split(SPACE).filter((word) => word !== "");
  if (words.length !== RECOVERY_WORDS) {
    throw new FormatError("format", "recovery key: not 24 words");
  }
  try {
    return Uint8Array.from(codec.decode(words.join(" ")));
  } catch {
    // Without the cause: a word codec names the words it was given.
    throw new FormatError("format", "recovery key: unknown word or wrong checksum");
  }
}

/** @param {Json} kdf */
function parseKdf(kdf) {
  try {
    return parseFields(kdf, {
      algorithm: parseText,
      iterations: parseInteger,
      memory: parseInteger,
      parallelism: parseInteger,
      salt: (value) => parseBytes(value, SALT_LENGTH),
    });
  } catch (cause) {
    throw new PolicyError("policy_kdf", "kdf: a field is missing, unknown or of another type", { cause });
  }
}
