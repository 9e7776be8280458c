// Bounds how many bytes are in memory at once across all transfers, oldest transfer first; pure.

import { CofferError } from "../core/errors.js";

/** @typedef {{weight: number, rank: number, grant: () => void}} Claim */

/**
 * A transfer takes bytes before it reads a block and gives them back when the block has left: so the memory of
 * a transfer does not depend on its size.
 */
export class Budget {
  #free;
  /** Waiting claims, lowest rank first. @type {Claim[]} */
  #claims = [];

  /** @param {number} capacity bytes */
  constructor(capacity) {
    this.#free = capacity;
  }

  /**
   * @param {number} weight bytes, at most the capacity
   * @param {number} rank lower goes first; equal ranks in order of asking
   * @param {AbortSignal} signal
   * @returns {Promise<() => void>} gives the bytes back; call it once
   * @throws {CofferError} `cancelled`
   */
  take(weight, rank, signal) {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#claims = this.#claims.filter((other) => other !== claim);
        reject(new CofferError("cancelled", "cancelled while waiting"));
        this.#serve();
      };
      const claim = {
        weight,
        rank,
        grant: () => {
          signal.removeEventListener("abort", stop);
          resolve(() => this.#giveBack(weight));
        },
      };
      if (signal.aborted) {
        stop();
        return;
      }
      signal.addEventListener("abort", stop, { once: true });
      const later = this.#claims.findIndex((other) => other.rank > rank);
      this.#claims.splice(later === -1 ? this.#claims.length : later, 0, claim);
      this.#serve();
    });
  }

  /** @param {number} weight */
  #giveBack(weight) {
    this.#free += weight;
    this.#serve();
  }

  /** Strictly in order: a large claim is not starved by small ones behind it. */
  #serve() {
    while (this.#claims.length > 0 && this.#claims[0].weight <= this.#free) {
      const [claim] = this.#claims.splice(0, 1);
      this.#free -= claim.weight;
      claim.grant();
    }
  }
}
