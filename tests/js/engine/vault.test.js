// The listing is held to the chain; trash and restore are statements; locking forgets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Mover } from "../../../static/js/state/mover.js";
import { Vault } from "../../../static/js/state/vault.js";
import { makeMember, openDevice } from "./world.js";

/** @typedef {import("./fake_server.js").FakeServer} FakeServer */

const RUN = { rank: 1, signal: new AbortController().signal, onProgress: () => {}, onFinal: () => {} };

/** @param {FakeServer} server */
async function openVault(server) {
  const tools = await openDevice(server);
  const vault = new Vault();
  vault.open(tools);
  await vault.refresh();
  const mover = new Mover({ vault, streams: /** @type {any} */ (null) });
  mover.use(tools);
  return { vault, tools, mover, add: (/** @type {string} */ name) => mover.upload(new File([name], name), RUN) };
}

/** @param {...string} names */
async function makeVaultWith(...names) {
  const { server } = await makeMember();
  const device = await openVault(server);
  for (const name of names) {
    await device.add(name);
  }
  return { server, ...device };
}

/** @param {Vault} vault */
const names = (vault) => vault.files.map(({ name }) => name).sort();

test("another device sees what one device added", async () => {
  const { server } = await makeVaultWith("a", "b", "c", "d", "e");
  const { vault } = await openVault(server);
  assert.equal(vault.status, "ready");
  assert.deepEqual(names(vault), ["a", "b", "c", "d", "e"]);
});

test("what another device adds is there after a refresh, and nothing is listed anew without need", async () => {
  const { server, vault, add } = await makeVaultWith("a");
  let listings = 0;
  const honest = server.labels.bind(server);
  server.labels = (cursor) => {
    listings += 1;
    return honest(cursor);
  };
  await vault.refresh();
  assert.equal(listings, 0);
  const other = await openVault(server);
  await other.add("b");
  await vault.refresh();
  assert.deepEqual(names(vault), ["a", "b"]);
  await add("c");
  assert.deepEqual(names(vault), ["a", "b", "c"]);
});

test("trash and restore move a file, for every device", async () => {
  const { server, vault } = await makeVaultWith("a", "b", "c");
  const files = vault.files.filter(({ name }) => name !== "b").map(({ file }) => file);
  const before = server.chain.length;
  await vault.trashFiles(files);
  assert.equal(server.chain.length, before + 1);
  assert.deepEqual([names(vault), vault.trash.length], [["b"], 2]);
  assert.ok(vault.trash[0].trashed > 1_700_000_000_000);
  const other = await openVault(server);
  assert.equal(other.vault.trash.length, 2);
  await other.vault.restoreFiles([files[0]]);
  await vault.refresh();
  assert.equal(vault.files.length, 2);
});

test("a file that another device renamed meanwhile is not overwritten with its old name", async () => {
  const { server, vault } = await makeVaultWith("a");
  const other = await openVault(server);
  const [{ file }] = vault.files;
  await other.vault.trashFiles([file]);
  await assert.rejects(vault.trashFiles([file]), { code: "conflict" });
  await vault.refresh();
  assert.equal(vault.trash.length, 1);
});

/** @type {[string, string, (rows: Map<string, any>) => void][]} */
const LIES = [
  ["leaves a file out", "tampered_rollback", (rows) => rows.delete([...rows.keys()][0])],
  ["adds a file that no statement names", "tampered_unlisted", (rows) => rows.set(crypto.randomUUID(), [...rows.values()][0])],
  ["swaps two labels", "tampered_label", (rows) => {
    const [[a, one], [b, two]] = rows;
    rows.set(a, two).set(b, one);
  }],
  ["names another generation", "tampered_label", (rows) => {
    const [[a, one]] = rows;
    rows.set(a, { ...one, generation: 2 });
  }],
];
for (const [what, code, lie] of LIES) {
  test(`a listing that ${what} is an error, and no file is shown`, async () => {
    const { server } = await makeVaultWith("a", "b");
    lie(server.listed);
    const tools = await openDevice(server);
    const vault = new Vault();
    vault.open(tools);
    await assert.rejects(vault.refresh(), { code });
    assert.deepEqual([vault.status, vault.error], ["error", { code }]);
    assert.deepEqual(vault.files, []);
  });
}

test("a listing that lists a file twice, or has no end, is an error", async () => {
  const { server } = await makeVaultWith("a", "b");
  const honest = await server.labels("");
  const vault = new Vault();
  server.labels = async () => ({ next: "", results: [...honest.results, honest.results[0]] });
  vault.open(await openDevice(server));
  await assert.rejects(vault.refresh(), { code: "tampered_rollback" });
  server.labels = async () => ({ next: "more", results: honest.results });
  await assert.rejects(vault.refresh(), { code: "format" });
  server.labels = async () => ({ next: "more", results: [] });
  await assert.rejects(vault.refresh(), { code: "format" });
});

test("a vault that grows while it is listed is no attack", async () => {
  const { server, add } = await makeVaultWith("a", "b", "c", "d");
  const tools = await openDevice(server);
  const vault = new Vault();
  const honest = server.labels.bind(server);
  let grown = false;
  server.labels = async (cursor) => {
    if (!grown && cursor !== "") {
      grown = true;
      await add("e");
    }
    return honest(cursor);
  };
  vault.open(tools);
  await vault.refresh();
  assert.deepEqual(names(vault), ["a", "b", "c", "d", "e"]);
});

test("a label that does not open is no file with another name", async () => {
  const { server, vault } = await makeVaultWith("a");
  const [{ file }] = vault.files;
  const other = await makeMember("stranger"); // from here on the keys are the stranger's
  assert.ok(other.user !== server.user);
  const tools = await openDevice(server);
  const second = new Vault();
  second.open(tools);
  await assert.rejects(second.refresh(), { code: "tampered_label" });
  assert.equal(second.files.some((item) => item.file === file), false);
});

test("locking forgets every name at once, and an answer that comes late changes nothing", async () => {
  const { server, vault } = await makeVaultWith("a", "b");
  const [{ file }] = vault.files;
  const honest = server.statements.bind(server);
  /** @type {() => void} */
  let answer = () => {};
  server.statements = async (after) => {
    await new Promise((resolve) => { answer = () => resolve(undefined); });
    return honest(after);
  };
  const late = vault.refresh();
  vault.close();
  assert.deepEqual([vault.files, vault.trash, vault.status], [[], [], "loading"]);
  await new Promise((resolve) => { setTimeout(resolve); });
  answer();
  await late;
  assert.equal(vault.status, "loading");
  assert.throws(() => vault.describe(file), { code: "locked" });
  await assert.rejects(vault.trashFiles([file]), { code: "locked" });
});
