// The high-water mark never goes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Marks } from "../../../static/js/state/marks.js";

const USER = "7d5f0f0c-5d3c-4f0e-9a52-0f6a5f1f8f11";
const OTHER = "0b9f5b1e-3f6e-4f39-8e9b-9a0f7a1f6c22";
const A = "a".repeat(64);
const B = "b".repeat(64);

function makeStorage() {
  /** @type {Map<string, string>} */
  const map = new Map();
  return {
    map,
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => { map.set(key, value); },
  };
}

test("a new browser has seen nothing", () => {
  assert.deepEqual({ ...new Marks(makeStorage()).read(USER) }, { seq: 0, hash: "0".repeat(64) });
});

test("a mark rises, for its member alone", () => {
  const storage = makeStorage();
  new Marks(storage).raise(USER, { seq: 7, hash: A });
  assert.deepEqual(new Marks(storage).read(USER), { seq: 7, hash: A });
  assert.equal(new Marks(storage).read(OTHER).seq, 0);
});

test("a mark never goes back, and never changes its hash", () => {
  const marks = new Marks(makeStorage());
  marks.raise(USER, { seq: 7, hash: A });
  marks.raise(USER, { seq: 6, hash: B });
  marks.raise(USER, { seq: 7, hash: B });
  assert.deepEqual(marks.read(USER), { seq: 7, hash: A });
});

test("a tab with an older view does not lower what another tab wrote", () => {
  const storage = makeStorage();
  const [one, two] = [new Marks(storage), new Marks(storage)];
  one.raise(USER, { seq: 3, hash: A });
  two.raise(USER, { seq: 9, hash: B });
  one.raise(USER, { seq: 4, hash: A });
  assert.equal(one.read(USER).seq, 9);
});
