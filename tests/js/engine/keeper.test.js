// The keeper: no key leaves it, and none is used that the chain does not confirm; content is held to its digest list.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeBase64, encodeBase64 } from "../../../static/js/core/bytes.js";
import { newDirectory, replay } from "../../../static/js/core/directory.js";
import { startOpen, startSeal } from "../../../static/js/core/floe.js";
import { contentAad } from "../../../static/js/core/manifest.js";
import { makeKdf } from "../../../static/js/core/passphrase.js";
import { makeRandom, makeUuid } from "../../../static/js/core/primitives.js";
import { deriveIdentityPublicKey } from "../../../static/js/core/signatures.js";
import { openFetchedBlock, sealFileBlock } from "../../../static/js/workers/content.js";
import { foundVault } from "../../../static/js/workers/founding.js";
import * as keeper from "../../../static/js/workers/keeper.js";
import { FakeServer } from "./fake_server.js";

/** @typedef {import("../../../static/js/core/bytes.js").Bytes} Bytes */

const METADATA = { modified: 0, size: 0, type: "", v: /** @type {1} */ (1) };

/** A vault that was just founded, and its chain. */
async function found() {
  const unlockKey = makeRandom(32);
  const password = { kdf: makeKdf(), unlockKey: unlockKey.slice() };
  const recovery = { unlockKey: makeRandom(32) };
  const founded = await foundVault("owner", password, recovery, 1_700_000_000_000);
  const server = new FakeServer();
  await server.register(founded.account);
  const directory = await replay(newDirectory(founded.user), server.chain);
  const account = {
    user: founded.user, slot: /** @type {any} */ (founded.account.slots[0]), revision: 1, sealed: decodeBase64(founded.account.keyring),
  };
  return { founded, directory, account, unlockKey, spent: [password.unlockKey, recovery.unlockKey] };
}

/** Every key and every run of bytes in what a worker would send. @param {unknown} value @returns {unknown[]} */
function leaves(value) {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof CryptoKey) {
    return [value];
  }
  return Object.values(value).flatMap(leaves);
}

test("founding zeroes the unlock keys, and what leaves is sealed or public", async () => {
  const { founded, spent } = await found();
  assert.ok(spent.every((key) => key.every((byte) => byte === 0)));
  assert.deepEqual(Object.keys(founded.account).sort(), ["keyring", "signature", "slots", "statement"]);
  assert.ok(leaves(founded).every((leaf) => !(leaf instanceof CryptoKey)));
});

test("opening zeroes the unlock key, the wrong one too", async () => {
  const { account, unlockKey } = await found();
  const [right, wrong] = [unlockKey.slice(), makeRandom(32)];
  await keeper.openVault(account, right);
  await assert.rejects(keeper.openVault(account, wrong), { code: "wrong_key" });
  assert.ok([right, wrong].every((key) => key.every((byte) => byte === 0)));
});

test("a chain that announces other keys does not get the keyring's used", async () => {
  const first = await found();
  await found(); // the keeper holds the keys of this one now
  await keeper.openVault(first.account, first.unlockKey.slice());
  const foreign = encodeBase64(await deriveIdentityPublicKey(makeRandom(32)));
  await assert.rejects(keeper.confirmVault({ ...first.directory, identity_key: foreign }), { code: "tampered_key" });
  const generations = [{ ...first.directory.generations[0], public_key: "AAAA" }];
  await assert.rejects(keeper.confirmVault({ ...first.directory, generations }), { code: "tampered_key" });
  const stale = { ...first.directory, keyring: { hash: "a".repeat(64), revision: 2 } };
  await assert.rejects(keeper.confirmVault(stale), { code: "tampered_rollback" });
  const { wrap, metadata } = await keeper.startContent(makeUuid(), makeUuid(), METADATA);
  assert.equal(wrap.length, 384);
  assert.ok(metadata.length > 0);
  await keeper.confirmVault(first.directory);
  await assert.rejects(keeper.confirmVault(first.directory), { code: "locked" });
});

test("the keys of content that leave cannot be exported", async () => {
  await found();
  const made = await keeper.startContent(makeUuid(), makeUuid(), METADATA);
  const keys = leaves(made).filter((leaf) => leaf instanceof CryptoKey);
  assert.ok(keys.length > 0);
  assert.ok(keys.every(({ extractable }) => !extractable));
});

test("a block that opens but was sealed another time is refused: the digest list names one", async () => {
  const [file, version, dek] = [makeUuid(), makeUuid(), makeRandom(32)];
  const { state, header } = await startSeal(dek, contentAad(file, version));
  const source = new Blob(["the same plaintext"]);
  const [named, again] = await Promise.all([0, 1].map(async () =>
    /** @type {{block: Bytes, digest: Bytes}} */ ((await sealFileBlock(state, source, 0)).result)));
  const manifest = /** @type {any} */ ({ blocks: 1, length: source.size, file, version });
  const opening = await startOpen(dek, contentAad(file, version), header);
  await assert.rejects(openFetchedBlock(opening, manifest, named.digest, 0, new Blob([again.block])), { code: "tampered_content" });
  const { result } = await openFetchedBlock(opening, manifest, named.digest, 0, new Blob([named.block]));
  assert.equal(new TextDecoder().decode(/** @type {Bytes} */ (result)), "the same plaintext");
});
