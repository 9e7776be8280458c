// Calls the cipher workers and the KDF worker, and rebuilds their errors (spec §8).

import { CofferError, fromWire } from "../core/errors.js";

/** @typedef {{resolve: (value: any) => void, reject: (error: Error) => void}} Waiting */

/**
 * One worker that answers `{id, operation, args}` with `{id, result}` or `{id, error: {code, detail}}`.
 * A structured clone would turn an error into a bare Error, so its code travels as data.
 */
export class WorkerCalls {
  #worker;
  #next = 0;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#settle(data));
    worker.addEventListener("error", () => this.#rejectAll("internal"));
    worker.addEventListener("messageerror", () => this.#rejectAll("internal"));
  }

  /** How many calls wait for an answer. */
  get load() {
    return this.#waiting.size;
  }

  /**
   * @param {string} operation
   * @param {unknown[]} args structured-clonable
   * @param {Transferable[]} [given] buffers of the arguments that go without a copy
   * @returns {Promise<any>} what the operation gives
   * @throws {CofferError} what the operation threw
   */
  call(operation, args, given = []) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, operation, args }, given);
    });
  }

  /** Ends the worker, and with it every key it holds; calls under way reject with `locked`. */
  end() {
    this.#worker.terminate();
    this.#rejectAll("locked");
  }

  /** @param {{id: number, result?: unknown, error?: {code: string, detail: string}}} answer */
  #settle({ id, result, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) {
      waiting?.resolve(result);
    } else {
      waiting?.reject(fromWire(error));
    }
  }

  /** @param {"internal" | "locked"} code */
  #rejectAll(code) {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(new CofferError(code, "the worker has ended"));
    }
  }
}

/**
 * A few cipher workers: the first, the keeper, holds the keyring's keys; any of them seals and opens content.
 */
export class CipherClient {
  #workers;

  /**
   * @param {() => Worker} spawn starts one cipher worker
   * @param {number} size how many, at least 1
   */
  constructor(spawn, size) {
    this.#workers = Array.from({ length: size }, () => new WorkerCalls(spawn()));
  }

  /**
   * An operation that needs the member's keys.
   * @param {string} operation
   * @param {...unknown} args
   * @returns {Promise<any>}
   */
  keeper(operation, ...args) {
    return this.#workers[0].call(operation, args);
  }

  /**
   * An operation that brings all it needs; goes to the worker with the fewest calls, the keeper last among equals.
   * @param {string} operation
   * @param {unknown[]} args
   * @param {Transferable[]} [given] buffers of the arguments that go without a copy
   * @returns {Promise<any>}
   */
  any(operation, args, given) {
    const idlest = this.#workers.reduceRight((best, worker) => (worker.load < best.load ? worker : best));
    return idlest.call(operation, args, given);
  }

  /** Ends every worker: no key is left in memory. */
  end() {
    for (const worker of this.#workers) {
      worker.end();
    }
  }
}
