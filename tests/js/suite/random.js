// Randomness that a test controls: sealing then gives the same bytes each time.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */

import { holds } from "./check.js";

/**
 * Do some work while every draw of n random bytes comes from the source.
 * @template Result
 * @param {(length: number) => Bytes} source
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withRandom(source, work) {
  const own = Object.getOwnPropertyDescriptor(crypto, "getRandomValues");
  Object.defineProperty(crypto, "getRandomValues", {
    configurable: true,
    /** @param {Bytes} array */
    value: (array) => {
      array.set(source(array.length));
      return array;
    },
  });
  try {
    return await work();
  } finally {
    if (own === undefined) {
      Reflect.deleteProperty(crypto, "getRandomValues");
    } else {
      Object.defineProperty(crypto, "getRandomValues", own);
    }
  }
}

/** Every draw of n bytes is the bytes 3·i + n. @param {number} length @returns {Bytes} */
export function fixedRandom(length) {
  return Uint8Array.from({ length }, (_, index) => (3 * index + length) % 256);
}

/** Draws come from a list in order. @param {Bytes[]} draws @returns {(length: number) => Bytes} */
export function listedRandom(draws) {
  const left = [...draws];
  return (length) => {
    const next = left.shift();
    holds(next?.length === length, `a draw of ${length} bytes was not expected`);
    return /** @type {Bytes} */ (next);
  };
}
