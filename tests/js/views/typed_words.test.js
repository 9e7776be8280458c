// Typing the recovery key back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { compareTyped } from "../../../static/js/views/typed_words.js";

const KEY = ["orbit", "velvet", "candle", "harvest"];

test("the whole key matches, however it is written", () => {
  for (const text of ["orbit velvet candle harvest", "ORBIT\nVelvet\r\n candle,harvest ", "1. orbit 2. velvet\n3) candle 4 harvest"]) {
    assert.deepEqual(compareTyped(KEY, text), { right: 4, wrong: 0, complete: true }, text);
  }
});

test("a wrong, a swapped, a missing or one word more is not the key", () => {
  assert.deepEqual(compareTyped(KEY, "orbit velvet handle harvest"), { right: 2, wrong: 3, complete: false });
  assert.deepEqual(compareTyped(KEY, "velvet orbit candle harvest"), { right: 0, wrong: 1, complete: false });
  assert.deepEqual(compareTyped(KEY, "orbit velvet candle"), { right: 3, wrong: 0, complete: false });
  assert.deepEqual(compareTyped(KEY, "orbit velvet candle harvest orbit"), { right: 4, wrong: 5, complete: false });
});

test("a word still being typed is not wrong yet, a finished short one is", () => {
  assert.equal(compareTyped(KEY, "orbit vel").wrong, 0);
  assert.equal(compareTyped(KEY, "orbit vel ").wrong, 2);
  assert.equal(compareTyped(KEY, "orbit vex").wrong, 2);
  assert.equal(compareTyped(KEY, "orbit velvet candle harves").complete, false);
});

test("nothing typed is nothing wrong", () => {
  assert.deepEqual(compareTyped(KEY, " \n "), { right: 0, wrong: 0, complete: false });
});
