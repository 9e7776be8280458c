// What the suites assert with: no Node, no page, so that the same suites run in a browser.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */

import { encodeHex } from "../../../static/js/core/bytes.js";
import { CofferError } from "../../../static/js/core/errors.js";

/** A suite throws this when what it needs is not there: the runner reports it as skipped. */
export class Skip extends Error {}

/**
 * @param {boolean} condition
 * @param {string} what
 * @returns {asserts condition}
 */
export function holds(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

/** Equal as JSON. @param {unknown} actual @param {unknown} expected @param {string} what */
export function same(actual, expected, what) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  holds(left === right, `${what}: ${left} where ${right} is due`);
}

/** @param {Bytes} actual @param {Bytes} expected @param {string} what */
export function sameBytes(actual, expected, what) {
  same(encodeHex(actual), encodeHex(expected), what);
}

/**
 * @param {() => unknown} work
 * @returns {Promise<string>} `ok`, or the code of the error of the core; anything else passes through
 */
export async function verdictOf(work) {
  try {
    await work();
    return "ok";
  } catch (error) {
    if (error instanceof CofferError) {
      return error.code;
    }
    throw error;
  }
}
