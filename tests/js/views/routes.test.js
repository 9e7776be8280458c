// Which view stands at which address, for whom.

import assert from "node:assert/strict";
import { test } from "node:test";

import { resolve } from "../../../static/js/views/routes.js";

test("without a session every member page leads to signing in", () => {
  for (const path of ["/", "/trash/", "/login/", "/nowhere/", "constructor", "__proto__"]) {
    assert.deepEqual(resolve("anonymous", path), { path: "/login/", view: "coffer-login", inside: false }, path);
  }
  assert.equal(resolve("anonymous", "/signup/").view, "coffer-signup");
});

test("a locked vault asks for the password at every page and keeps the address", () => {
  assert.deepEqual(resolve("locked", "/trash/"), { path: "/trash/", view: "coffer-unlock", inside: false });
  assert.deepEqual(resolve("locked", "/login/"), { path: "/", view: "coffer-unlock", inside: false });
});

test("an unlocked vault shows its pages, and never the forms of the gate", () => {
  assert.equal(resolve("unlocked", "/trash/").view, "coffer-trash");
  for (const path of ["/", "/login/", "/signup/", "toString"]) {
    assert.deepEqual(resolve("unlocked", path), { path: "/", view: "coffer-drive", inside: true }, path);
  }
});
