// What may pass is tried again, later and later; what will not pass is not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CofferError, NetworkError } from "../../../static/js/core/errors.js";
import { pause, retry } from "../../../static/js/transport/retry.js";

const never = new AbortController().signal;

test("a passing failure is tried again after growing waits", async () => {
  /** @type {number[]} */
  const waits = [];
  let calls = 0;
  const result = await retry(async () => {
    calls += 1;
    if (calls < 5) {
      throw new NetworkError("network", "no answer");
    }
    return "done";
  }, never, async (milliseconds) => { waits.push(milliseconds); });
  assert.equal(result, "done");
  assert.equal(calls, 5);
  waits.forEach((wait, index) => {
    assert.ok(wait >= 250 * 2 ** index && wait <= 500 * 2 ** index, `wait ${index} was ${wait}`);
  });
});

test("it gives up in the end, with the last failure", async () => {
  let calls = 0;
  const endless = retry(async () => {
    calls += 1;
    throw new CofferError("server_error", `failure ${calls}`);
  }, never, async () => {});
  await assert.rejects(endless, { code: "server_error", message: "failure 8" });
});

for (const code of ["quota", "conflict", "not_found", "cancelled", "tampered_content"]) {
  test(`${code} is not tried again`, async () => {
    let calls = 0;
    const refused = retry(async () => {
      calls += 1;
      throw new CofferError(code, "refused");
    }, never, async () => {});
    await assert.rejects(refused, { code });
    assert.equal(calls, 1);
  });
}

test("a fault of the program is not tried again", async () => {
  let calls = 0;
  await assert.rejects(retry(async () => {
    calls += 1;
    throw new TypeError("fault");
  }, never, async () => {}), TypeError);
  assert.equal(calls, 1);
});

test("cancelling ends a wait at once", async () => {
  const control = new AbortController();
  const waiting = pause(60_000, control.signal);
  control.abort();
  await assert.rejects(waiting, { code: "cancelled" });
  await assert.rejects(pause(60_000, control.signal), { code: "cancelled" });
});
