// Code and templates agree: every error has its sentence, every template, icon and part that the views name is there.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

import * as errors from "../../../static/js/core/errors.js";

const ROOT = resolve(import.meta.dirname, "../../..");

/** @param {string} folder @param {string} ending @returns {string[]} contents of its files */
function readAll(folder, ending) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes("admin"))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));
}

/** @param {string} text @param {RegExp} pattern with one group */
const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);

const TEMPLATES = readAll("templates", ".html").join("\n");
const VIEWS = readAll("static/js/views", ".js").join("\n");
const IDS = matches(TEMPLATES, /\bid="([^"]+)"/g);

test("every id is there once, so that no template hides another", () => {
  // The questions share theirs: one dialog is open at a time, and the shells of other pages are documents of their own.
  const repeated = IDS.filter((id, index) => IDS.indexOf(id) !== index && !id.startsWith("question-") && id !== "main");
  assert.deepEqual(repeated, []);
});

test("every error class of the core has a sentence for each of its codes", () => {
  const codes = Object.values(errors).flatMap((thing) => ("codes" in thing ? thing.codes ?? [] : []));
  assert.ok(codes.length > 20);
  assert.deepEqual(codes.filter((code) => !IDS.includes(`error-${code}`)), []);
});

test("every code that the engine and the views raise has a sentence, or is a fault of ours", () => {
  const sources = ["core", "state", "transport", "workers", "views"].flatMap((layer) => readAll(`static/js/${layer}`, ".js")).join("\n");
  const codes = new Set([...matches(sources, /Error\(\s*"([a-z_]+)"/g), ...matches(sources, /code: "([a-z_]+)"/g)]);
  codes.delete("internal");
  assert.ok(codes.has("cancelled") && codes.has("recovery_mismatch"));
  assert.deepEqual([...codes].filter((code) => !IDS.includes(`error-${code}`)), []);
});

test("every sentence that the views say has its template", () => {
  const said = matches(VIEWS, /\bsay\(\s*"([a-z-]+)"/g);
  assert.ok(said.length > 10);
  assert.deepEqual(said.filter((id) => !IDS.includes(`say-${id}`)), []);
});

test("every template, part and icon that the views name is there", () => {
  const parts = new Set(matches(TEMPLATES, /\bdata-part="([^"]+)"/g));
  assert.deepEqual(matches(VIEWS, /\bclone\("([a-z-]+)"/g).filter((id) => !IDS.includes(id)), []);
  assert.deepEqual(matches(VIEWS, /static template = "([a-z-]+)"/g).filter((id) => !IDS.includes(id)), []);
  assert.deepEqual(matches(VIEWS, /\bpart(?:Button|Element)?\([a-z]+, "([a-z-]+)"/g).filter((name) => !parts.has(name)), []);
  assert.deepEqual(matches(VIEWS, /"((?:icon|kind)-[a-z-]+)"/g).filter((id) => !IDS.includes(id)), []);
  assert.deepEqual(matches(TEMPLATES, /href="#((?:icon|kind)-[a-z-]+)"/g).filter((id) => !IDS.includes(id)), []);
});

test("no template carries a style, a script or a handler of its own", () => {
  assert.deepEqual(TEMPLATES.match(/<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)/g), null);
});
