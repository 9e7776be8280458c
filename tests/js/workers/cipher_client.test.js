// Calls to workers: answers find their call, errors keep their class, ending ends everything.

import assert from "node:assert/strict";
import { test } from "node:test";

import { TamperedError, WrongKeyError } from "../../../static/js/core/errors.js";
import { CipherClient } from "../../../static/js/workers/cipher_client.js";

/** A worker that records calls and answers when told. */
class FakeWorker extends EventTarget {
  /** @type {{id: number, operation: string, args: unknown[]}[]} */
  calls = [];
  ended = false;

  /** @param {any} call */
  postMessage(call) {
    this.calls.push(call);
  }

  terminate() {
    this.ended = true;
  }

  /** @param {object} answer */
  answer(answer) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: answer }));
  }
}

/** @param {number} size */
function makeClient(size) {
  /** @type {FakeWorker[]} */
  const workers = [];
  const client = new CipherClient(() => {
    workers.push(new FakeWorker());
    return /** @type {Worker} */ (/** @type {unknown} */ (workers.at(-1)));
  }, size);
  return { client, workers };
}

test("answers find their calls in any order", async () => {
  const { client, workers } = makeClient(1);
  const first = client.keeper("seal", 1);
  const second = client.keeper("seal", 2);
  const [a, b] = workers[0].calls;
  workers[0].answer({ id: b.id, result: "second" });
  workers[0].answer({ id: a.id, result: "first" });
  assert.deepEqual(await Promise.all([first, second]), ["first", "second"]);
  assert.deepEqual(a.args, [1]);
});

test("an error gets its class and code back", async () => {
  const { client, workers } = makeClient(1);
  const lied = client.keeper("open");
  const wrong = client.keeper("open");
  workers[0].answer({ id: workers[0].calls[0].id, error: { code: "tampered_content", detail: "segment 3" } });
  workers[0].answer({ id: workers[0].calls[1].id, error: { code: "wrong_key", detail: "slot" } });
  await assert.rejects(lied, (error) => error instanceof TamperedError && error.code === "tampered_content");
  await assert.rejects(wrong, WrongKeyError);
});

test("content goes to the idlest worker, the keeper last among equals", () => {
  const { client, workers } = makeClient(3);
  void client.any("sealBlock", [0]);
  void client.any("sealBlock", [1]);
  void client.any("sealBlock", [2]);
  void client.any("sealBlock", [3]);
  assert.deepEqual(workers.map(({ calls }) => calls.length), [1, 1, 2]);
});

test("only the keeper is asked for keys", () => {
  const { client, workers } = makeClient(3);
  void client.keeper("sign");
  void client.keeper("sign");
  assert.deepEqual(workers.map(({ calls }) => calls.length), [2, 0, 0]);
});

test("ending ends the workers and rejects what waits", async () => {
  const { client, workers } = makeClient(2);
  const waiting = [client.keeper("sign"), client.any("sealBlock", [])];
  client.end();
  assert.ok(workers.every(({ ended }) => ended));
  for (const call of waiting) {
    await assert.rejects(call, { code: "locked" });
  }
});

test("a worker that fails to load rejects its calls instead of hanging", async () => {
  const { client, workers } = makeClient(1);
  const waiting = client.keeper("sign");
  workers[0].dispatchEvent(new Event("error"));
  await assert.rejects(waiting, { code: "internal" });
});
