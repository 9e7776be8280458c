// The grid's selection: pointer and keyboard as the WAI-ARIA grid pattern and file managers have it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Selection } from "../../../static/js/views/selection.js";

const ORDER = ["a", "b", "c", "d", "e", "f"];

/** @param {Selection} selection @param {string} key @param {{shift?: boolean, ctrl?: boolean}} [held] */
function press(selection, key, { shift = false, ctrl = false } = {}) {
  return selection.press({ key, shift, ctrl, page: 3 });
}

function make() {
  const selection = new Selection();
  selection.setOrder(ORDER);
  return selection;
}

test("a click selects that row alone", () => {
  const selection = make();
  selection.only("b");
  selection.only("d");
  assert.deepEqual(selection.ids, ["d"]);
});

test("a range starts where the last plain choice was, in either direction", () => {
  const selection = make();
  selection.only("d");
  selection.extend("f");
  assert.deepEqual(selection.ids, ["d", "e", "f"]);
  selection.extend("b");
  assert.deepEqual(selection.ids, ["b", "c", "d"]);
});

test("a range with Ctrl keeps what was chosen", () => {
  const selection = make();
  selection.only("a");
  selection.toggle("d");
  selection.extend("e", { keep: true });
  assert.deepEqual(selection.ids, ["a", "d", "e"]);
});

test("toggling takes a row in and out", () => {
  const selection = make();
  selection.toggle("e");
  selection.toggle("b");
  selection.toggle("e");
  assert.deepEqual(selection.ids, ["b"]);
});

test("the first arrow chooses the first row, the next ones move on and stop at the ends", () => {
  const selection = make();
  press(selection, "ArrowDown");
  assert.deepEqual(selection.ids, ["a"]);
  press(selection, "ArrowUp");
  assert.deepEqual(selection.ids, ["a"]);
  for (let step = 0; step < 9; step += 1) {
    press(selection, "ArrowDown");
  }
  assert.deepEqual(selection.ids, ["f"]);
});

test("Shift with arrows extends and shrinks", () => {
  const selection = make();
  selection.only("c");
  press(selection, "ArrowDown", { shift: true });
  press(selection, "ArrowDown", { shift: true });
  assert.deepEqual(selection.ids, ["c", "d", "e"]);
  press(selection, "ArrowUp", { shift: true });
  assert.deepEqual(selection.ids, ["c", "d"]);
});

test("Ctrl with arrows moves the keyboard alone, Space then toggles there", () => {
  const selection = make();
  selection.only("a");
  press(selection, "ArrowDown", { ctrl: true });
  press(selection, "ArrowDown", { ctrl: true });
  assert.deepEqual(selection.ids, ["a"]);
  press(selection, " ");
  assert.deepEqual(selection.ids, ["a", "c"]);
});

test("Home, End and the page keys stay within the list", () => {
  const selection = make();
  press(selection, "End");
  assert.equal(selection.focus, "f");
  press(selection, "PageUp");
  assert.equal(selection.focus, "c");
  press(selection, "PageUp");
  assert.equal(selection.focus, "a");
  press(selection, "PageDown");
  assert.equal(selection.focus, "d");
});

test("Ctrl+A chooses all, Escape none, and Escape means nothing when nothing is chosen", () => {
  const selection = make();
  assert.equal(press(selection, "a", { ctrl: true }), true);
  assert.deepEqual(selection.ids, ORDER);
  assert.equal(press(selection, "Escape"), true);
  assert.deepEqual(selection.ids, []);
  assert.equal(press(selection, "Escape"), false);
});

test("letters and inherited property names are no keys", () => {
  const selection = make();
  for (const key of ["a", "x", "Tab", "constructor", "toString", "__proto__"]) {
    assert.equal(press(selection, key), false, key);
  }
});

test("what is gone is no longer chosen, and its successor has the keyboard", () => {
  const selection = make();
  selection.only("c");
  selection.toggle("d");
  selection.setOrder(["a", "b", "e", "f"]);
  assert.deepEqual(selection.ids, []);
  assert.equal(selection.size, 0);
  assert.equal(selection.focus, "e");
  selection.setOrder(["a", "b"]);
  assert.equal(selection.focus, "b");
});

test("a new order keeps the choice and draws it in that order", () => {
  const selection = make();
  selection.only("a");
  selection.toggle("e");
  selection.setOrder([...ORDER].reverse());
  assert.deepEqual(selection.ids, ["e", "a"]);
  assert.equal(selection.focusIndex, 1);
});

test("an empty list has no row for the Tab key and survives every key", () => {
  const selection = new Selection();
  selection.setOrder([]);
  assert.equal(selection.focusIndex, -1);
  for (const key of ["ArrowDown", "ArrowUp", "End", " ", "PageDown"]) {
    press(selection, key);
  }
  assert.deepEqual(selection.ids, []);
});
