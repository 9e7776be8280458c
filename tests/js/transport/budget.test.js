// Bytes in memory are bounded, and an older transfer goes first.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Budget } from "../../../static/js/transport/budget.js";

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => { setTimeout(resolve); });

/** @param {Budget} budget @param {string[]} log @param {string} name @param {number} weight @param {number} rank */
function ask(budget, log, name, weight, rank, signal = never) {
  return budget.take(weight, rank, signal).then((giveBack) => {
    log.push(name);
    return giveBack;
  });
}

test("no more than the capacity is out at once", async () => {
  const budget = new Budget(10);
  /** @type {string[]} */
  const log = [];
  const first = await ask(budget, log, "a", 6, 1);
  void ask(budget, log, "b", 6, 1);
  await turn();
  assert.deepEqual(log, ["a"]);
  first();
  await turn();
  assert.deepEqual(log, ["a", "b"]);
});

test("the older transfer goes first, whenever it asks", async () => {
  const budget = new Budget(10);
  /** @type {string[]} */
  const log = [];
  const first = await ask(budget, log, "first", 10, 1);
  void ask(budget, log, "third", 5, 3);
  void ask(budget, log, "second", 5, 2);
  first();
  await turn();
  assert.deepEqual(log, ["first", "second", "third"]);
});

test("small claims do not starve a large one", async () => {
  const budget = new Budget(10);
  /** @type {string[]} */
  const log = [];
  const first = await ask(budget, log, "first", 5, 1);
  void ask(budget, log, "large", 10, 1);
  void ask(budget, log, "small", 5, 2);
  await turn();
  assert.deepEqual(log, ["first"]);
  first();
  await turn();
  assert.deepEqual(log, ["first", "large"]);
});

test("a cancelled claim leaves and lets the next one through", async () => {
  const budget = new Budget(10);
  /** @type {string[]} */
  const log = [];
  await ask(budget, log, "first", 5, 1);
  const control = new AbortController();
  const large = ask(budget, log, "large", 10, 1, control.signal);
  void ask(budget, log, "small", 5, 2);
  control.abort();
  await assert.rejects(large, { code: "cancelled" });
  await turn();
  assert.deepEqual(log, ["first", "small"]);
});
