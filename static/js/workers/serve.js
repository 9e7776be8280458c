// A worker's side of the calls that cipher_client.js makes (spec §8).

import { toWire } from "../core/errors.js";

/** An operation may give its result's buffers away instead of copying them. @typedef {(...args: any[]) => unknown} Operation */

/** What goes to the page without a copy. */
export class Given {
  /** @param {unknown} result @param {Transferable[]} buffers of the result */
  constructor(result, buffers) {
    this.result = result;
    this.buffers = buffers;
  }
}

/**
 * Answers every call from now on.
 * @param {Readonly<Record<string, Operation>>} operations by name
 */
export function serve(operations) {
  globalThis.addEventListener("message", async ({ data: { id, operation, args } }) => {
    try {
      const result = await operations[operation](...args);
      const given = result instanceof Given ? result : new Given(result, []);
      globalThis.postMessage({ id, result: given.result }, { transfer: given.buffers });
    } catch (error) {
      // A structured clone would lose the error's class and code.
      globalThis.postMessage({ id, error: toWire(error) });
    }
  });
}
