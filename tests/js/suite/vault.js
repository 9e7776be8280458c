// What no vector can say of keys, keyring and directory: keys that stay inside, secrets zeroed, nothing half-changed.

import { encodeBase64, encodeUtf8, equal } from "../../../static/js/core/bytes.js";
import { applyStatement, chainHead, newDirectory, replay } from "../../../static/js/core/directory.js";
import { CofferError } from "../../../static/js/core/errors.js";
import { hashAll, hashOf } from "../../../static/js/core/hashes.js";
import { keyringHash, makeKeyring, openCache, openKeyring, renewKeyring, sealCache, sealKeyring } from "../../../static/js/core/keyring.js";
import { generationPublicKey, identityPublicKey, importCacheKey, importGeneration, importIdentity, makeGeneration, makeIdentity, makeVaultKey } from "../../../static/js/core/keys.js";
import { makeKdf } from "../../../static/js/core/passphrase.js";
import { importAeadKey, makeRandom, makeUuid } from "../../../static/js/core/primitives.js";
import { openSlot, sealSlot, slotHash } from "../../../static/js/core/slots.js";
import { buildStatement, signStatement } from "../../../static/js/core/statements.js";
import { makeDek, openWrap, sealWrap } from "../../../static/js/core/wraps.js";
import { holds, same, sameBytes, verdictOf } from "./check.js";

/** @import {Keyring} from "../../../static/js/core/keyring.js" */
/** @import {Change} from "../../../static/js/core/items.js" */

const USER = makeUuid();
const HASH = "ab".repeat(32);

/** @type {Record<string, () => unknown>} */
export const tests = {
  "keys ready for work cannot be taken out, and can be sent to a worker": async () => {
    const { cache_key, generations, identity } = await makeKeyring(USER);
    const { labelKey, privateKey, publicKey } = await importGeneration(generations[0]);
    const imported = [labelKey, privateKey, await importIdentity(identity), await importCacheKey(cache_key)];
    same(imported.map(({ extractable }) => extractable), [false, false, false, false], "extractable");
    const sent = structuredClone({ generation: 1, labelKey, privateKey, publicKey });
    const [file, version, dek] = [makeUuid(), makeUuid(), makeDek()];
    const wrap = await sealWrap(publicKey, dek, file, version, USER);
    sameBytes(await openWrap(sent, wrap, file, version, USER), dek, "DEK");
  },

  "importing leaves no copy of a secret behind": async () => {
    const { identity, generations, cache_key } = await makeKeyring(USER);
    const left = await decodedBy(async () => {
      await importIdentity(identity);
      await importGeneration(generations[0]);
      await importCacheKey(cache_key);
      await identityPublicKey(identity);
    });
    holds(left.length >= 3, "secrets were seen");
    holds(left.every((bytes) => bytes.every((byte) => byte === 0)), "zeroed");
  },

  "a wrong key is refused with the error of its place, and zeroed all the same": async () => {
    const seed = encodeBase64(makeRandom(31));
    same(await verdictOf(() => importIdentity({ seed })), "format", "seed");
    const generation = { ...(await makeGeneration(1)), private_key: encodeBase64(makeRandom(64)) };
    same(await verdictOf(() => importGeneration(generation)), "format", "private key");
    same(await verdictOf(() => generationPublicKey(generation)), "format", "public key");
  },

  "everything made is new each time": async () => {
    const [first, second] = [await makeKeyring(USER), await makeKeyring(USER)];
    for (const name of /** @type {(keyof Keyring)[]} */ (["cache_key", "generations", "identity"])) {
      holds(JSON.stringify(first[name]) !== JSON.stringify(second[name]), name);
    }
    holds(!equal(makeVaultKey(), makeVaultKey()) && !equal(makeDek(), makeDek()), "keys");
    const [one, other] = [makeIdentity(), makeIdentity()];
    holds(one.seed !== other.seed, "identity");
    const key = await importAeadKey(makeVaultKey());
    holds(!equal(await sealKeyring(key, first), await sealKeyring(key, first)), "nonce");
  },

  "a made keyring opens, and a cache under its key": async () => {
    const key = await importAeadKey(makeVaultKey());
    const keyring = await makeKeyring(USER);
    const sealed = await sealKeyring(key, keyring);
    same(await openKeyring(key, USER, 1, sealed), keyring, "keyring");
    const cacheKey = await importCacheKey(keyring.cache_key);
    const cached = await sealCache(cacheKey, USER, "directory", encodeUtf8("{}"));
    sameBytes(await openCache(cacheKey, USER, "directory", cached), encodeUtf8("{}"), "cache");
  },

  "a renewed keyring keeps what the old one opens": async () => {
    const key = await importAeadKey(makeVaultKey());
    const keyring = await makeKeyring(USER);
    const before = structuredClone(keyring);
    const head = { hash: HASH, seq: 7 };
    const renewed = await renewKeyring(keyring, head);
    const [older, newest] = renewed.generations;
    same(keyring, before, "the keyring that was given");
    same({ ...renewed, generations: [older] }, { ...before, chain: head, revision: 2 }, "all but the new generation");
    same(newest.generation, 2, "generation");
    holds(newest.label_key !== older.label_key && newest.private_key !== older.private_key, "keys");
    same(await openKeyring(key, USER, 2, await sealKeyring(key, renewed)), renewed, "keyring");
  },

  "a refused statement leaves the directory as it was": async () => {
    const { append, directory } = await makeChain();
    const [file, version] = [makeUuid(), makeUuid()];
    const upload = { file, generation: 1, label: HASH, manifest: HASH, replaces: "", version, wrap: HASH };
    const before = structuredClone(directory());
    // The first item is right; the second names a version that no chain has.
    const wrong = { ...upload, file: makeUuid(), version: makeUuid(), replaces: makeUuid() };
    same(await verdictOf(() => append({ type: "upload", items: [upload, wrong] })), "tampered_statement", "verdict");
    same(directory(), before, "directory");
    const known = directory();
    await append({ type: "upload", items: [upload] });
    same(known, before, "the directory that was given");
    same(Object.keys(directory().files), [file], "files");
  },

  "a directory survives JSON and a worker boundary": async () => {
    const { append, directory, statements } = await makeChain();
    await append({ type: "label", items: [{ action: "create", file: makeUuid(), generation: 1, label: HASH }] });
    const kept = JSON.parse(JSON.stringify(directory()));
    same(kept, directory(), "JSON");
    same(structuredClone(directory()), directory(), "clone");
    const next = { type: /** @type {const} */ ("label"), items: [{ action: /** @type {const} */ ("create"), file: makeUuid(), generation: 1, label: HASH }] };
    await append(next);
    same(await replay(kept, statements.slice(-1)), directory(), "replayed on what was kept");
  },

  "many hashes come in their order": async () => {
    const pieces = Array.from({ length: 600 }, (_, index) => encodeUtf8(String(index)));
    const hashes = await hashAll(pieces);
    same(hashes.length, 600, "count");
    for (const index of [0, 255, 256, 599]) {
      same(hashes[index], await hashOf(pieces[index]), `hash ${index}`);
    }
  },

  "an error names no secret": async () => {
    const secret = "c2VjcmV0c2VjcmV0";
    const attempts = [
      () => importCacheKey(secret),
      () => importIdentity({ seed: secret }),
      () => sealWrap(encodeUtf8(secret), encodeUtf8(secret), USER, USER, USER),
      () => importGeneration({ generation: 1, label_key: secret, private_key: secret }),
    ];
    for (const attempt of attempts) {
      const error = await attempt().then(() => null, (/** @type {unknown} */ caught) => caught);
      holds(error instanceof CofferError, "refused");
      holds(!`${error} ${error.cause}`.includes(secret), "message");
    }
  },
};

/** A chain that begins with register, and a way to append what this client signs. */
async function makeChain() {
  const keyring = await makeKeyring(USER);
  const [vaultKey, unlockKey] = [makeVaultKey(), makeRandom(32)];
  const slot = await sealSlot(USER, "password", makeKdf(), unlockKey, vaultKey);
  sameBytes(await openSlot(USER, slot, unlockKey), vaultKey, "vault key");
  const sealed = await sealKeyring(await importAeadKey(vaultKey), keyring);
  const identity = await importIdentity(keyring.identity);
  const statements = /** @type {{signature: Uint8Array<ArrayBuffer>, statement: Uint8Array<ArrayBuffer>}[]} */ ([]);
  let directory = newDirectory(USER);
  /** @param {Change} change */
  const append = async (change) => {
    const { hash, seq } = chainHead(directory);
    const { root, size } = keyring.log;
    const statement = await buildStatement({ ...change, prev: hash, seen: { root, size }, seq: seq + 1, time: 0, user: USER });
    directory = await applyStatement(directory, statement);
    statements.push({ signature: await signStatement(identity, statement), statement });
  };
  await append({
    type: "register",
    items: [{
      generation: 1,
      identity_key: encodeBase64(await identityPublicKey(keyring.identity)),
      keyring: { hash: await keyringHash(sealed), revision: 1 },
      not_after: 0,
      public_key: encodeBase64(await generationPublicKey(keyring.generations[0])),
      slots: [{ hash: await slotHash(slot), kind: "password" }, { hash: HASH, kind: "recovery" }],
      username: "owner",
    }],
  });
  return { append, directory: () => directory, statements };
}

/**
 * What importKey was given while some work ran: the very arrays, to see what is left in them.
 * @param {() => Promise<void>} work
 */
async function decodedBy(work) {
  const { subtle } = crypto;
  const original = subtle.importKey;
  /** @type {Uint8Array[]} */
  const seen = [];
  Object.defineProperty(subtle, "importKey", {
    configurable: true,
    /** @param {any[]} rest */
    value: (...rest) => {
      if (rest[1] instanceof Uint8Array && rest[0] !== "spki") {
        seen.push(rest[1]);
      }
      return Reflect.apply(original, subtle, rest);
    },
  });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(subtle, "importKey");
  }
  return seen;
}
