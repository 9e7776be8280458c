// The HTTP interface: tokens, refusals, answers of another shape, blocks.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Api } from "../../../static/js/transport/api.js";

const USER = "7d5f0f0c-5d3c-4f0e-9a52-0f6a5f1f8f11";
const OTHER = "0b9f5b1e-3f6e-4f39-8e9b-9a0f7a1f6c22";
const never = new AbortController().signal;

/** @typedef {{method: string, path: string, headers: Record<string, string>, body: any}} Seen */

/** @type {Seen[]} */
let seen = [];
/** @type {(request: Seen) => {status?: number, body?: unknown, text?: string}} */
let answer = () => ({});
let signedOut = 0;

/** @param {string} token @param {string} user */
const session = (token, user = USER) => ({ body: { csrf_token: token, user, username: user === "" ? "" : "owner" } });

/** The parts of XMLHttpRequest that the interface uses. */
class FakeXhr extends EventTarget {
  upload = new EventTarget();
  status = 0;
  /** @type {Blob | null} */
  response = null;
  #request = { method: "", path: "", headers: /** @type {Record<string, string>} */ ({}), body: /** @type {any} */ (null) };
  #aborted = false;

  /** @param {string} method @param {string} path */
  open(method, path) {
    Object.assign(this.#request, { method, path });
  }

  /** @param {string} name @param {string} value */
  setRequestHeader(name, value) {
    this.#request.headers[name] = value;
  }

  abort() {
    this.#aborted = true;
    this.status = 0;
    this.dispatchEvent(new Event("loadend"));
  }

  /** @param {Blob | null} body */
  send(body) {
    this.#request.body = body;
    setTimeout(() => {
      if (this.#aborted) {
        return;
      }
      const request = { ...this.#request };
      seen.push(request);
      const { status = 200, body: json, text = JSON.stringify(json) ?? "" } = answer(request);
      this.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded: body?.size ?? 0 }));
      this.dispatchEvent(Object.assign(new Event("progress"), { loaded: text.length }));
      if (!this.#aborted) {
        this.status = status;
        this.response = new Blob([text]);
        this.dispatchEvent(new Event("loadend"));
      }
    });
  }
}

const globals = { fetch: globalThis.fetch, XMLHttpRequest: /** @type {any} */ (globalThis).XMLHttpRequest };

beforeEach(() => {
  seen = [];
  signedOut = 0;
  Object.assign(globalThis, {
    XMLHttpRequest: FakeXhr,
    fetch: async (/** @type {string} */ path, /** @type {any} */ init) => {
      const request = { path, method: init.method, headers: init.headers, body: init.body && JSON.parse(init.body) };
      seen.push(request);
      const { status = 200, body, text } = answer(request);
      return { status, text: async () => text ?? (body === undefined ? "" : JSON.stringify(body)) };
    },
  });
});
afterEach(() => { Object.assign(globalThis, globals); });

const makeApi = () => new Api(() => { signedOut += 1; });
const block = () => ({ version: USER, index: 0, body: new Blob(["sealed"]), digest: new Uint8Array(32), length: 6 });
const stored = { body: { digest: "0".repeat(64), index: 0, size: 6 } };

test("only what changes something carries the token, and the first change fetches one", async () => {
  answer = ({ path }) => (path === "/api/v1/session" ? session("one") : { body: { next: "", results: [] } });
  const api = makeApi();
  await api.labels("");
  assert.equal(seen[0].headers["X-CSRFToken"], undefined);
  answer = ({ path, method }) => (path === "/api/v1/session" && method === "GET" ? session("one") : {});
  await api.dropUpload(USER);
  assert.deepEqual(seen.slice(1).map(({ method, headers }) => [method, headers["X-CSRFToken"]]),
    [["GET", undefined], ["DELETE", "one"]]);
});

test("a token that another tab changed is fetched anew, once", async () => {
  let token = "old";
  answer = ({ method, headers }) => {
    if (method === "GET") {
      return session(token);
    }
    return headers["X-CSRFToken"] === "new" ? {} : { status: 403, body: { code: "csrf_failed", detail: "reload" } };
  };
  const api = makeApi();
  await api.session();
  token = "new";
  await api.dropUpload(USER);
  assert.deepEqual(seen.map(({ method }) => method), ["GET", "DELETE", "GET", "DELETE"]);
  token = "wrong";
  answer = ({ method }) => (method === "GET" ? session(token) : { status: 403, body: { code: "csrf_failed", detail: "reload" } });
  await assert.rejects(api.dropUpload(USER), { code: "csrf_failed" });
});

test("no request is made in the name of somebody else who signed in meanwhile", async () => {
  let user = USER;
  answer = ({ method }) =>
    (method === "GET" ? session("token", user) : { status: 403, body: { code: "csrf_failed", detail: "reload" } });
  const api = makeApi();
  await api.session();
  user = OTHER;
  await assert.rejects(api.dropUpload(USER), { code: "not_authenticated" });
  assert.equal(signedOut, 1);
  assert.deepEqual(seen.map(({ method }) => method), ["GET", "DELETE", "GET"]);
});

test("a session that ended is told once; a wrong password is none", async () => {
  answer = ({ method }) =>
    (method === "GET" ? session("token") : { status: 401, body: { code: "login_failed", detail: "wrong" } });
  const api = makeApi();
  await assert.rejects(api.openSession("password", "owner", new Uint8Array(32)), { code: "login_failed" });
  assert.equal(signedOut, 0);
  answer = () => ({ status: 401, body: { code: "not_authenticated", detail: "sign in" } });
  await assert.rejects(api.vault(), { code: "not_authenticated" });
  assert.equal(signedOut, 1);
});

test("an error page of a proxy, and no answer at all, are the network's failure", async () => {
  const api = makeApi();
  answer = () => ({ status: 502, text: "<html>Bad gateway</html>" });
  await assert.rejects(api.vault(), { code: "network" });
  answer = () => ({ status: 500, body: null });
  await assert.rejects(api.vault(), { code: "network" });
  answer = () => { throw new TypeError("failed to fetch"); };
  await assert.rejects(api.vault(), { code: "network" });
});

for (const code of ["tampered_content", "wrong_key", "policy_kdf", "log_fork", "__proto__", "<b>", "x".repeat(41), ""]) {
  test(`a refusal that claims ${code.slice(0, 20)} counts as no answer`, async () => {
    answer = () => ({ status: 400, body: { code, detail: "believe me" } });
    await assert.rejects(makeApi().vault(), { code: "network" });
  });
}

for (const token of ["€", "a\r\nX-Other: b", "\ud800", "x".repeat(8001)]) {
  test(`a token that no header can carry is refused: ${JSON.stringify(token).slice(0, 20)}`, async () => {
    answer = () => session(token);
    await assert.rejects(makeApi().session(), { code: "format" });
    answer = () => ({ body: { next: token, results: [] } });
    await assert.rejects(makeApi().statements(0), { code: "format" });
    answer = ({ method }) => (method === "GET" ? session("t") : { body: { capability: token, versions: [] } });
    await assert.rejects(makeApi().openDownloads([USER], never), { code: "format" });
  });
}

/** @type {[string, unknown][]} */
const SHAPES = [
  ["no JSON", "{"],
  ["a missing field", JSON.stringify({ csrf_token: "t", user: USER })],
  ["an unknown field", JSON.stringify({ csrf_token: "t", user: USER, username: "owner", admin: true })],
  ["another type", JSON.stringify({ csrf_token: 1, user: USER, username: "owner" })],
  ["a user that is no UUID", JSON.stringify({ csrf_token: "t", user: "../x", username: "owner" })],
];
for (const [what, text] of SHAPES) {
  test(`an answer with ${what} is refused`, async () => {
    answer = () => ({ text: String(text) });
    await assert.rejects(makeApi().session(), { code: "format" });
  });
}

test("a login key travels as base64url, and nothing else beside it", async () => {
  answer = () => session("token");
  await makeApi().openSession("password", "owner", new Uint8Array(32).fill(255));
  assert.deepEqual(seen[1].body, { kind: "password", login_key: `${"_".repeat(42)}8`, username: "owner" });
});

test("a block goes as a Blob with its digest, and its progress is heard", async () => {
  answer = ({ method }) => (method === "GET" ? session("token") : { ...stored, status: 201 });
  /** @type {number[]} */
  const progress = [];
  await makeApi().putBlock(block(), never, (bytes) => { progress.push(bytes); });
  const { method, path, headers, body } = seen[1];
  assert.deepEqual([method, path], ["PUT", `/api/v1/uploads/${USER}/blocks/0`]);
  assert.ok(body instanceof Blob);
  assert.deepEqual(headers, {
    "Content-Type": "application/octet-stream",
    "Content-Digest": `sha-256=:${Buffer.alloc(32).toString("base64")}:`,
    "Coffer-Length": "6",
    "X-CSRFToken": "token",
  });
  assert.ok(progress.includes(6));
});

test("a refused block has the server's code", async () => {
  answer = ({ method }) => (method === "GET" ? session("token") : { status: 507, body: { code: "storage_full", detail: "no room" } });
  await assert.rejects(makeApi().putBlock(block(), never, () => {}), { code: "storage_full" });
  answer = ({ method }) => (method === "GET" ? session("token") : { status: 0 });
  await assert.rejects(makeApi().putBlock(block(), never, () => {}), { code: "network" });
});

test("cancelling a block ends it, before it began too", async () => {
  answer = () => session("token");
  const api = makeApi();
  await api.session();
  const control = new AbortController();
  const sending = api.putBlock(block(), control.signal, () => {});
  control.abort();
  await assert.rejects(sending, { code: "cancelled" });
  await assert.rejects(api.putBlock(block(), control.signal, () => {}), { code: "cancelled" });
  assert.equal(seen.filter(({ method }) => method === "PUT").length, 0);
});

test("a block that goes on beyond its length is cut off", async () => {
  answer = () => ({ text: "x".repeat(11) });
  const want = { version: USER, index: 3, size: 10, capability: "cap" };
  await assert.rejects(makeApi().getBlock(want, never), { code: "tampered_content" });
  answer = () => ({ text: "x".repeat(10) });
  assert.equal(await (await makeApi().getBlock(want, never)).text(), "x".repeat(10));
  assert.equal(seen.at(-1)?.headers["Coffer-Capability"], "cap");
});
