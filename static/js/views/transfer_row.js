// One list item of the Transfers region; its text ends in the word Done or in a sentence that says what failed.

import { one, part, partButton, partElement, setIcon } from "./dom.js";
import { drawName } from "./file_row.js";
import { formatDuration, formatSize, formatSpeed } from "./format.js";
import { clone, say, sayError } from "./words.js";

/** @typedef {import("../state/types.js").Transfer} Transfer */

/** What each item shows now. @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * @param {Transfer} item
 * @returns {HTMLElement}
 */
export function makeTransferRow(item) {
  const row = one(clone("transfer"), ".transfer", HTMLElement);
  drawName(row, item.name);
  part(row, "progress", HTMLProgressElement).ariaLabel = item.name;
  const cancel = partButton(row, "cancel");
  cancel.ariaLabel = say("cancel", { name: item.name });
  cancel.dataset.transfer = item.id;
  updateTransferRow(row, item);
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {Transfer} item
 */
export function updateTransferRow(row, item) {
  const state = `${item.status} ${item.done} ${item.size} ${item.speed} ${item.eta}`;
  if (shown.get(row) === state) {
    return;
  }
  shown.set(row, state);
  const pending = item.status === "waiting" || item.status === "active";
  row.dataset.status = item.status;
  setIcon(row, iconOf(item));
  partButton(row, "cancel").hidden = !pending;
  const progress = part(row, "progress", HTMLProgressElement);
  progress.max = Math.max(1, item.size);
  progress.value = item.status === "done" ? progress.max : item.done;
  partElement(row, "detail").textContent = detailOf(item);
  partElement(row, "outcome").textContent = outcomeOf(item);
}

/**
 * @param {Transfer} item
 * @returns {string}
 */
function iconOf(item) {
  const ends = { done: "icon-check", failed: "icon-alert", cancelled: "icon-close" };
  return item.status === "done" || item.status === "failed" || item.status === "cancelled"
    ? ends[item.status]
    : item.direction === "up" ? "icon-upload" : "icon-download";
}

/**
 * @param {Transfer} item
 * @returns {string}
 */
function detailOf(item) {
  if (item.status === "active") {
    const parts = [say("of", { done: formatSize(item.done), size: formatSize(item.size) })];
    if (item.speed > 0) {
      parts.push(formatSpeed(item.speed));
    }
    return parts.join(" · ");
  }
  return item.status === "failed" || item.status === "cancelled" ? "" : formatSize(item.size);
}

/**
 * @param {Transfer} item
 * @returns {string}
 */
function outcomeOf(item) {
  switch (item.status) {
    case "active":
      return item.eta > 0 ? say("left", { time: formatDuration(item.eta) }) : "";
    case "waiting":
      return say("waiting");
    case "done":
      return say("done");
    case "cancelled":
      return sayError({ code: "cancelled" });
    case "failed":
      return sayError(item.error);
  }
}
