// A view that is one form: checks, one action at a time, errors beside the field they belong to.

import { one, partElement } from "./dom.js";
import { View } from "./view.js";
import { codeOf, sayError } from "./words.js";

/** Sends `settled` (bubbles; detail: the error or null) after each attempt. */
export class FormView extends View {
  /** Which field an error code belongs to; others stand above the form. @type {Record<string, string>} */
  static fields = {};

  #busy = false;

  /** Whether an attempt is under way: then the form must stay, to say how it ended. */
  get busy() {
    return this.#busy;
  }

  get form() {
    return one(this, "form", HTMLFormElement);
  }

  draw() {
    super.draw();
    this.listen(this.form, "submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.listen(this.form, "input", (event) => this.#mark(event.target.name, ""));
  }

  /**
   * What a field holds.
   * @param {string} name
   * @returns {string}
   */
  value(name) {
    return this.field(name).value;
  }

  /**
   * @param {string} name
   * @returns {HTMLInputElement}
   */
  field(name) {
    return one(this, `input[name="${name}"]`, HTMLInputElement);
  }

  /**
   * Code of the first thing wrong before anything is sent, "" when all is well.
   * @returns {string}
   */
  check() {
    return "";
  }

  /** What the form does; rejects with a Problem. */
  async act() {}

  /**
   * Says what went wrong and puts the focus on the field it is about.
   * @param {unknown} error
   */
  fail(error) {
    const { fields } = /** @type {typeof FormView} */ (this.constructor);
    const code = codeOf(error);
    // A code is the server's word: `constructor` is no field of ours.
    const name = Object.hasOwn(fields, code) ? fields[code] : undefined;
    if (name === undefined) {
      this.#announce(sayError(error));
    } else {
      this.#mark(name, sayError(error));
      this.field(name).focus();
    }
  }

  async #submit() {
    if (this.#busy) {
      return;
    }
    this.#clear();
    const wrong = this.check();
    if (wrong !== "") {
      this.fail({ code: wrong });
      return;
    }
    const button = one(this, 'button[type="submit"]', HTMLButtonElement);
    this.#busy = true;
    button.setAttribute("aria-busy", "true");
    let failure = null;
    try {
      await this.act();
    } catch (error) {
      failure = error;
      this.fail(error);
    }
    this.#busy = false;
    button.removeAttribute("aria-busy");
    this.dispatchEvent(new CustomEvent("settled", { bubbles: true, detail: failure }));
  }

  #clear() {
    this.#announce("");
    for (const note of this.querySelectorAll("[data-error]")) {
      this.#mark(/** @type {HTMLElement} */ (note).dataset.error ?? "", "");
    }
  }

  /** @param {string} text */
  #announce(text) {
    const note = partElement(this, "error");
    note.textContent = text;
    note.hidden = text === "";
  }

  /**
   * @param {string} name of the field
   * @param {string} text what is wrong with it, "" for nothing
   */
  #mark(name, text) {
    const note = this.querySelector(`[data-error="${name}"]`);
    if (note instanceof HTMLElement) {
      note.textContent = text;
      note.hidden = text === "";
      this.field(name).setAttribute("aria-invalid", String(text !== ""));
    }
  }
}
