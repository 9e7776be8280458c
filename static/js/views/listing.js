// What the drive and the trash share: a list, the toolbar that acts on what is chosen in it, and what the bar says.

import { one, partButton, partElement } from "./dom.js";
import { Files } from "./files.js";
import { formatSize } from "./format.js";
import { View } from "./view.js";
import { isolate, say } from "./words.js";

/** @typedef {import("../state/types.js").FileItem} FileItem */

export class Listing extends View {
  /** Template for an empty list. */
  static empty = "";

  /** Everything the list could show. @returns {readonly FileItem[]} */
  get items() {
    return [];
  }

  /** What of it is shown. @returns {readonly FileItem[]} */
  get visible() {
    return this.items;
  }

  get list() {
    return one(this, "coffer-files", Files);
  }

  draw() {
    super.draw();
    this.listen(this.list, "choose", () => this.#drawBar());
    this.listen(this.list, "retry", () => this.attempt(() => this.context.vault.refresh()));
    this.listen(partButton(this, "clear"), "click", () => {
      this.list.clear();
      this.arrive();
    });
    this.watch(this.context.vault, () => this.redraw());
  }

  redraw() {
    const { status, error } = this.context.vault;
    if (status === "error") {
      this.list.showProblem(error ?? { code: "unknown" });
    } else {
      this.list.show(this.visible, status === "loading" ? "files-loading" : this.emptyTemplate());
    }
    this.#drawBar();
  }

  /** @returns {string} what stands where there is no row */
  emptyTemplate() {
    return /** @type {typeof Listing} */ (this.constructor).empty;
  }

  /**
   * A toolbar button that acts on the chosen files.
   * @param {string} name its part
   * @param {(files: string[]) => unknown} action
   */
  act(name, action) {
    this.listen(partButton(this, name), "click", () => this.attempt(() => action(this.list.chosen)));
  }

  /**
   * Says what happened to some files, by name when it was one.
   * @param {"trashed" | "restored"} what
   * @param {readonly FileItem[]} files
   * @param {() => unknown} [undo]
   */
  tellAbout(what, files, undo) {
    const text = files.length === 1
      ? say(`${what}-one`, { name: isolate(files[0].name) })
      : say(what, { count: files.length });
    this.tell(text, { undo });
  }

  /**
   * @param {readonly string[]} ids
   * @returns {FileItem[]}
   */
  itemsOf(ids) {
    const wanted = new Set(ids);
    return this.items.filter((item) => wanted.has(item.file));
  }

  #drawBar() {
    const chosen = this.itemsOf(this.list.chosen);
    const selecting = chosen.length > 0;
    const bar = partElement(this, "toolbar");
    bar.classList.toggle("selecting", selecting);
    bar.hidden = this.items.length === 0;
    partButton(bar, "clear").hidden = !selecting;
    for (const button of bar.querySelectorAll("button:not([data-part='clear'])")) {
      /** @type {HTMLButtonElement} */ (button).disabled = !selecting;
    }
    partElement(bar, "summary").textContent = selecting ? summary("selected", chosen) : this.#summary();
  }

  #summary() {
    const files = this.visible;
    if (this.context.vault.status !== "ready" || this.items.length === 0) {
      return "";
    }
    return files === this.items ? summary("files", files) : say("found", { count: files.length });
  }
}

/**
 * @param {"files" | "selected"} what
 * @param {readonly FileItem[]} files
 * @returns {string}
 */
function summary(what, files) {
  const size = files.reduce((sum, item) => sum + item.size, 0);
  return say("files-size", { files: say(what, { count: files.length }), size: formatSize(size) });
}
