// Dropping files anywhere in the window: an overlay while they hover, a `drop-files` event (detail: File[]) after.

import { one } from "./dom.js";
import { View } from "./view.js";
import { say } from "./words.js";

export class Drop extends View {
  static template = "drop";

  /** Elements entered and not left again: dragleave also fires between children. */
  #depth = 0;

  draw() {
    super.draw();
    this.listen(globalThis, "dragenter", (event) => this.#hover(event, 1));
    this.listen(globalThis, "dragleave", (event) => this.#hover(event, -1));
    this.listen(globalThis, "dragover", (event) => {
      if (carriesFiles(event)) {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }
    });
    this.listen(globalThis, "drop", (event) => this.#drop(event));
  }

  /**
   * @param {DragEvent} event
   * @param {number} step
   */
  #hover(event, step) {
    if (carriesFiles(event)) {
      event.preventDefault();
      this.#depth = Math.max(0, this.#depth + step);
      this.#overlay().hidden = this.#depth === 0;
    }
  }

  /** @param {DragEvent} event */
  #drop(event) {
    if (!carriesFiles(event)) {
      return;
    }
    event.preventDefault();
    this.#depth = 0;
    this.#overlay().hidden = true;
    const { files, folders } = dropped(event.dataTransfer);
    if (folders) {
      this.tell(say("folders-left-out"));
    }
    this.dispatchEvent(new CustomEvent("drop-files", { detail: files, bubbles: true }));
  }

  #overlay() {
    return one(this, ".drop", HTMLElement);
  }
}

/**
 * @param {DragEvent} event
 * @returns {boolean}
 */
export function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/**
 * A folder arrives as a File that cannot be read; only its entry tells.
 * @param {DataTransfer | null} transfer
 * @returns {{files: File[], folders: boolean}}
 */
function dropped(transfer) {
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file");
  const plain = items.filter((item) => item.webkitGetAsEntry()?.isDirectory !== true);
  const files = plain.map((item) => item.getAsFile()).filter((file) => file !== null);
  return { files, folders: plain.length < items.length };
}

customElements.define("coffer-drop", Drop);
