// The only place that starts workers, behind the page's one Trusted Types policy, `coffer` (spec §2, §3).

/**
 * @typedef {object} Spawn
 * @property {() => Worker} cipher a worker for keys and content
 * @property {() => Worker} kdf a worker for Argon2id
 * @property {() => Promise<ServiceWorkerRegistration>} streams the service worker that answers downloads
 */

/** @typedef {{createPolicy(name: string, rules: {createScriptURL(url: string): string}): {createScriptURL(url: string): string}}} TrustedTypes */

const STREAMS = "/sw.js";

/**
 * @param {{cipher: string, kdf: string}} urls of the worker scripts, as the page's <meta> elements name them
 * @returns {Spawn}
 */
export function makeSpawn(urls) {
  const known = new Set([urls.cipher, urls.kdf, STREAMS].map((url) => new URL(url, location.href).href));
  const trust = trustOnly(known);
  return {
    cipher: () => new Worker(trust(urls.cipher), { name: "cipher", type: "module" }),
    kdf: () => new Worker(trust(urls.kdf), { name: "kdf", type: "module" }),
    streams: () => navigator.serviceWorker.register(trust(STREAMS), { scope: "/" }),
  };
}

/**
 * A function that passes the known script addresses and no other: whatever else reaches `new Worker` came from an
 * injection.
 * @param {Set<string>} known absolute addresses of this origin
 * @returns {(url: string) => string}
 */
function trustOnly(known) {
  /** @param {string} url */
  const createScriptURL = (url) => {
    const { href, origin } = new URL(url, location.href);
    if (origin !== location.origin || !known.has(href)) {
      throw new TypeError("not a worker of this page");
    }
    return href;
  };
  const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));
  const policy = trustedTypes?.createPolicy("coffer", { createScriptURL }) ?? { createScriptURL };
  return (url) => policy.createScriptURL(url);
}
