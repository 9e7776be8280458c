// The trash: files moved there come back by Restore.

import { Listing } from "./listing.js";

export class Trash extends Listing {
  static template = "trash";

  static empty = "trash-empty";

  get items() {
    return this.context.vault.trash;
  }

  draw() {
    super.draw();
    this.act("restore", async (files) => {
      const items = this.itemsOf(files);
      await this.context.vault.restoreFiles(files);
      this.tellAbout("restored", items);
    });
  }
}

customElements.define("coffer-trash", Trash);
