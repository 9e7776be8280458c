// One row of the grid: a file's icon, name, size and time.

import { one, part, partElement, setIcon } from "./dom.js";
import { formatMoment, formatMomentInFull, formatSize, kindOf, LONG_NAME, splitName } from "./format.js";
import { clone } from "./words.js";

/** @typedef {import("../state/types.js").FileItem} FileItem */

/** What each row shows now. @type {WeakMap<HTMLElement, FileItem>} */
const shown = new WeakMap();

/** @returns {HTMLElement} */
export function makeRow() {
  return one(clone("file-row"), ".file", HTMLElement);
}

/**
 * @param {HTMLElement} row
 * @param {FileItem} item
 * @param {{chosen: boolean, tabStop: boolean}} state
 */
export function updateRow(row, item, { chosen, tabStop }) {
  if (shown.get(row) !== item) {
    shown.set(row, item);
    drawItem(row, item);
  }
  setAttribute(row, "aria-selected", String(chosen));
  setAttribute(row, "tabindex", tabStop ? "0" : "-1");
}

/**
 * Puts an untrusted name into its two pieces, the whole of it into a tooltip.
 * @param {ParentNode} root holds a `.name` with the parts `stem` and `tail`
 * @param {string} name
 */
export function drawName(root, name) {
  const { stem, tail } = splitName(name);
  const whole = one(root, ".name", HTMLElement);
  whole.title = name;
  whole.classList.toggle("long", name.length > LONG_NAME);
  partElement(root, "stem").textContent = stem;
  partElement(root, "tail").textContent = tail;
}

/**
 * @param {HTMLElement} row
 * @param {FileItem} item
 */
function drawItem(row, item) {
  const kind = kindOf(item.type, item.name);
  const icon = one(row, ".kind", SVGElement);
  setIcon(icon, `kind-${kind}`);
  icon.setAttribute("data-kind", kind);
  row.dataset.file = item.file;
  row.ariaLabel = item.name;
  drawName(row, item.name);
  partElement(row, "size").textContent = kind === "folder" ? "" : formatSize(item.size);
  const time = part(row, "modified", HTMLTimeElement);
  time.dateTime = new Date(item.modified).toISOString();
  time.textContent = formatMoment(item.modified, Date.now());
  time.title = formatMomentInFull(item.modified);
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 * @param {string} value
 */
function setAttribute(row, name, value) {
  if (row.getAttribute(name) !== value) {
    row.setAttribute(name, value);
  }
}
