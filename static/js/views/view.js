// Base of every view: light DOM from a template, a context that flows down, listeners that end with the element.

import { clone, sayError, titleOf } from "./words.js";

/** @typedef {import("../state/types.js").Context} Context */

export class View extends HTMLElement {
  /** Id of the template that the view draws. */
  static template = "";

  /** @type {Context | null} */
  #context = null;

  #life = new AbortController();

  /** @returns {Context} */
  get context() {
    if (this.#context === null) {
      throw new Error(`<${this.localName}> was used before it had its context`);
    }
    return this.#context;
  }

  set context(context) {
    this.#context = context;
  }

  /** Ends when the view leaves the page. */
  get signal() {
    return this.#life.signal;
  }

  connectedCallback() {
    this.#life = new AbortController();
    this.draw();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /** Fills the element from its template; subclasses go on from there. */
  draw() {
    const { template } = /** @type {typeof View} */ (this.constructor);
    this.put(this, clone(template));
    const title = titleOf(template);
    if (title !== "") {
      document.title = `${title} · Coffer`;
    }
  }

  /**
   * Replaces what `place` holds; views inside get this view's context.
   * @param {Element} place
   * @param {DocumentFragment} content
   */
  put(place, content) {
    for (const element of content.querySelectorAll("*")) {
      if (element instanceof View) {
        element.context = this.context;
      }
    }
    place.replaceChildren(content);
  }

  /**
   * Listens for as long as the view is on the page.
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} handler
   */
  listen(target, type, handler) {
    target.addEventListener(type, handler, { signal: this.signal });
  }

  /**
   * Draws now and after every change of a state, once per frame at most.
   * @param {EventTarget} state
   * @param {() => void} draw
   */
  watch(state, draw) {
    let asked = false;
    this.listen(state, "change", () => {
      if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          if (!this.signal.aborted) {
            draw();
          }
        });
      }
    });
    draw();
  }

  /** Puts the focus where a person goes on after the view came up. */
  arrive() {
    this.querySelector("h1")?.focus();
  }

  /**
   * Runs what a click asked for; what goes wrong is said at the foot of the window.
   * @param {() => unknown} action
   */
  async attempt(action) {
    try {
      await action();
    } catch (error) {
      this.tell(sayError(error), { lasting: true });
    }
  }

  /**
   * A short message at the foot of the window (status.js shows it).
   * @param {string} text
   * @param {{undo?: () => unknown, lasting?: boolean}} [options] `lasting`: stays until dismissed
   */
  tell(text, { undo, lasting = false } = {}) {
    document.dispatchEvent(new CustomEvent("coffer-tell", { detail: { text, undo, lasting } }));
  }
}
