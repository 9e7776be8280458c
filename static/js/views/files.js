// The grid of files (WAI-ARIA Authoring Practices, grid): sorting, choosing, opening by pointer and keyboard.

import { one, partElement } from "./dom.js";
import { makeRow, updateRow } from "./file_row.js";
import { sortFiles } from "./order.js";
import { RowWindow } from "./row_window.js";
import { Selection } from "./selection.js";
import { View } from "./view.js";
import { clone, locale, sayError } from "./words.js";

/** @typedef {import("../state/types.js").FileItem} FileItem */
/** @typedef {import("../state/types.js").Problem} Problem */
/** @typedef {import("./order.js").Column} Column */

/**
 * Sends `choose` when the selection changed, `open` (detail: file), `remove` (the Delete key), `retry` and `invite` (a
 * click on the empty list).
 */
export class Files extends View {
  static template = "files";

  /** @type {readonly FileItem[]} */
  #given = [];

  /** As drawn. @type {FileItem[]} */
  #files = [];

  #selection = new Selection();

  /** @type {{column: Column, descending: boolean}} */
  #sort = { column: "name", descending: false };

  /** @type {RowWindow | null} */
  #window = null;

  /** Template that stands in place of the rows, "" for none. */
  #instead = "";

  draw() {
    super.draw();
    const body = partElement(this, "body");
    this.#window = new RowWindow(body, {
      key: (index) => this.#files[index].file,
      make: makeRow,
      update: (row, index) => this.#update(row, index),
      kept: () => this.#selection.focusIndex,
    }, this.signal);
    this.listen(body, "click", (event) => this.#click(event));
    this.listen(body, "dblclick", (event) => this.#send("open", rowOf(event)));
    this.listen(body, "focusin", (event) => this.#focused(rowOf(event)));
    this.listen(body, "keydown", (event) => this.#press(event));
    for (const button of this.querySelectorAll(".files-columns button")) {
      this.listen(button, "click", () => this.#sortBy(/** @type {Column} */ (button.parentElement?.dataset.column)));
    }
    this.#drawSort();
  }

  /** The chosen files, in the order shown. @returns {string[]} */
  get chosen() {
    return this.#selection.ids;
  }

  /**
   * Shows rows, or the template `instead` where there are none.
   * @param {readonly FileItem[]} files
   * @param {string} instead
   */
  show(files, instead) {
    if (files !== this.#given) {
      this.#given = files;
      this.#arrange();
    }
    this.#drawInstead(files.length === 0 ? instead : "");
  }

  /**
   * Shows that the list could not be had, and none of its rows.
   * @param {Problem} problem
   */
  showProblem(problem) {
    this.show([], "files-error");
    partElement(this, "sentence").textContent = sayError(problem);
  }

  clear() {
    this.#selection.clear();
    this.#changed();
  }

  #arrange() {
    const { column, descending } = this.#sort;
    this.#files = sortFiles(this.#given, column, descending, locale());
    const before = this.#selection.size;
    const held = this.contains(document.activeElement);
    this.#selection.setOrder(this.#files.map((item) => item.file));
    one(this, ".files", HTMLElement).ariaRowCount = String(this.#files.length + 1);
    this.#window?.draw(this.#files.length);
    // The row that had the keyboard was sorted away or removed: its successor takes it.
    if (held && !this.contains(document.activeElement)) {
      this.#window?.row(this.#selection.focusIndex)?.focus();
    }
    if (before !== this.#selection.size) {
      this.#send("choose", "");
    }
  }

  /** @param {string} id */
  #drawInstead(id) {
    const grid = one(this, ".files", HTMLElement);
    const loading = id === "files-loading";
    grid.ariaBusy = String(loading);
    grid.hidden = id === "files-error";
    // Nothing to sort yet; the grid itself stays for whoever looks for it by name.
    grid.classList.toggle("bare", id !== "" && !loading);
    one(grid, ".files-head", HTMLElement).hidden = id !== "" && !loading;
    if (id === this.#instead) {
      return;
    }
    this.#instead = id;
    const place = partElement(this, "instead");
    place.hidden = id === "";
    place.replaceChildren(...(id === "" ? [] : [clone(id)]));
    const retry = place.querySelector('[data-part="retry"]');
    const invites = place.querySelector(".invites");
    retry?.addEventListener("click", () => this.#send("retry", ""));
    invites?.addEventListener("click", () => this.#send("invite", ""));
  }

  /**
   * @param {HTMLElement} row
   * @param {number} index
   */
  #update(row, index) {
    const item = this.#files[index];
    updateRow(row, item, {
      chosen: this.#selection.has(item.file),
      tabStop: index === this.#selection.focusIndex,
    });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const file = rowOf(event);
    if (file === "") {
      return;
    }
    const mark = event.target instanceof Element && event.target.closest('[data-part="mark"]') !== null;
    if (event.shiftKey) {
      this.#selection.extend(file, { keep: event.ctrlKey || event.metaKey });
    } else if (event.ctrlKey || event.metaKey || mark) {
      this.#selection.toggle(file);
    } else {
      this.#selection.only(file);
    }
    this.#changed();
  }

  /** @param {string} file */
  #focused(file) {
    if (file !== "" && file !== this.#selection.focus) {
      this.#selection.focus = file;
      this.#window?.draw(this.#files.length);
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.altKey) {
      return;
    }
    if (event.key === "Enter") {
      this.#send("open", rowOf(event));
    } else if (event.key === "Delete" && this.#selection.size > 0) {
      this.#send("remove", "");
    } else if (this.#selection.press({
      key: event.key, shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, page: this.#window?.page ?? 1,
    })) {
      this.#changed();
      const row = this.#window?.row(this.#selection.focusIndex);
      row?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: "nearest" });
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {Column} column */
  #sortBy(column) {
    const again = this.#sort.column === column;
    // Newest and largest first is what one looks for; names start at A.
    this.#sort = { column, descending: again ? !this.#sort.descending : column !== "name" };
    this.#drawSort();
    this.#arrange();
  }

  #drawSort() {
    for (const header of this.querySelectorAll('[role="columnheader"]')) {
      const { column } = /** @type {HTMLElement} */ (header).dataset;
      header.ariaSort = column !== this.#sort.column ? null : this.#sort.descending ? "descending" : "ascending";
    }
  }

  #changed() {
    this.#window?.draw(this.#files.length);
    this.#send("choose", "");
  }

  /**
   * @param {string} type
   * @param {string} detail
   */
  #send(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * The file whose row an event happened in, "" for none.
 * @param {Event} event
 * @returns {string}
 */
function rowOf(event) {
  const row = event.target instanceof Element ? event.target.closest('[role="row"]') : null;
  return row instanceof HTMLElement ? row.dataset.file ?? "" : "";
}

customElements.define("coffer-files", Files);
