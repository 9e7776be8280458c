// The Reveal button: shows the passwords of its form as text until pressed again or the form is sent.

import { one, setIcon } from "./dom.js";

export class Reveal extends HTMLElement {
  /** @type {HTMLInputElement[]} */
  #inputs = [];

  connectedCallback() {
    const button = one(this, "button", HTMLButtonElement);
    this.#inputs = [...(button.form?.elements ?? [])].filter(
      /** @returns {input is HTMLInputElement} */ (input) => input instanceof HTMLInputElement && input.type === "password",
    );
    button.addEventListener("click", () => this.#show(button, button.getAttribute("aria-pressed") !== "true"));
    // Sent as passwords again, so that a browser offers to keep them and form history does not.
    button.form?.addEventListener("submit", () => this.#show(button, false), { capture: true });
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {boolean} shown
   */
  #show(button, shown) {
    button.setAttribute("aria-pressed", String(shown));
    setIcon(button, shown ? "icon-eye-off" : "icon-eye");
    for (const input of this.#inputs) {
      input.type = shown ? "text" : "password";
    }
  }
}

customElements.define("coffer-reveal", Reveal);
