// Gathers what becomes ready while an earlier batch is under way, so that many small changes share statements (spec §5.1); pure.

/**
 * One thing to commit and how to say what became of it.
 * @template Item
 * @typedef {{item: Item, resolve: () => void, reject: (error: unknown) => void}} Job
 */

/** @template Item */
export class Batch {
  #limit;
  #commit;
  #busy = false;
  /** @type {Job<Item>[]} */
  #waiting = [];

  /**
   * @param {number} limit most jobs of one commit
   * @param {(jobs: Job<Item>[]) => Promise<void>} commit settles its jobs; what it throws rejects those it left
   */
  constructor(limit, commit) {
    this.#limit = limit;
    this.#commit = commit;
  }

  /**
   * What is added at the same time leaves at once and together; later items wait only for the commit before them.
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
      const jobs = this.#waiting.splice(0, this.#limit);
      try {
        await this.#commit(jobs);
      } catch (error) {
        for (const job of jobs) {
          job.reject(error);
        }
      }
    }
    this.#busy = false;
  }
}
