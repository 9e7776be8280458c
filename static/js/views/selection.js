// Which rows are chosen and which one has the keyboard: the model behind the grid of files, without any element
// (WAI-ARIA Authoring Practices, grid pattern).

/** @typedef {{key: string, shift: boolean, ctrl: boolean, page: number}} Press a key; `page` rows fit the window */

export class Selection {
  /** @type {readonly string[]} */
  #order = [];

  /** @type {Map<string, number>} */
  #places = new Map();

  /** @type {Set<string>} */
  #chosen = new Set();

  /** Where a range starts. */
  #anchor = "";

  /** The row that has the keyboard, "" while none was used. */
  focus = "";

  /**
   * Takes the rows in the order they are drawn; what is gone is no longer chosen, and what
   * followed it has the keyboard.
   * @param {readonly string[]} ids
   */
  setOrder(ids) {
    const followers = this.#order.slice(this.#places.get(this.focus) ?? 0);
    this.#order = ids;
    this.#places = new Map(ids.map((id, index) => [id, index]));
    this.#chosen = new Set([...this.#chosen].filter((id) => this.#places.has(id)));
    if (!this.#places.has(this.#anchor)) {
      this.#anchor = "";
    }
    if (this.focus !== "" && !this.#places.has(this.focus)) {
      this.focus = followers.find((id) => this.#places.has(id)) ?? ids.at(-1) ?? "";
    }
  }

  /** Chosen ids in drawing order. @returns {string[]} */
  get ids() {
    return this.#order.filter((id) => this.#chosen.has(id));
  }

  get size() {
    return this.#chosen.size;
  }

  /** Index of the row that takes the Tab key; -1 when there is no row. */
  get focusIndex() {
    return this.#places.get(this.focus) ?? (this.#order.length > 0 ? 0 : -1);
  }

  /** @param {string} id */
  has(id) {
    return this.#chosen.has(id);
  }

  /** @param {string} id */
  only(id) {
    this.#chosen = new Set([id]);
    this.#anchor = id;
    this.focus = id;
  }

  /** @param {string} id */
  toggle(id) {
    if (!this.#chosen.delete(id)) {
      this.#chosen.add(id);
    }
    this.#anchor = id;
    this.focus = id;
  }

  /**
   * Chooses every row from the anchor to this one.
   * @param {string} id
   * @param {{keep?: boolean}} [options] `keep`: what was chosen before stays
   */
  extend(id, { keep = false } = {}) {
    const to = this.#places.get(id) ?? 0;
    const from = this.#places.get(this.#anchor) ?? to;
    const range = this.#order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#chosen = new Set(keep ? [...this.#chosen, ...range] : range);
    this.#anchor = this.#order[from] ?? "";
    this.focus = id;
  }

  all() {
    this.#chosen = new Set(this.#order);
  }

  clear() {
    this.#chosen = new Set();
  }

  /**
   * @param {Press} press
   * @returns {boolean} whether the key meant something
   */
  press(press) {
    const { key, shift, ctrl } = press;
    if (key === " ") {
      this.#space(shift);
    } else if (key === "a" && ctrl) {
      this.all();
    } else if (key === "Escape" && this.size > 0) {
      this.clear();
    } else {
      const target = this.#target(press);
      if (target === undefined) {
        return false;
      }
      this.#go(target, shift, ctrl);
    }
    return true;
  }

  /** @param {boolean} shift */
  #space(shift) {
    const id = this.#order[this.focusIndex];
    if (id === undefined) {
      return;
    }
    if (shift) {
      this.extend(id);
    } else {
      this.toggle(id);
    }
  }

  /**
   * The row that a movement key leads to.
   * @param {Press} press
   * @returns {string | undefined}
   */
  #target({ key, page }) {
    const last = this.#order.length - 1;
    const now = this.focus === "" ? -1 : this.focusIndex;
    /** @type {Record<string, number>} */
    const places = {
      ArrowDown: now + 1,
      ArrowUp: Math.max(now - 1, 0),
      PageDown: now + page,
      PageUp: now - page,
      Home: 0,
      End: last,
    };
    const place = Object.hasOwn(places, key) ? places[key] : undefined;
    return place === undefined ? undefined : this.#order[Math.max(0, Math.min(place, last))];
  }

  /**
   * @param {string} id
   * @param {boolean} shift
   * @param {boolean} ctrl
   */
  #go(id, shift, ctrl) {
    if (shift) {
      this.extend(id, { keep: ctrl });
    } else if (ctrl) {
      this.focus = id;
    } else {
      this.only(id);
    }
  }
}
