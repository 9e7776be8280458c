// Rows of equal height of which only those near the window exist, so that a list of any length draws at once.

/** Rows kept beyond either edge of the window while it moves: enough not to see them come. */
const NEAR = 24;

/** The same once it rests: find-in-page and screen readers meet whole lists of most lengths. */
const FAR = 150;

/** Milliseconds without a scroll that count as rest. */
const REST = 120;

/**
 * @typedef {object} RowSource
 * @property {(index: number) => string} key stays with a row wherever it moves
 * @property {() => HTMLElement} make a new row
 * @property {(row: HTMLElement, index: number) => void} update draws row `index` into an element
 * @property {() => number} kept index of a row that stays although far away (it has the focus), -1 for none
 */

export class RowWindow {
  /** @type {HTMLElement} */
  #body;

  /** @type {RowSource} */
  #source;

  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  #count = 0;
  #asked = false;
  #rest = 0;

  /**
   * @param {HTMLElement} body holds the rows; its style gives it the height of all of them by `--rows`
   * @param {RowSource} source
   * @param {AbortSignal} signal ends the listening
   */
  constructor(body, source, signal) {
    this.#body = body;
    this.#source = source;
    // The scroller may be any ancestor or the page: caught on the way down.
    document.addEventListener("scroll", () => this.#later(), { capture: true, passive: true, signal });
    addEventListener("resize", () => this.#later(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#rest));
  }

  /** How many rows fit the window. */
  get page() {
    return Math.max(1, Math.floor(innerHeight / this.#height()) - 4);
  }

  /** @param {number} count how many rows there are now */
  draw(count) {
    this.#count = count;
    this.#body.style.setProperty("--rows", String(count));
    this.#draw(FAR);
  }

  /**
   * The element of a row that is drawn or kept.
   * @param {number} index
   * @returns {HTMLElement | undefined}
   */
  row(index) {
    return index < 0 || index >= this.#count ? undefined : this.#rows.get(this.#source.key(index));
  }

  #later() {
    if (!this.#asked) {
      this.#asked = true;
      requestAnimationFrame(() => {
        this.#asked = false;
        this.#draw(NEAR);
      });
    }
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#draw(FAR), REST);
  }

  /** @param {number} spare rows beyond either edge */
  #draw(spare) {
    const wanted = this.#wanted(spare);
    const keys = new Set(wanted.map((index) => this.#source.key(index)));
    for (const [key, row] of this.#rows) {
      if (!keys.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    }
    let next = this.#body.firstElementChild;
    for (const index of wanted) {
      const row = this.#take(index);
      // Document order is reading order; a row already in place is not moved, which would cost it the focus.
      if (row === next) {
        next = next.nextElementSibling;
      } else {
        this.#body.insertBefore(row, next);
      }
    }
  }

  /**
   * @param {number} index
   * @returns {HTMLElement}
   */
  #take(index) {
    const key = this.#source.key(index);
    const row = this.#rows.get(key) ?? this.#source.make();
    this.#rows.set(key, row);
    if (row.ariaRowIndex !== String(index + 2)) {
      row.ariaRowIndex = String(index + 2);
      row.style.setProperty("--at", String(index));
    }
    this.#source.update(row, index);
    return row;
  }

  /**
   * @param {number} spare
   * @returns {number[]} rising
   */
  #wanted(spare) {
    if (this.#count === 0) {
      return [];
    }
    const height = this.#height();
    const { top } = this.#body.getBoundingClientRect();
    const first = clamp(Math.floor(-top / height) - spare, 0, this.#count);
    const end = clamp(Math.ceil((innerHeight - top) / height) + spare, first, this.#count);
    const wanted = Array.from({ length: end - first }, (_, place) => first + place);
    const kept = this.#source.kept();
    if (kept >= 0 && kept < first) {
      wanted.unshift(kept);
    } else if (kept >= end && kept < this.#count) {
      wanted.push(kept);
    }
    return wanted;
  }

  /** Height of one row in CSS pixels. */
  #height() {
    return Math.max(1, this.#body.offsetHeight / Math.max(1, this.#count));
  }
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
