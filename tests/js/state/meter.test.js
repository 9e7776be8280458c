// Speed and remaining time of a transfer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Meter } from "../../../static/js/state/meter.js";

test("nothing is known at first", () => {
  const meter = new Meter();
  meter.add(0, 0);
  meter.add(100, 1000);
  assert.equal(meter.speed(100), 0);
  assert.equal(meter.eta(100, 5000), 0);
});

test("a steady flow has its speed and the time that is left", () => {
  const meter = new Meter();
  for (let now = 0; now <= 20_000; now += 250) {
    meter.add(now, now * 3);
  }
  assert.equal(meter.speed(20_000), 3000);
  assert.equal(meter.eta(20_000, 6000), 2);
});

test("a change of speed shows within the window", () => {
  const meter = new Meter();
  for (let now = 0; now <= 10_000; now += 250) {
    meter.add(now, now);
  }
  for (let now = 10_250; now <= 16_000; now += 250) {
    meter.add(now, 10_000);
  }
  assert.equal(meter.speed(16_000), 0);
  assert.equal(meter.eta(16_000, 1), 0);
});

test("a silence lowers the speed before the next sample", () => {
  const meter = new Meter();
  meter.add(0, 0);
  meter.add(1000, 1000);
  assert.equal(meter.speed(1000), 1000);
  assert.equal(meter.speed(2000), 500);
});

test("a block that is sent again starts the measure anew, and never gives a negative speed", () => {
  const meter = new Meter();
  meter.add(0, 0);
  meter.add(1000, 8000);
  meter.add(1100, 2000);
  assert.equal(meter.speed(1100), 0);
  meter.add(2100, 3000);
  assert.equal(meter.speed(2100), 1000);
});
