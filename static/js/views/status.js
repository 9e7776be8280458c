// Short messages at the foot of the window, read out by screen readers, some with Undo.

import { partButton, partElement } from "./dom.js";
import { clone, sayError } from "./words.js";

/** Long enough to read and to reach Undo; what it undoes can be undone elsewhere too. */
const SHOWN_MS = 10_000;

/** @typedef {{text: string, undo?: () => unknown, lasting: boolean}} Message */

export class Status extends HTMLElement {
  #timer = 0;

  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    // A live region must be there before its text is.
    this.role = "status";
    this.#life = new AbortController();
    document.addEventListener(
      "coffer-tell",
      (event) => this.#show(/** @type {CustomEvent<Message>} */ (event).detail),
      { signal: this.#life.signal },
    );
    // Nobody is hurried: the message stays while it is pointed at or has the focus.
    for (const [stop, go] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
      this.addEventListener(stop, () => clearTimeout(this.#timer));
      this.addEventListener(go, () => this.#hideLater());
    }
  }

  disconnectedCallback() {
    this.#life?.abort();
    clearTimeout(this.#timer);
  }

  /** @param {Message} message */
  #show({ text, undo, lasting }) {
    const toast = clone("toast");
    partElement(toast, "text").textContent = text;
    partButton(toast, "close").addEventListener("click", () => this.replaceChildren());
    const button = partButton(toast, "undo");
    button.hidden = undo === undefined;
    button.addEventListener("click", () => this.#undo(undo));
    this.replaceChildren(toast);
    this.#lasting = lasting;
    this.#hideLater();
  }

  #lasting = false;

  #hideLater() {
    clearTimeout(this.#timer);
    if (!this.#lasting) {
      this.#timer = setTimeout(() => this.replaceChildren(), SHOWN_MS);
    }
  }

  /** @param {(() => unknown) | undefined} undo */
  async #undo(undo) {
    this.replaceChildren();
    try {
      await undo?.();
    } catch (error) {
      this.#show({ text: sayError(error), lasting: true });
    }
  }
}

customElements.define("coffer-status", Status);
