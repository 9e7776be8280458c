// Sorting and searching the list of files.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findFiles, sortFiles } from "../../../static/js/views/order.js";

/** @param {string} name @param {number} [size] @param {number} [modified] */
function item(name, size = 0, modified = 0) {
  return { file: name, version: "", name, type: "", size, modified, trashed: 0, folder: "" };
}

/** @param {readonly {name: string}[]} files */
const names = (files) => files.map(({ name }) => name);

test("names sort as a person counts, whatever the case", () => {
  const files = ["img10", "IMG2", "Zoë", "img1", "äpfel"].map((name) => item(name));
  assert.deepEqual(names(sortFiles(files, "name", false, "en")), ["äpfel", "img1", "IMG2", "img10", "Zoë"]);
  assert.deepEqual(names(sortFiles(files, "name", true, "en")), ["Zoë", "img10", "IMG2", "img1", "äpfel"]);
});

test("sizes sort as numbers, equal ones by name", () => {
  const files = [item("b", 9), item("a", 9), item("c", 100), item("d", 1)];
  assert.deepEqual(names(sortFiles(files, "size", false, "en")), ["d", "a", "b", "c"]);
  assert.deepEqual(names(sortFiles(files, "size", true, "en")).slice(0, 1), ["c"]);
});

test("sorting leaves the list it was given alone", () => {
  const files = [item("b"), item("a")];
  sortFiles(files, "name", false, "en");
  assert.deepEqual(names(files), ["b", "a"]);
});

test("a search takes every word anywhere in the name, without case and accents", () => {
  const files = [item("Zoë summer 2024.jpg"), item("summer.jpg"), item("zoe.txt")];
  assert.deepEqual(names(findFiles(files, "ZOE  summer")), ["Zoë summer 2024.jpg"]);
  assert.deepEqual(names(findFiles(files, "mer")), ["Zoë summer 2024.jpg", "summer.jpg"]);
  assert.deepEqual(findFiles(files, "[.*"), []);
});

test("an empty search is the list itself", () => {
  const files = [item("a")];
  assert.equal(findFiles(files, "  "), files);
});
