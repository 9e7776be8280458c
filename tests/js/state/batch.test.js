// What is ready while a commit is under way shares the next one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Batch } from "../../../static/js/state/batch.js";

const noRest = () => Promise.resolve();

/** A commit that waits until it is let go. */
function gate() {
  /** @type {string[][]} */
  const seen = [];
  /** @type {(() => void)[]} */
  const open = [];
  /** @param {import("../../../static/js/state/batch.js").Job<string>[]} jobs */
  const commit = async (jobs) => {
    seen.push(jobs.map(({ item }) => item));
    await new Promise((resolve) => { open.push(() => resolve(undefined)); });
    for (const { item, resolve, reject } of jobs) {
      if (item === "bad") {
        reject(new Error("bad"));
      } else {
        resolve();
      }
    }
  };
  return { seen, commit, next: async () => { open.shift()?.(); await new Promise((resolve) => { setTimeout(resolve); }); } };
}

test("what is added at once leaves together", async () => {
  const { seen, commit, next } = gate();
  const batch = new Batch(9, commit, noRest);
  const done = ["a", "b"].map((item) => batch.add(item));
  await null;
  assert.deepEqual(seen, [["a", "b"]]);
  await next();
  await Promise.all(done);
});

test("the first does not wait, later ones share the next commit, at most the limit", async () => {
  const { seen, commit, next } = gate();
  const batch = new Batch(3, commit, noRest);
  const done = [batch.add("a")];
  await null;
  assert.deepEqual(seen, [["a"]]);
  done.push(...["b", "c", "d", "e"].map((item) => batch.add(item)));
  await next();
  assert.deepEqual(seen, [["a"], ["b", "c", "d"]]);
  await next();
  assert.deepEqual(seen, [["a"], ["b", "c", "d"], ["e"]]);
  await next();
  await Promise.all(done);
});

test("an item that is refused does not fail the others", async () => {
  const { commit, next } = gate();
  const batch = new Batch(9, commit, noRest);
  const done = [batch.add("a"), batch.add("bad"), batch.add("c")];
  const outcome = Promise.allSettled(done);
  await null;
  await next();
  assert.deepEqual((await outcome).map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
});

test("a commit that fails rejects its batch and the next one goes on", async () => {
  let first = true;
  const batch = new Batch(9, async (/** @type {import("../../../static/js/state/batch.js").Job<string>[]} */ jobs) => {
    await Promise.resolve();
    if (first) {
      first = false;
      throw new Error("no line");
    }
    jobs.forEach(({ resolve }) => resolve());
  }, noRest);
  const failing = batch.add("a");
  await null;
  const outcome = await Promise.allSettled([failing, batch.add("b")]);
  assert.deepEqual(outcome.map(({ status }) => status), ["rejected", "fulfilled"]);
});

test("after a commit it rests as long again, at most a quarter of a second", async () => {
  /** @type {number[]} */
  const rests = [];
  const batch = new Batch(9, async (/** @type {import("../../../static/js/state/batch.js").Job<string>[]} */ jobs) => {
    await new Promise((resolve) => { setTimeout(resolve, jobs[0].item === "slow" ? 400 : 40); });
    jobs.forEach(({ resolve }) => resolve());
  }, async (milliseconds) => { rests.push(milliseconds); });
  await batch.add("quick");
  await batch.add("slow");
  await new Promise((resolve) => { setTimeout(resolve); });
  assert.ok(rests[0] >= 30 && rests[0] < 250, `rested ${rests[0]}`);
  assert.equal(rests[1], 250);
});
