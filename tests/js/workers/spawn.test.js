// Workers start behind one Trusted Types policy that passes this page's own scripts and nothing else.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { makeSpawn } from "../../../static/js/workers/spawn.js";

const ORIGIN = "https://coffer.example";
const URLS = { cipher: "/static/js/workers/cipher_worker.0a.js", kdf: "/static/js/workers/kdf_worker.0b.js" };
const kept = ["location", "Worker", "trustedTypes", "navigator"].map((name) =>
  /** @type {const} */ ([name, Object.getOwnPropertyDescriptor(globalThis, name)]));

/** @type {{url: string, options: object}[]} */
let started = [];
/** @type {[string, (url: string) => string][]} */
let policies = [];

beforeEach(() => {
  started = [];
  policies = [];
  const world = {
    location: new URL(`${ORIGIN}/login/`),
    Worker: class {
      /** @param {string} url @param {object} options */
      constructor(url, options) {
        started.push({ url, options });
      }
    },
    trustedTypes: {
      createPolicy: (/** @type {string} */ name, /** @type {{createScriptURL: (url: string) => string}} */ rules) => {
        policies.push([name, rules.createScriptURL]);
        return rules;
      },
    },
    navigator: { serviceWorker: { register: (/** @type {string} */ url, /** @type {object} */ options) => started.push({ url, options }) } },
  };
  for (const [name, value] of Object.entries(world)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
});
afterEach(() => {
  for (const [name, descriptor] of kept) {
    if (descriptor === undefined) {
      Reflect.deleteProperty(globalThis, name);
    } else {
      Object.defineProperty(globalThis, name, descriptor);
    }
  }
});

test("the three workers of the page start, from the addresses that the page names", () => {
  const spawn = makeSpawn(URLS);
  spawn.cipher();
  spawn.kdf();
  void spawn.streams();
  assert.deepEqual(started, [
    { url: ORIGIN + URLS.cipher, options: { name: "cipher", type: "module" } },
    { url: ORIGIN + URLS.kdf, options: { name: "kdf", type: "module" } },
    { url: `${ORIGIN}/sw.js`, options: { scope: "/" } },
  ]);
});

test("the policy is called coffer and passes nothing else", () => {
  makeSpawn(URLS);
  const [[name, createScriptURL]] = policies;
  assert.equal(name, "coffer");
  const others = ["/static/js/main.js", "https://other.example/sw.js", "data:text/javascript,1", "blob:https://coffer.example/1", "/sw.js?x"];
  for (const url of others) {
    assert.throws(() => createScriptURL(url), TypeError, url);
  }
  assert.equal(createScriptURL("/sw.js"), `${ORIGIN}/sw.js`);
});

test("an address of another origin is refused although the page names it", () => {
  const spawn = makeSpawn({ ...URLS, cipher: "https://other.example/cipher_worker.js" });
  assert.throws(() => spawn.cipher(), TypeError);
  assert.deepEqual(started, []);
});

test("a browser without Trusted Types is held to the same addresses", () => {
  Reflect.deleteProperty(globalThis, "trustedTypes");
  makeSpawn(URLS).cipher();
  assert.equal(started.length, 1);
  assert.throws(() => makeSpawn({ ...URLS, kdf: "https://other.example/x.js" }).kdf(), TypeError);
});
