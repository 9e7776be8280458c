// What the list shows of an untrusted name, and the icon it gets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf, splitName } from "../../../static/js/views/format.js";

test("the two pieces of a name are the name", () => {
  for (const name of ["a.txt", "A title that goes on and on, version 3 final (2).pdf", ".profile", "x", "Überraschung 🎁 für Zoë.txt"]) {
    const { stem, tail } = splitName(name);
    assert.equal(stem + tail, name);
  }
});

test("an overridden direction cannot hide the real ending", () => {
  assert.deepEqual(splitName("photo\u202Egpj.exe"), { stem: "photo\u202Egpj", tail: ".exe" });
  // The letters kept before the ending of a long name end where the override begins.
  assert.deepEqual(splitName("holiday in the mountains \u202Egpj.exe"), { stem: "holiday in the mountains \u202E", tail: "gpj.exe" });
});

test("an ending that could itself reorder text is no ending", () => {
  assert.equal(splitName("a.\u202Egpj").tail, "");
  assert.equal(splitName("a.exe\u202E").tail, "");
});

test("a hidden file is not all ending", () => {
  assert.deepEqual(splitName(".profile"), { stem: ".profile", tail: "" });
});

test("a megabyte of a name is drawn as a line", () => {
  const { stem, tail } = splitName(`${"x".repeat(1_000_000)}.txt`);
  assert.ok(stem.length + tail.length <= 300);
  assert.ok(tail.endsWith(".txt"));
});

test("icons follow the media type, then the ending", () => {
  assert.equal(kindOf("image/png", "x"), "image");
  assert.equal(kindOf("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "x.docx"), "text");
  assert.equal(kindOf("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "x.xlsx"), "sheet");
  assert.equal(kindOf("text/html", "x"), "code");
  assert.equal(kindOf("", "holiday.MP4"), "video");
  assert.equal(kindOf("application/octet-stream", "x"), "file");
  assert.equal(kindOf("folder", "photos.zip"), "folder");
});
