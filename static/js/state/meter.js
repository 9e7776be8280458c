// Speed and remaining time of one transfer, from how much was done when; pure.

const WINDOW = 5000;
const SHORTEST = 500;

/** Measures over the last five seconds, so that a pause or a change of the line shows soon. */
export class Meter {
  /** @type {{now: number, done: number}[]} */
  #samples = [];

  /**
   * @param {number} now milliseconds, never going back
   * @param {number} done bytes so far; less than before when a block is sent again
   */
  add(now, done) {
    const last = this.#samples.at(-1);
    if (last !== undefined && done < last.done) {
      this.#samples = [];
    }
    this.#samples.push({ now, done });
    // One sample older than the window stays, so that the window is always covered.
    while (this.#samples.length > 2 && now - this.#samples[1].now >= WINDOW) {
      this.#samples.shift();
    }
  }

  /**
   * @param {number} now milliseconds
   * @returns {number} bytes a second; 0 while unknown
   */
  speed(now) {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || now - first.now < SHORTEST) {
      return 0;
    }
    return ((last.done - first.done) * 1000) / (now - first.now);
  }

  /**
   * @param {number} now milliseconds
   * @param {number} left bytes still to do
   * @returns {number} seconds; 0 while unknown
   */
  eta(now, left) {
    const speed = this.speed(now);
    return speed > 0 ? left / speed : 0;
  }
}
