// Which view stands at which address, for whom: pure.

/** @typedef {import("../state/types.js").SessionStatus} SessionStatus */

/**
 * The path to show, the view's element, whether the frame of the vault is around it.
 * @typedef {{path: string, view: string, inside: boolean}} Place
 */

/** For people without a session. @type {Record<string, string>} */
const OUTSIDE = { "/login/": "coffer-login", "/signup/": "coffer-signup" };

/** For members whose vault is unlocked. @type {Record<string, string>} */
const INSIDE = { "/": "coffer-drive", "/trash/": "coffer-trash" };

/**
 * Where a person ends who asks for a path. A locked vault answers every member path with the unlock view and keeps the
 * path for afterwards.
 * @param {SessionStatus} status not "unknown"
 * @param {string} path
 * @returns {Place}
 */
export function resolve(status, path) {
  if (status === "anonymous") {
    return pick(OUTSIDE, path, "/login/", false);
  }
  const place = pick(INSIDE, path, "/", true);
  return status === "unlocked" ? place : { path: place.path, view: "coffer-unlock", inside: false };
}

/**
 * @param {Record<string, string>} views
 * @param {string} path
 * @param {string} otherwise
 * @param {boolean} inside
 * @returns {Place}
 */
function pick(views, path, otherwise, inside) {
  const known = Object.hasOwn(views, path) ? path : otherwise;
  return { path: known, view: views[known], inside };
}
