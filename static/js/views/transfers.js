// The Transfers region: one list item per upload or download, a total above them.

import { one, part, partButton, partElement } from "./dom.js";
import { formatDuration, formatSize, formatSpeed } from "./format.js";
import { makeTransferRow, updateTransferRow } from "./transfer_row.js";
import { View } from "./view.js";
import { say } from "./words.js";

/** @typedef {import("../state/types.js").Transfer} Transfer */

/** New list items per frame; a drop of 10,000 files must not freeze the page. */
const NEW_PER_FRAME = 100;

export class TransferPanel extends View {
  static template = "transfers";

  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  #empty = true;

  #wasActive = false;

  draw() {
    super.draw();
    const { transfers } = this.context;
    const collapse = partButton(this, "collapse");
    this.listen(partButton(this, "clear"), "click", () => transfers.clear());
    this.listen(collapse, "click", () => this.#expand(collapse.ariaExpanded !== "true"));
    this.listen(this.#list(), "click", (event) => {
      const button = event.target.closest("[data-transfer]");
      if (button instanceof HTMLElement) {
        transfers.cancel(button.dataset.transfer ?? "");
      }
    });
    this.watch(transfers, () => this.#redraw());
  }

  #list() {
    return part(this, "list", HTMLUListElement);
  }

  /** @param {boolean} open */
  #expand(open) {
    partButton(this, "collapse").ariaExpanded = String(open);
    this.#list().hidden = !open;
  }

  #redraw() {
    const { items, active } = this.context.transfers;
    if (this.#empty && items.length > 0) {
      this.#expand(true);
    }
    this.#empty = items.length === 0;
    this.hidden = this.#empty;
    this.#drawHead(items, active);
    this.#drawRows(items);
    if (this.#wasActive && !active && items.length > 0) {
      // Spoken once, at the end.
      partElement(this, "announcement").textContent = summarise(items);
    }
    this.#wasActive = active;
  }

  /**
   * @param {readonly Transfer[]} items
   * @param {boolean} active
   */
  #drawHead(items, active) {
    const counted = items.filter((item) => item.status !== "cancelled");
    const size = sum(counted, "size");
    const done = sum(counted, "done");
    const speed = sum(items.filter((item) => item.status === "active"), "speed");
    partElement(this, "summary").textContent = summarise(items);
    partElement(this, "total-text").textContent = active ? totalText(done, size, speed) : "";
    partButton(this, "clear").hidden = !items.some((item) => !isPending(item));
    const total = part(this, "total", HTMLProgressElement);
    total.max = Math.max(1, size);
    total.value = active ? done : total.max;
    one(this, ".transfers", HTMLElement).classList.toggle("settled", !active);
  }

  /** @param {readonly Transfer[]} items */
  #drawRows(items) {
    const kept = new Set(items.map((item) => item.id));
    for (const [id, row] of this.#rows) {
      if (!kept.has(id)) {
        row.remove();
        this.#rows.delete(id);
      }
    }
    const fresh = document.createDocumentFragment();
    for (const item of items) {
      const known = this.#rows.get(item.id);
      if (known !== undefined) {
        updateTransferRow(known, item);
      } else if (fresh.childElementCount < NEW_PER_FRAME) {
        const row = makeTransferRow(item);
        this.#rows.set(item.id, row);
        fresh.append(row);
      }
    }
    this.#list().append(fresh);
    if (this.#rows.size < items.length) {
      requestAnimationFrame(() => this.signal.aborted || this.#drawRows(this.context.transfers.items));
    }
  }
}

/** @param {Transfer} item */
function isPending(item) {
  return item.status === "waiting" || item.status === "active";
}

/**
 * @param {readonly Transfer[]} items
 * @param {"size" | "done" | "speed"} field
 */
function sum(items, field) {
  return items.reduce((total, item) => total + item[field], 0);
}

/**
 * @param {readonly Transfer[]} items
 * @returns {string}
 */
function summarise(items) {
  const pending = items.filter(isPending);
  if (pending.length > 0) {
    const directions = new Set(pending.map((item) => item.direction));
    const what = directions.size > 1 ? "transferring" : directions.has("up") ? "uploading" : "downloading";
    return say(what, { count: pending.length });
  }
  const failed = items.filter((item) => item.status === "failed").length;
  return failed > 0 ? say("failed", { count: failed }) : say("finished", { count: items.length });
}

/**
 * @param {number} done bytes
 * @param {number} size bytes
 * @param {number} speed bytes a second
 * @returns {string}
 */
function totalText(done, size, speed) {
  const parts = [say("of", { done: formatSize(done), size: formatSize(size) })];
  if (speed > 0) {
    parts.push(formatSpeed(speed), say("left", { time: formatDuration((size - done) / speed) }));
  }
  return parts.join(" · ");
}

customElements.define("coffer-transfers", TransferPanel);
