// Signing in with username and password.

import { FormView } from "./form.js";

export class Login extends FormView {
  static template = "login";

  static fields = { username_required: "username", password_required: "password" };

  check() {
    if (this.value("username").trim() === "") {
      return "username_required";
    }
    return this.value("password") === "" ? "password_required" : "";
  }

  act() {
    return this.context.session.signIn(this.value("username").trim().toLowerCase(), this.value("password"));
  }

  arrive() {
    this.field("username").focus();
  }
}

customElements.define("coffer-login", Login);
