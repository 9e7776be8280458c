// Around every page of an unlocked vault: places, the member, locking and signing out, the transfers.

import { one, partButton, partElement } from "./dom.js";
import { ask } from "./question.js";
import { View } from "./view.js";

export class Frame extends View {
  static template = "frame";

  draw() {
    super.draw();
    const { session } = this.context;
    partElement(this, "username").textContent = session.username;
    partElement(this, "initial").textContent = [...session.username.toUpperCase()][0] ?? "";
    this.listen(partButton(this, "lock"), "click", () => this.#leave("lock", () => session.lock()));
    this.listen(partButton(this, "sign-out"), "click", () => this.#leave("sign-out", () => session.signOut()));
  }

  /**
   * Puts a view on the sheet and marks its place.
   * @param {View} view
   * @param {string} path
   */
  show(view, path) {
    view.context = this.context;
    const sheet = one(this, "main", HTMLElement);
    sheet.replaceChildren(view);
    sheet.scrollTop = 0;
    for (const link of this.querySelectorAll(".places a")) {
      link.ariaCurrent = link.getAttribute("href") === path ? "page" : null;
    }
  }

  /**
   * @param {string} question
   * @param {() => unknown} leave
   */
  async #leave(question, leave) {
    if (!this.context.transfers.active || await ask(question)) {
      await this.attempt(leave);
    }
  }
}

customElements.define("coffer-frame", Frame);
