// Unlocking: signed in, but the keys are not in this page's memory (after a reload, in a second tab, after Lock).

import { partButton, partElement } from "./dom.js";
import { FormView } from "./form.js";

export class Unlock extends FormView {
  static template = "unlock";

  static fields = { password_required: "password", wrong_key: "password", login_failed: "password" };

  draw() {
    super.draw();
    const { session } = this.context;
    partElement(this, "username").textContent = session.username;
    this.field("username").value = session.username;
    this.listen(partButton(this, "sign-out"), "click", () => this.attempt(() => session.signOut()));
  }

  check() {
    return this.value("password") === "" ? "password_required" : "";
  }

  act() {
    return this.context.session.unlock(this.value("password"));
  }

  arrive() {
    this.field("password").focus();
  }
}

customElements.define("coffer-unlock", Unlock);
