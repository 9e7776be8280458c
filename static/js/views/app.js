// The page's one root: asks who is here, shows the view of the address, and follows links without loading a new page,
// because a new page would forget the keys.

import "./drive.js";
import { partButton, partElement } from "./dom.js";
import { carriesFiles } from "./drop.js";
import { FormView } from "./form.js";
import { Frame } from "./frame.js";
import "./login.js";
import "./reveal.js";
import { resolve } from "./routes.js";
import "./signup.js";
import "./status.js";
import { findObstacle } from "./support.js";
import "./transfers.js";
import "./trash.js";
import "./unlock.js";
import { View } from "./view.js";
import { clone, sayError } from "./words.js";

/** @typedef {import("../state/types.js").Context} Context */

export class App extends View {
  /** The view on show, null before the first. @type {View | null} */
  #view = null;

  /** Stays as the shell draws it until start(). */
  draw() {}

  /** @param {Context} context */
  async start(context) {
    this.context = context;
    const obstacle = await findObstacle();
    if (obstacle !== "") {
      this.#drawGate("refused");
      partElement(this, "sentence").textContent = sayError({ code: obstacle });
      return;
    }
    this.listen(document, "click", (event) => this.#follow(event));
    this.listen(globalThis, "dragover", refuseFiles);
    this.listen(globalThis, "drop", refuseFiles);
    this.listen(globalThis, "popstate", () => this.#route());
    this.listen(globalThis, "beforeunload", (event) => {
      if (context.transfers.active) {
        event.preventDefault();
      }
    });
    this.listen(this, "settled", (event) => this.#route(event.detail));
    this.watch(context.session, () => this.#route());
    await this.#load();
  }

  async #load() {
    try {
      await this.context.session.load();
    } catch (error) {
      this.#drawGate("unreachable");
      partElement(this, "sentence").textContent = sayError(error);
      this.listen(partButton(this, "retry"), "click", () => this.#load());
    }
  }

  /** Goes to a link's address within the page; other clicks are left alone. @param {MouseEvent} event */
  #follow(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!(link instanceof HTMLAnchorElement) || !plain || event.defaultPrevented || !isInner(link)) {
      return;
    }
    event.preventDefault();
    history.pushState(null, "", link.pathname);
    this.#route();
  }

  /** @param {unknown} [failure] what ended the form that is left, to be said by the one that comes */
  #route(failure) {
    const { status } = this.context.session;
    // Signing in goes by way of a locked vault; the form that does it is not taken away half-way.
    const working = status === "locked" && this.#view instanceof FormView && this.#view.busy;
    if (status === "unknown" || working) {
      return;
    }
    const place = resolve(status, location.pathname);
    if (place.path !== location.pathname) {
      history.replaceState(null, "", place.path);
    }
    if (place.view !== this.#view?.localName) {
      this.#show(place);
      if (failure && this.#view instanceof FormView) {
        this.#view.fail(failure);
      }
    }
  }

  /** @param {import("./routes.js").Place} place */
  #show({ path, view, inside }) {
    const first = this.#view === null;
    const element = /** @type {View} */ (document.createElement(view));
    this.#view = element;
    if (inside) {
      this.#frame().show(element, path);
    } else {
      this.#drawGate("", element);
    }
    // A first page is read from its top; a form is meant to be filled in.
    if (!first || !inside) {
      element.arrive();
    }
  }

  /** @returns {Frame} */
  #frame() {
    const known = this.querySelector("coffer-frame");
    if (known instanceof Frame) {
      return known;
    }
    const frame = /** @type {Frame} */ (document.createElement("coffer-frame"));
    frame.context = this.context;
    this.replaceChildren(frame);
    return frame;
  }

  /**
   * @param {string} card template to show at the gate, or "" for
   * @param {View} [view]
   */
  #drawGate(card, view) {
    const gate = clone("gate");
    const place = gate.querySelector("main");
    if (view !== undefined) {
      view.context = this.context;
    }
    place?.append(view ?? clone(card));
    this.replaceChildren(gate);
  }
}

/**
 * A file dropped where nothing takes it would replace the page, and the keys with it. The drive's own handlers come
 * later and take what they want (drop.js).
 * @param {DragEvent} event
 */
function refuseFiles(event) {
  if (carriesFiles(event)) {
    event.preventDefault();
    /** @type {DataTransfer} */ (event.dataTransfer).dropEffect = "none";
  }
}

/**
 * @param {HTMLAnchorElement} link
 * @returns {boolean} whether it leads to another view of this page
 */
function isInner(link) {
  return link.origin === location.origin && link.hash === "" && link.target === "" && !link.hasAttribute("download")
    && ["/", "/login/", "/signup/", "/trash/"].includes(link.pathname);
}

customElements.define("coffer-app", App);
