// The queue of transfers: order, limits, progress, cancelling, failures.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CofferError } from "../../../static/js/core/errors.js";
import { Transfers } from "../../../static/js/state/transfers.js";

/** @typedef {import("../../../static/js/state/transfers.js").Run} Run */

const turn = () => new Promise((resolve) => { setTimeout(resolve); });

/** A mover whose transfers end when told. */
function makeMover() {
  /** @type {Map<string, {run: Run, done: () => void, fail: (error: unknown) => void}>} */
  const under = new Map();
  /** @param {string} name @param {Run} run @returns {Promise<void>} */
  const move = (name, run) => new Promise((resolve, reject) => {
    run.signal.addEventListener("abort", () => reject(new CofferError("cancelled", "cancelled")));
    under.set(name, { run, done: () => resolve(), fail: reject });
  });
  const mover = {
    upload: (/** @type {File} */ source, /** @type {Run} */ run) => move(source.name, run),
    download: (/** @type {string} */ file, /** @type {Run} */ run) => move(file, run),
    describe: (/** @type {string} */ file) => ({ name: `name of ${file}`, size: 7 }),
  };
  const get = (/** @type {string} */ name) => {
    const found = under.get(name);
    assert.ok(found, `${name} has not begun`);
    return found;
  };
  return { mover, under, get };
}

/** @param {number} count */
const files = (count) => Array.from({ length: count }, (_, index) => new File(["x".repeat(10)], `f${index}`));

test("uploads begin in order, eight at once, downloads beside them", async () => {
  const { mover, under, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(10));
  transfers.download(["a", "b", "c"]);
  assert.deepEqual([...under.keys()], ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "a", "b"]);
  assert.ok(get("f0").run.rank < get("f1").run.rank);
  assert.equal(transfers.items[10].name, "name of a");
  get("f3").done();
  await turn();
  assert.ok(under.has("f8"));
  assert.equal(under.has("f9"), false);
  assert.equal(transfers.items[3].status, "done");
  assert.equal(transfers.items[3].done, 10);
  assert.ok(transfers.active);
});

test("progress shows, and an item that did not change is the same object", async () => {
  const { mover, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(9));
  const before = transfers.items;
  get("f1").run.onProgress(4);
  assert.equal(transfers.items[1].done, 4);
  assert.equal(transfers.items[8], before[8]);
});

test("a failure keeps its code and lets the next one begin", async () => {
  const { mover, under, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(9));
  get("f0").fail(new CofferError("file_changed", "changed"));
  await turn();
  assert.deepEqual(transfers.items[0].error, { code: "file_changed" });
  assert.equal(transfers.items[0].status, "failed");
  assert.ok(under.has("f8"));
});

test("cancelling a waiting transfer keeps it from ever beginning", async () => {
  const { mover, under, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(10));
  transfers.cancel(transfers.items[8].id);
  get("f0").done();
  await turn();
  assert.equal(under.has("f8"), false);
  assert.ok(under.has("f9"));
  assert.equal(transfers.items[8].status, "cancelled");
});

test("cancelling an active transfer aborts it, and it is no failure", async () => {
  const { mover, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(1));
  transfers.cancel(transfers.items[0].id);
  assert.ok(get("f0").run.signal.aborted);
  await turn();
  assert.deepEqual([transfers.items[0].status, transfers.items[0].error], ["cancelled", null]);
  assert.equal(transfers.active, false);
});

test("what is being committed is not cancelled any more, and keeps no place", async () => {
  const { mover, under, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(10));
  get("f0").run.onFinal();
  assert.ok(under.has("f8"));
  transfers.cancel(transfers.items[0].id);
  assert.equal(get("f0").run.signal.aborted, false);
  get("f0").done();
  await turn();
  assert.equal(transfers.items[0].status, "done");
  assert.equal(under.has("f9"), false);
});

test("clear keeps what is under way, reset forgets and stops everything", async () => {
  const { mover, under, get } = makeMover();
  const transfers = new Transfers(mover);
  transfers.upload(files(10));
  get("f0").done();
  await turn();
  transfers.clear();
  assert.deepEqual(transfers.items.map(({ name }) => name), ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"]);
  transfers.reset();
  assert.equal(transfers.items.length, 0);
  await turn();
  assert.ok(get("f1").run.signal.aborted);
  assert.equal(under.has("f9"), false);
});

test("changes are told at most ten times a second, and the last one always", async () => {
  const { mover, get } = makeMover();
  const transfers = new Transfers(mover);
  let told = 0;
  transfers.addEventListener("change", () => { told += 1; });
  transfers.upload(files(1));
  for (let done = 0; done < 1000; done += 1) {
    get("f0").run.onProgress(done / 100);
  }
  assert.equal(told, 1);
  await new Promise((resolve) => { setTimeout(resolve, 150); });
  assert.equal(told, 2);
  get("f0").run.onProgress(10);
  await new Promise((resolve) => { setTimeout(resolve, 250); });
  assert.equal(told, 3);
});
