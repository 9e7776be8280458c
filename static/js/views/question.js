// A question before something is lost: a modal dialog whose whole text is its template.

import { one } from "./dom.js";
import { clone } from "./words.js";

/**
 * @param {string} id template `question-…`
 * @returns {Promise<boolean>} true only for the button of value "yes"
 */
export function ask(id) {
  const dialog = one(clone(`question-${id}`), "dialog", HTMLDialogElement);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
