// Signing up: account form, then the recovery key; the account exists only once the key was typed back.

import { partElement } from "./dom.js";
import { FormView } from "./form.js";
import { RecoveryKey } from "./recovery_key.js";

/** The name rule of spec §5.3, so that a person hears of it before any key is made. */
const USERNAME = /^[a-z0-9][a-z0-9._-]{2,31}$/;

const SHORTEST_PASSWORD = 8;

export class Signup extends FormView {
  static template = "signup";

  static fields = {
    username_required: "username",
    username_invalid: "username",
    username_taken: "username",
    password_required: "password",
    policy_password: "password",
    password_mismatch: "confirm",
  };

  draw() {
    super.draw();
    const rule = partElement(this, "rule");
    this.listen(this.field("password"), "input", () => {
      rule.classList.toggle("met", longEnough(this.value("password")));
    });
  }

  check() {
    if (!USERNAME.test(this.#username())) {
      return this.#username() === "" ? "username_required" : "username_invalid";
    }
    if (!longEnough(this.value("password"))) {
      return this.value("password") === "" ? "password_required" : "policy_password";
    }
    return this.value("password") === this.value("confirm") ? "" : "password_mismatch";
  }

  async act() {
    const username = this.#username();
    const pending = await this.context.session.signUp(username, this.value("password"));
    const step = document.createElement("coffer-recovery-key");
    if (!(step instanceof RecoveryKey) || this.signal.aborted) {
      return;
    }
    step.context = this.context;
    step.offer = { pending, username };
    // The name was taken, or the server closed, while the key was written down: back to the form, which says so.
    this.listen(step, "refused", (event) => {
      this.draw();
      this.field("username").value = username;
      this.fail(event.detail);
    });
    this.replaceChildren(step);
    step.arrive();
  }

  arrive() {
    this.field("username").focus();
  }

  #username() {
    return this.value("username").trim().toLowerCase();
  }
}

/**
 * @param {string} password
 * @returns {boolean}
 */
function longEnough(password) {
  return [...password.normalize("NFKC")].length >= SHORTEST_PASSWORD;
}

customElements.define("coffer-signup", Signup);
