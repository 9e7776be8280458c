// The keyring: all that a member's clients must remember, sealed under the vault key (spec §2.3). Mirror: vault/client/keyring.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */
/** @import {Directory, Mark} from "./directory.js" */
/** @import {Generation, Identity} from "./keys.js" */

import { decodeBase64, decodeUuid, encodeBase64, encodeU64, encodeUtf8 } from "./bytes.js";
import {
  decodeJson, encodeJson, parseFields, parseHash, parseInteger, parseList, parseText, parseUuid,
} from "./canonical.js";
import { NO_STATEMENT, checkMark } from "./directory.js";
import { FormatError, TamperedError } from "./errors.js";
import {
  FORMAT_VERSION, encodeContext, parseBase64, parseFormatVersion, parsePositive, parseUsername,
} from "./fields.js";
import { hashOf } from "./hashes.js";
import { KEY_LENGTH, generationPublicKey, identityPublicKey, makeGeneration, makeIdentity } from "./keys.js";
import { makeRandom, openAead, sealAead } from "./primitives.js";
import { openPadded, sealPadded } from "./sealed.js";
import { checkIdentityKey } from "./signatures.js";

export const MAX_SEALED_KEYRING = 1_048_576;

/**
 * The log as last verified: vkey, origin, root in hex, size in entries; no key before any.
 * @typedef {{key: string, origin: string, root: string, size: number}} LogPin
 */

/**
 * Another member as first met: identity key in base64url, highest generation seen.
 * @typedef {{generation: number, identity_key: string, user: string, username: string}} Pin
 */

/**
 * A keyring, field by field as in its JSON; `chain` is the head before it was named.
 * @typedef {{
 *   cache_key: string, chain: Mark, generations: Generation[], identity: Identity, log: LogPin, pins: Pin[],
 *   revision: number, user: string, v: 1,
 * }} Keyring
 */

/** Make the first keyring of a new member: every key, revision 1. @param {string} user UUID @returns {Promise<Keyring>} */
export async function makeKeyring(user) {
  return {
    cache_key: encodeBase64(makeRandom(KEY_LENGTH)),
    chain: { hash: NO_STATEMENT, seq: 0 },
    generations: [await makeGeneration(1)],
    identity: makeIdentity(),
    log: { key: "", origin: "", root: await hashOf(new Uint8Array()), size: 0 },
    pins: [],
    revision: 1,
    user,
    v: FORMAT_VERSION,
  };
}

/**
 * Make the keyring that comes with a change of password: the next revision with one generation more. The older ones
 * stay, because grants and labels are on them. It is to be sealed under a new vault key.
 * @param {Keyring} keyring
 * @param {Mark} head the verified head of the chain that the change follows
 * @returns {Promise<Keyring>}
 */
export async function renewKeyring(keyring, head) {
  const newest = /** @type {Generation} */ (keyring.generations.at(-1));
  return {
    ...keyring,
    chain: head,
    generations: [...keyring.generations, await makeGeneration(newest.generation + 1)],
    revision: keyring.revision + 1,
  };
}

/**
 * @param {CryptoKey} vaultKey of importAeadKey
 * @param {Keyring} keyring
 * @returns {Promise<Bytes>} sealed
 * @throws {FormatError} what openKeyring would refuse
 */
export async function sealKeyring(vaultKey, keyring) {
  const data = encodeJson(keyring);
  try {
    parse(data);
    return await sealPadded(vaultKey, aad(keyring.user, keyring.revision), data, MAX_SEALED_KEYRING);
  } finally {
    data.fill(0);
  }
}

/**
 * Open the keyring of a user and revision; checkKeyring must follow.
 * @param {CryptoKey} vaultKey of importAeadKey
 * @param {string} user UUID
 * @param {number} revision from 1
 * @param {Bytes} sealed
 * @returns {Promise<Keyring>}
 * @throws {TamperedError} `tampered_keyring`: another user's, another revision and any altered byte alike
 * @throws {FormatError} what was sealed is not of its one form
 */
export async function openKeyring(vaultKey, user, revision, sealed) {
  const data = await openPadded(vaultKey, aad(user, revision), sealed, MAX_SEALED_KEYRING, "tampered_keyring");
  try {
    const keyring = parse(data);
    // The seal binds both already; this holds the client that sealed it to what it wrote inside.
    if (keyring.user !== user || keyring.revision !== revision) {
      throw new TamperedError("tampered_keyring", "keyring: another user or revision inside");
    }
    return keyring;
  } finally {
    data.fill(0);
  }
}

/** @param {Bytes} sealed @returns {Promise<string>} what a statement names a keyring by: SHA-256 in hex */
export async function keyringHash(sealed) {
  return hashOf(sealed);
}

/**
 * Hold an opened keyring and a replayed chain to each other, before either is used.
 * @param {Directory} directory
 * @param {Keyring} keyring
 * @param {Bytes} sealed the bytes that it was opened from
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_rollback`: a keyring older than the chain names, another one of the same revision,
 *   a chain without the head that the keyring knows; `tampered_key`: the chain does not announce exactly the public
 *   keys of the private keys; `tampered_keyring`: a chain of another user
 */
export async function checkKeyring(directory, keyring, sealed) {
  if (keyring.user !== directory.user) {
    throw new TamperedError("tampered_keyring", "keyring: of another user than the chain");
  }
  const named = directory.keyring;
  // An old keyring with a new chain would bring retired keys back into use.
  if (keyring.revision < named.revision) {
    throw new TamperedError("tampered_rollback", "keyring: older than a statement names");
  }
  if (keyring.revision === named.revision && (await keyringHash(sealed)) !== named.hash) {
    throw new TamperedError("tampered_rollback", "keyring: not the one that a statement names");
  }
  // And a new keyring with an old or a foreign chain would hide what happened since.
  checkMark(directory, keyring.chain);
  await checkPublicKeys(directory, keyring);
}

/**
 * Seal what a client keeps on its own machine.
 * @param {CryptoKey} cacheKey of importCacheKey
 * @param {string} user UUID
 * @param {string} what names it
 * @param {Bytes} data
 * @returns {Promise<Bytes>} sealed
 */
export async function sealCache(cacheKey, user, what, data) {
  return sealAead(cacheKey, cacheAad(user, what), data);
}

/**
 * @param {CryptoKey} cacheKey of importCacheKey
 * @param {string} user UUID
 * @param {string} what names it
 * @param {Bytes} sealed
 * @returns {Promise<Bytes>} what was kept
 * @throws {WrongKeyError} it does not open: drop it and read it anew
 */
export async function openCache(cacheKey, user, what, sealed) {
  return openAead(cacheKey, cacheAad(user, what), sealed);
}

/** @param {Directory} directory @param {Keyring} keyring */
async function checkPublicKeys(directory, keyring) {
  // A key that the server announced in the member's name would have wraps made to it.
  if (encodeBase64(await identityPublicKey(keyring.identity)) !== directory.identity_key) {
    throw new TamperedError("tampered_key", "keys: the chain announces another identity key");
  }
  const own = await Promise.all(keyring.generations.map(async (generation) =>
    `${generation.generation} ${encodeBase64(await generationPublicKey(generation))}`));
  const announced = directory.generations.map(({ generation, public_key }) => `${generation} ${public_key}`);
  if (own.join() !== announced.join()) {
    throw new TamperedError("tampered_key", "keys: the chain announces other key pairs");
  }
}

/** Bind the place: last week's keyring does not open as this week's. @param {string} user @param {number} revision */
function aad(user, revision) {
  return encodeContext("coffer/v1/keyring", decodeUuid(user), encodeU64(revision));
}

/** @param {string} user @param {string} what */
function cacheAad(user, what) {
  return encodeContext("coffer/v1/cache", decodeUuid(user), encodeUtf8(what));
}

/** @param {Bytes} data @returns {Keyring} */
function parse(data) {
  return parseFields(decodeJson(data), {
    cache_key: parseKey,
    chain: (value) => parseFields(value, { hash: parseHash, seq: parseInteger }),
    generations: parseGenerations,
    identity: (value) => parseFields(value, { seed: parseKey }),
    log: (value) => parseFields(value, { key: parseText, origin: parseText, root: parseHash, size: parseInteger }),
    pins: (value) => parseList(value, parsePin),
    revision: parsePositive,
    user: parseUuid,
    v: parseFormatVersion,
  });
}

/** @param {Json} value @returns {Generation[]} */
function parseGenerations(value) {
  const generations = parseList(value, (item) => parseFields(item, {
    generation: parsePositive,
    label_key: parseKey,
    private_key: (text) => parseBase64(text),
  }));
  const rising = generations.every(({ generation }, index) =>
    index === 0 || generation > generations[index - 1].generation);
  if (generations.length === 0 || !rising) {
    throw new FormatError("format", "keyring: generations in rising order, each once");
  }
  return generations;
}

/** @param {Json} value @returns {Pin} */
function parsePin(value) {
  const pin = parseFields(value, {
    generation: parsePositive,
    identity_key: parseKey,
    user: parseUuid,
    username: parseUsername,
  });
  checkIdentityKey(decodeBase64(pin.identity_key));
  return pin;
}

/** @param {Json} value */
function parseKey(value) {
  return parseBase64(value, KEY_LENGTH);
}
