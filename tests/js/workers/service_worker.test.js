// The download worker: answers what was offered, once; a download that fails never looks finished.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const source = await readFile(new URL("../../../static/js/workers/service_worker.js", import.meta.url), "utf8");
const ORIGIN = "https://coffer.example";

/** The worker's script in a world of its own. */
function start() {
  const self = Object.assign(new EventTarget(), { location: new URL(ORIGIN), skipWaiting: async () => {} });
  vm.runInNewContext(source, { self, URL, Map, Promise, Response, ReadableStream, TypeError, encodeURIComponent });
  /** @param {string} type @param {object} fields */
  const dispatch = (type, fields) => {
    /** @type {Promise<unknown>[]} */
    const waits = [];
    /** @type {Response | undefined} */
    let response;
    const event = Object.assign(new Event(type), fields, {
      waitUntil: (/** @type {Promise<unknown>} */ promise) => { waits.push(promise); },
      respondWith: (/** @type {Response} */ given) => { response = given; },
    });
    self.dispatchEvent(event);
    return { response, waits };
  };
  /** @param {string} path */
  const get = (path) => dispatch("fetch", { request: new Request(new URL(path, ORIGIN)) }).response;
  return { dispatch, get };
}

/** A worker with one offer; `hear` gives the page's next message, `say` answers it. */
function offer(name = "notes.txt", size = 6) {
  const worker = start();
  const { port1, port2 } = new MessageChannel();
  /** @type {string[]} */
  const heard = [];
  /** @type {((type: string) => void)[]} */
  const waiting = [];
  port1.onmessage = ({ data }) => {
    const next = waiting.shift();
    if (next) {
      next(data.type);
    } else {
      heard.push(data.type);
    }
  };
  /** @returns {Promise<string>} */
  const hear = () => new Promise((resolve) => {
    const type = heard.shift();
    if (type === undefined) {
      waiting.push(resolve);
    } else {
      resolve(type);
    }
  });
  const id = crypto.randomUUID();
  worker.dispatch("message", { data: { type: "offer", id, name, size }, ports: [port2] });
  const say = (/** @type {object} */ message) => port1.postMessage(message);
  const chunk = (/** @type {string} */ text) => say({ type: "chunk", bytes: new TextEncoder().encode(text) });
  return { ...worker, id, hear, say, chunk, end: () => { port1.close(); port2.close(); } };
}

test("every other request goes its own way", () => {
  const { get } = start();
  for (const path of ["/", "/api/v1/session", "/static/js/main.js", "/_streams/x", "https://other.example/_stream/x"]) {
    assert.equal(get(path), undefined);
  }
});

test("what nobody offered is no file", () => {
  const response = start().get(`/_stream/${crypto.randomUUID()}`);
  assert.equal(response?.status, 204);
});

test("an offer is answered with a file to save, once", async () => {
  const { get, id, hear, chunk, say, end } = offer("Zoë's \"notes\" (1).txt");
  assert.equal(await hear(), "offered");
  const response = get(`/_stream/${id}`);
  assert.ok(response);
  assert.equal(response.headers.get("Content-Disposition"), "attachment; filename*=UTF-8''Zo%C3%AB%27s%20%22notes%22%20%281%29.txt");
  assert.equal(response.headers.get("Content-Length"), "6");
  assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(response.headers.get("Content-Type"), "application/octet-stream");
  assert.match(response.headers.get("Content-Security-Policy") ?? "", /sandbox/);
  const text = response.text();
  assert.equal(await hear(), "pull");
  chunk("abc");
  assert.equal(await hear(), "pull");
  chunk("def");
  assert.equal(await hear(), "pull");
  say({ type: "end" });
  assert.equal(await text, "abcdef");
  assert.equal(await hear(), "ended");
  assert.equal(get(`/_stream/${id}`)?.status, 204);
  end();
});

test("nothing is asked for before the browser wants it", async () => {
  const { get, id, hear, chunk, end } = offer("notes.txt", 300);
  await hear();
  const reader = get(`/_stream/${id}`)?.body?.getReader();
  assert.equal(await hear(), "pull");
  chunk("x".repeat(100));
  const next = hear();
  const early = await Promise.race([next, new Promise((resolve) => { setTimeout(resolve, 30, "nothing"); })]);
  assert.equal(early, "nothing");
  await reader?.read();
  assert.equal(await next, "pull");
  end();
});

/** @type {[string, (stream: ReturnType<typeof offer>) => Promise<void>][]} */
const FAILURES = [
  ["fails", async ({ say }) => say({ type: "fail" })],
  ["ends before its last byte", async ({ say, chunk, hear }) => {
    chunk("abc");
    await hear();
    say({ type: "end" });
  }],
  ["goes on after its last byte", async ({ chunk }) => chunk("abcdefg")],
  ["says something unknown", async ({ say }) => say({ type: "other" })],
];
for (const [what, fail] of FAILURES) {
  test(`a download that ${what} is broken, not finished`, async () => {
    const stream = offer();
    await stream.hear();
    const text = stream.get(`/_stream/${stream.id}`)?.text();
    const refused = assert.rejects(/** @type {Promise<string>} */ (text), TypeError);
    await stream.hear();
    await fail(stream);
    await refused;
    stream.end();
  });
}

test("a browser that cancels is heard", async () => {
  const { get, id, hear, end } = offer();
  await hear();
  const body = get(`/_stream/${id}`)?.body;
  await hear();
  await body?.cancel();
  assert.equal(await hear(), "cancel");
  end();
});

test("a withdrawn offer is no file", async () => {
  const { dispatch, get, id, hear, end } = offer();
  await hear();
  dispatch("message", { data: { type: "withdraw", id }, ports: [] });
  assert.equal(get(`/_stream/${id}`)?.status, 204);
  end();
});

test("a ping is answered while the stream is known, and only then", async () => {
  const { dispatch, get, id, hear, end } = offer();
  await hear();
  dispatch("message", { data: { type: "ping", id }, ports: [] });
  assert.equal(await hear(), "pong");
  get(`/_stream/${id}`);
  assert.equal(await hear(), "pull");
  dispatch("message", { data: { type: "ping", id }, ports: [] });
  assert.equal(await hear(), "pong");
  dispatch("message", { data: { type: "ping", id: crypto.randomUUID() }, ports: [] });
  const more = await Promise.race([hear(), new Promise((resolve) => { setTimeout(resolve, 30, "nothing"); })]);
  assert.equal(more, "nothing");
  end();
});
