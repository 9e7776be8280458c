// Composition root: starts workers, builds the state on them, hands it to the views.

import { makeContext } from "./state/context.js";
import { App } from "./views/app.js";
import { one } from "./views/dom.js";
import { CipherClient, WorkerCalls } from "./workers/cipher_client.js";
import { makeSpawn } from "./workers/spawn.js";

/** One worker keeps the keys and seals too; more than four would wait for each other's memory. */
const CIPHER_WORKERS = Math.max(2, Math.min(4, navigator.hardwareConcurrency));

/**
 * The address that the page gives for a worker: only the server knows the hashed names.
 * @param {string} name of a <meta> element
 * @returns {string}
 */
function address(name) {
  return one(document, `meta[name="${name}"]`, HTMLMetaElement).content;
}

const spawn = makeSpawn({ cipher: address("coffer-cipher-worker"), kdf: address("coffer-kdf-worker") });

one(document, "coffer-app", App).start(makeContext({
  makeCipher: () => new CipherClient(spawn.cipher, CIPHER_WORKERS),
  makeKdf: () => new WorkerCalls(spawn.kdf()),
  registerStreams: spawn.streams,
  storage: localStorage,
}));
