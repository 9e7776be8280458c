// Uploads and downloads as a person sees them: a queue, progress, speed, and what became of each.

/** @import {Problem, Transfer} from "./types.js" */

import { CofferError } from "../core/errors.js";
import { Meter } from "./meter.js";
import { throttle } from "./throttle.js";

/** Small files spend their time waiting for answers, so several are under way; their bytes are bounded elsewhere. */
const AT_ONCE = { up: 8, down: 2 };

/**
 * How one transfer runs: `rank` is its place in the queue, `onProgress` hears of bytes done; from `onFinal` on it
 * cannot be cancelled.
 * @typedef {{rank: number, signal: AbortSignal, onProgress: (done: number) => void, onFinal: () => void}} Run
 */

/**
 * A transfer and what it is made of; `view` is what the page sees of it, made anew when something changed.
 * @typedef {object} Entry
 * @property {Transfer} view
 * @property {number} rank
 * @property {Meter} meter
 * @property {AbortController} control
 * @property {boolean} final
 * @property {(run: Run) => Promise<void>} work
 */

/** Sends `change` at most about ten times a second. */
export class Transfers extends EventTarget {
  #mover;
  /** @type {Entry[]} */
  #entries = [];
  /** @type {{up: Entry[], down: Entry[]}} */
  #waiting = { up: [], down: [] };
  #running = { up: 0, down: 0 };
  #ranks = 0;
  #changed = throttle(() => {
    this.#measure();
    this.dispatchEvent(new Event("change"));
  });

  /**
   * @param {object} mover does the work
   * @param {(source: File, run: Run) => Promise<void>} mover.upload
   * @param {(file: string, run: Run) => Promise<void>} mover.download
   * @param {(file: string) => {name: string, size: number}} mover.describe what a person calls a file
   */
  constructor(mover) {
    super();
    this.#mover = mover;
  }

  /** @returns {readonly Transfer[]} in the order they were asked for */
  get items() {
    return this.#entries.map(({ view }) => view);
  }

  get active() {
    return this.#entries.some(({ view }) => view.status === "waiting" || view.status === "active");
  }

  /** @param {FileList | readonly File[]} files */
  upload(files) {
    for (const source of files) {
      this.#add("up", source, (run) => this.#mover.upload(source, run));
    }
  }

  /** @param {readonly string[]} files UUIDs */
  download(files) {
    for (const file of files) {
      this.#add("down", this.#mover.describe(file), (run) => this.#mover.download(file, run));
    }
  }

  /** Stops one transfer; nothing of it is kept. One that is being committed is done in a moment, and is let be. @param {string} id */
  cancel(id) {
    const entry = this.#entries.find(({ view }) => view.id === id);
    if (entry !== undefined && !entry.final && (entry.view.status === "waiting" || entry.view.status === "active")) {
      this.#end(entry, "cancelled", null);
      entry.control.abort();
    }
  }

  /** Forgets the transfers that have ended. */
  clear() {
    this.#entries = this.#entries.filter(({ view }) => view.status === "waiting" || view.status === "active");
    this.#changed();
  }

  /** Stops and forgets all, as locking demands: names are secret. */
  reset() {
    const entries = this.#entries;
    this.#entries = [];
    this.#waiting = { up: [], down: [] };
    for (const { control } of entries) {
      control.abort();
    }
    this.#changed();
  }

  /**
   * @param {"up" | "down"} direction
   * @param {{name: string, size: number}} what
   * @param {(run: Run) => Promise<void>} work
   */
  #add(direction, { name, size }, work) {
    this.#ranks += 1;
    /** @type {Entry} */
    const entry = {
      view: { id: crypto.randomUUID(), direction, name, size, done: 0, speed: 0, eta: 0, status: "waiting", error: null },
      rank: this.#ranks,
      meter: new Meter(),
      control: new AbortController(),
      final: false,
      work,
    };
    this.#entries.push(entry);
    this.#waiting[direction].push(entry);
    this.#changed();
    this.#startNext(direction);
  }

  /** @param {"up" | "down"} direction */
  #startNext(direction) {
    const waiting = this.#waiting[direction];
    while (waiting.length > 0 && this.#running[direction] < AT_ONCE[direction]) {
      const [entry] = waiting.splice(0, 1);
      if (entry.view.status === "waiting") {
        void this.#run(entry);
      }
    }
  }

  /** @param {Entry} entry */
  async #run(entry) {
    const { rank, meter, control } = entry;
    const leave = this.#enter(entry.view.direction);
    entry.view = { ...entry.view, status: "active" };
    meter.add(performance.now(), 0);
    this.#changed();
    try {
      await entry.work({
        rank,
        signal: control.signal,
        onProgress: (done) => {
          meter.add(performance.now(), done);
          entry.view = { ...entry.view, done };
          this.#changed();
        },
        onFinal: () => {
          entry.final = true;
          // What only waits for its commit keeps no place: the more wait, the fewer commits it takes.
          leave();
        },
      });
      this.#end(entry, "done", null);
    } catch (error) {
      const code = error instanceof CofferError ? error.code : "internal";
      this.#end(entry, code === "cancelled" ? "cancelled" : "failed", { code });
      if (!(error instanceof CofferError)) {
        reportError(error);
      }
    }
    leave();
  }

  /** @param {"up" | "down"} direction @returns {() => void} gives the place to the next one, once */
  #enter(direction) {
    let inside = true;
    this.#running[direction] += 1;
    return () => {
      if (inside) {
        inside = false;
        this.#running[direction] -= 1;
        this.#startNext(direction);
      }
    };
  }

  /** @param {Entry} entry @param {"done" | "failed" | "cancelled"} status @param {Problem | null} error */
  #end(entry, status, error) {
    if (entry.view.status === "cancelled") {
      return;
    }
    const done = status === "done" ? entry.view.size : entry.view.done;
    entry.view = { ...entry.view, status, done, speed: 0, eta: 0, error: status === "failed" ? error : null };
    this.#changed();
  }

  #measure() {
    const now = performance.now();
    for (const entry of this.#entries) {
      if (entry.view.status === "active") {
        const { size, done } = entry.view;
        entry.view = { ...entry.view, speed: entry.meter.speed(now), eta: entry.meter.eta(now, size - done) };
      }
    }
  }
}
