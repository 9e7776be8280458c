// A page's chain: signs on verified heads alone, loses nothing, and never goes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CofferError, NetworkError } from "../../../static/js/core/errors.js";
import { hashOf } from "../../../static/js/core/hashes.js";
import { makeUuid } from "../../../static/js/core/primitives.js";
import { Chain } from "../../../static/js/state/chain.js";
import { Marks } from "../../../static/js/state/marks.js";
import { asApi, cipher, makeMember, makeStorage, openDevice } from "./world.js";

/** @typedef {import("../../../static/js/state/chain.js").Change} Change */

/** A new folder; counts how often it is built. */
async function makeFolder() {
  const file = makeUuid();
  const sealed = crypto.getRandomValues(new Uint8Array(284));
  const item = { action: "create", file, generation: 1, label: await hashOf(sealed) };
  const made = {
    file,
    builds: 0,
    /** @type {Change} */
    change: () => {
      made.builds += 1;
      return { item, bytes: { label: sealed } };
    },
  };
  return made;
}

test("a change is in the chain, the directory and the mark", async () => {
  const { server, user } = await makeMember();
  const { chain, marks } = await openDevice(server);
  const folder = await makeFolder();
  await chain.append("label", folder.change);
  assert.ok(Object.hasOwn(chain.directory.files, folder.file));
  assert.equal(server.chain.length, 2);
  assert.deepEqual(marks.read(user), { seq: 2, hash: server.chain[1].hash });
});

test("changes asked for at once share statements of at most 256 items", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  const folders = await Promise.all(Array.from({ length: 300 }, makeFolder));
  await Promise.all(folders.map(({ change }) => chain.append("label", change)));
  assert.equal(server.chain.length, 3);
  assert.equal(Object.keys(chain.directory.files).length, 300);
});

test("behind a stale head the change is built anew on what was verified", async () => {
  const { server } = await makeMember();
  const [one, two] = [await openDevice(server), await openDevice(server)];
  const [first, second] = [await makeFolder(), await makeFolder()];
  await one.chain.append("label", first.change);
  await two.chain.append("label", second.change);
  assert.equal(second.builds, 2);
  assert.ok(Object.hasOwn(two.chain.directory.files, first.file));
  assert.equal(two.chain.head.seq, 3);
});

test("what is slipped in behind a stale head is not signed over", async () => {
  const { server } = await makeMember();
  const [one, two] = [await openDevice(server), await openDevice(server)];
  await one.chain.append("label", (await makeFolder()).change);
  const forged = server.chain[1];
  server.chain[1] = { ...forged, signature: new Uint8Array(64) };
  const before = server.chain.length;
  await assert.rejects(two.chain.append("label", (await makeFolder()).change), { code: "tampered_statement" });
  assert.equal(server.chain.length, before);
  assert.equal(two.chain.head.seq, 1);
});

test("an endless race is given up, and nothing is half-changed", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  let posts = 0;
  server.postStatements = async () => {
    posts += 1;
    throw new CofferError("stale_head", "stale");
  };
  await assert.rejects(chain.append("label", (await makeFolder()).change), { code: "stale_head" });
  assert.equal(posts, 5);
  assert.equal(chain.head.seq, 1);
});

test("a change that the directory no longer permits fails alone", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  const good = await makeFolder();
  const outcomes = await Promise.allSettled([
    chain.append("label", () => { throw new CofferError("conflict", "changed elsewhere"); }),
    chain.append("label", good.change),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status), ["rejected", "fulfilled"]);
  assert.equal(server.chain.length, 2);
});

test("an item that the server refuses does not fail the others", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  const folders = await Promise.all(Array.from({ length: 9 }, makeFolder));
  const bad = folders[4].file;
  const honest = server.postStatements.bind(server);
  server.postStatements = async (posted) => {
    const text = Buffer.from(posted[0].statement, "base64url").toString();
    if (text.includes(bad)) {
      throw new CofferError("not_found", "refused");
    }
    return honest(posted);
  };
  const outcomes = await Promise.allSettled(folders.map(({ change }) => chain.append("label", change)));
  assert.deepEqual(outcomes.map(({ status }) => status === "fulfilled"), folders.map(({ file }) => file !== bad));
  assert.equal(Object.keys(chain.directory.files).length, 8);
});

test("a lost answer is no second statement", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  const honest = server.postStatements.bind(server);
  let posts = 0;
  server.postStatements = async (posted) => {
    posts += 1;
    const answer = await honest(posted);
    if (posts === 1) {
      throw new NetworkError("network", "the answer was lost");
    }
    return answer;
  };
  const folder = await makeFolder();
  await chain.append("label", folder.change);
  assert.equal(posts, 2);
  assert.equal(folder.builds, 1);
  assert.equal(server.chain.length, 2);
});

test("an answer about another statement is not believed", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  server.postStatements = async () => ({ statements: [{ entry: 1, hash: "a".repeat(64), seq: 2 }] });
  await assert.rejects(chain.append("label", (await makeFolder()).change), { code: "format" });
  assert.equal(chain.head.seq, 1);
});

test("a chain shorter than the mark is refused, and so is a fork of it", async () => {
  const { server } = await makeMember();
  const { chain, marks } = await openDevice(server);
  await chain.append("label", (await makeFolder()).change);
  const [cut] = server.chain.splice(1, 1);
  await assert.rejects(openDevice(server, marks), { code: "tampered_rollback" });
  const other = await openDevice(server);
  await other.chain.append("label", (await makeFolder()).change);
  await assert.rejects(openDevice(server, marks), { code: "tampered_rollback" });
  server.chain.splice(1, 1, cut);
  await openDevice(server, marks);
});

test("a chain that the keyring does not confirm leaves no mark", async () => {
  const { server, user } = await makeMember();
  const marks = new Marks(makeStorage());
  const chain = new Chain({ api: asApi(server), cipher, marks }, user);
  const refuse = async () => { throw new CofferError("tampered_key", "another identity key"); };
  await assert.rejects(chain.open(refuse), { code: "tampered_key" });
  assert.equal(marks.read(user).seq, 0);
  assert.equal(chain.head.seq, 0);
});

test("a list that turns back on itself, or never ends, is refused", async () => {
  const { server } = await makeMember();
  const { chain } = await openDevice(server);
  const [first] = server.chain;
  server.statements = async () => ({ next: "more", results: [first] });
  await assert.rejects(chain.sync(), { code: "tampered_statement" });
  server.statements = async () => ({ next: "more", results: [] });
  await assert.rejects(chain.sync(), { code: "format" });
});

test("every page of a long chain is read", async () => {
  const { server } = await makeMember();
  const one = await openDevice(server);
  for (let count = 0; count < 8; count += 1) {
    await one.chain.append("label", (await makeFolder()).change);
  }
  const two = await openDevice(server);
  assert.deepEqual(two.chain.head, one.chain.head);
});
