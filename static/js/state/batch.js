// Gathers what becomes ready while an earlier batch is under way, so that many small changes share statements (spec §5.1); pure.

const LONGEST_REST = 250;

/**
 * One thing to commit and how to say what became of it.
 * @template Item
 * @typedef {{item: Item, resolve: () => void, reject: (error: unknown) => void}} Job
 */

/** @template Item */
export class Batch {
  #limit;
  #commit;
  #rest;
  #busy = false;
  /** @type {Job<Item>[]} */
  #waiting = [];

  /**
   * @param {number} limit most jobs of one commit
   * @param {(jobs: Job<Item>[]) => Promise<void>} commit settles its jobs; what it throws rejects those it left
   * @param {(milliseconds: number) => Promise<void>} [rest]
   */
  constructor(limit, commit, rest = sleep) {
    this.#limit = limit;
    this.#commit = commit;
    this.#rest = rest;
  }

  /**
   * What is added at the same time leaves at once and together. Later items wait for the commit before them and as long
   * again, at most a quarter of a second: so commits take no more than half of a server that blocks keep busy.
   * @param {Item} item
   * @returns {Promise<void>} resolves when it is committed
   */
  add(item) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      void this.#run();
    });
  }

  async #run() {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    await null;
    while (this.#waiting.length > 0) {
      const begun = performance.now();
      await this.#commitSome();
      await this.#rest(Math.min(LONGEST_REST, performance.now() - begun));
    }
    this.#busy = false;
  }

  async #commitSome() {
    const jobs = this.#waiting.splice(0, this.#limit);
    try {
      await this.#commit(jobs);
    } catch (error) {
      for (const job of jobs) {
        job.reject(error);
      }
    }
  }
}

/** @param {number} milliseconds @returns {Promise<void>} */
function sleep(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
