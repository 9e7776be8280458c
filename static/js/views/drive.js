// The member's files: upload by drop, paste and button, search, download, move to trash.

import { part, partButton, partElement } from "./dom.js";
import "./drop.js";
import { Listing } from "./listing.js";
import { findFiles } from "./order.js";

export class Drive extends Listing {
  static template = "drive";

  static empty = "drive-empty";

  #query = "";

  /** What the search found in which list. */
  #found = { from: this.#nothing(), query: "", files: this.#nothing() };

  get items() {
    return this.context.vault.files;
  }

  get visible() {
    if (this.#found.from !== this.items || this.#found.query !== this.#query) {
      this.#found = { from: this.items, query: this.#query, files: findFiles(this.items, this.#query) };
    }
    return this.#found.files;
  }

  draw() {
    super.draw();
    const picker = part(this, "picker", HTMLInputElement);
    this.listen(partButton(this, "upload"), "click", () => picker.click());
    this.listen(this.list, "invite", () => picker.click());
    this.listen(picker, "change", () => {
      this.#upload([...(picker.files ?? [])]);
      // Choosing the same file again must count as a change.
      picker.value = "";
    });
    this.listen(this, "drop-files", (event) => this.#upload(event.detail));
    this.listen(document, "paste", (event) => this.#upload([...(event.clipboardData?.files ?? [])]));
    this.act("download", (files) => this.context.transfers.download(files));
    this.act("trash", (files) => this.#trash(files));
    this.listen(this.list, "open", (event) => this.attempt(() => this.context.transfers.download([event.detail])));
    this.listen(this.list, "remove", () => this.attempt(() => this.#trash(this.list.chosen)));
    const search = part(this, "search", HTMLInputElement);
    this.listen(search, "input", () => {
      this.#query = search.value;
      // How many were found is spoken while someone searches, and only then.
      partElement(this, "summary").ariaLive = search.value === "" ? "off" : "polite";
      this.redraw();
    });
  }

  redraw() {
    super.redraw();
    partElement(this, "search-box").hidden = this.items.length === 0;
  }

  emptyTemplate() {
    return this.items.length > 0 ? "files-none-found" : super.emptyTemplate();
  }

  /** @param {File[]} files */
  #upload(files) {
    if (files.length > 0) {
      this.attempt(() => this.context.transfers.upload(files));
    }
  }

  /** @param {string[]} files */
  async #trash(files) {
    const items = this.itemsOf(files);
    await this.context.vault.trashFiles(files);
    this.tellAbout("trashed", items, () => this.context.vault.restoreFiles(files));
  }

  /** @returns {readonly import("../state/types.js").FileItem[]} */
  #nothing() {
    return [];
  }
}

customElements.define("coffer-drive", Drive);
