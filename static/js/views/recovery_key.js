// The recovery key (spec §2.1): shown once, taken away by the person, typed back before the account is made.

import { one, partButton, partElement } from "./dom.js";
import { compareTyped } from "./typed_words.js";
import { View } from "./view.js";
import { clone, codeOf, say, sayError } from "./words.js";

/** @typedef {import("../state/types.js").PendingSignUp} PendingSignUp */

/** What only the form before can put right. */
const BACK_TO_FORM = new Set(["username_taken", "username_invalid", "policy_password", "registration_closed"]);

export class RecoveryKey extends View {
  static template = "recovery-key";

  /** @type {{pending: PendingSignUp, username: string} | null} */
  offer = null;

  #busy = false;

  draw() {
    super.draw();
    partElement(this, "words").append(...this.#words().map(drawWord));
    partElement(this, "paper").textContent = this.#heading();
    this.listen(partButton(this, "copy"), "click", () => this.#copy());
    this.listen(partButton(this, "save"), "click", () => this.#save());
    this.listen(partButton(this, "print"), "click", () => globalThis.print());
    this.listen(this.#box(), "input", () => this.#compare());
    this.listen(this.#box(), "keydown", (event) => {
      if (event.key === "Enter" && !partButton(this, "continue").disabled) {
        event.preventDefault();
        this.#confirm();
      }
    });
    this.listen(one(this, "form", HTMLFormElement), "submit", (event) => {
      event.preventDefault();
      this.#confirm();
    });
  }

  #words() {
    return this.offer?.pending.words ?? [];
  }

  #box() {
    return one(this, "textarea", HTMLTextAreaElement);
  }

  #compare() {
    const { right, wrong, complete } = compareTyped(this.#words(), this.#box().value);
    const hint = partElement(this, "hint");
    // Spoken only when something is wrong or all is right, not after every word.
    hint.ariaLive = wrong > 0 || complete ? "polite" : "off";
    hint.classList.toggle("wrong", wrong > 0);
    hint.classList.toggle("right", complete);
    hint.textContent = this.#progress(right, wrong, complete);
    partButton(this, "continue").disabled = !complete;
  }

  /**
   * @param {number} right
   * @param {number} wrong
   * @param {boolean} complete
   * @returns {string}
   */
  #progress(right, wrong, complete) {
    const total = this.#words().length;
    if (complete) {
      return say("words-all", { total });
    }
    if (wrong > 0) {
      return wrong > total ? sayError({ code: "recovery_mismatch" }) : say("word-differs", { count: wrong });
    }
    return right === 0 ? partElement(this, "hint").dataset.start ?? "" : say("words-typed", { count: right, total });
  }

  async #confirm() {
    const button = partButton(this, "continue");
    if (this.#busy || button.disabled) {
      return;
    }
    const note = partElement(this, "error");
    note.hidden = true;
    this.#busy = true;
    button.setAttribute("aria-busy", "true");
    try {
      await this.offer?.pending.confirm();
    } catch (error) {
      if (BACK_TO_FORM.has(codeOf(error))) {
        this.dispatchEvent(new CustomEvent("refused", { detail: error }));
        return;
      }
      note.textContent = sayError(error);
      note.hidden = false;
    } finally {
      this.#busy = false;
      button.removeAttribute("aria-busy");
    }
  }

  /** Whose key it is and what it opens, for a file or a sheet of paper. */
  #heading() {
    return say("recovery-paper", { username: this.offer?.username ?? "", origin: location.origin });
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#words().join(" "));
      this.tell(say("copied"));
    } catch {
      this.tell(say("copy-refused"), { lasting: true });
    }
  }

  #save() {
    const lines = this.#words().map((word, index) => `${String(index + 1).padStart(2)}. ${word}`);
    const text = [this.#heading(), "", ...lines, ""].join("\n");
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `coffer-recovery-key-${this.offer?.username}.txt`;
    link.click();
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {string} word
 * @param {number} index
 * @returns {DocumentFragment}
 */
function drawWord(word, index) {
  const item = clone("recovery-word");
  one(item, ".key-number", HTMLElement).textContent = String(index + 1);
  one(item, ".key-word", HTMLElement).textContent = word;
  return item;
}

customElements.define("coffer-recovery-key", RecoveryKey);
