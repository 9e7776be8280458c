// Puts the state of the page together; what needs a worker is handed in by main.js.

/** @import {CipherClient, WorkerCalls} from "../workers/cipher_client.js" */

import { Api } from "../transport/api.js";
import { Streams } from "../transport/streams.js";
import { Marks } from "./marks.js";
import { Mover } from "./mover.js";
import { Session } from "./session.js";
import { Transfers } from "./transfers.js";
import { Vault } from "./vault.js";

/**
 * @typedef {object} Platform
 * @property {() => CipherClient} makeCipher starts the cipher workers
 * @property {() => WorkerCalls} makeKdf starts a KDF worker
 * @property {() => Promise<ServiceWorkerRegistration>} registerStreams starts the download service worker
 * @property {Pick<Storage, "getItem" | "setItem">} storage keeps the marks; nothing secret goes there
 */

/**
 * @param {Platform} platform
 * @returns {import("./types.js").Context & {session: Session, vault: Vault, transfers: Transfers}}
 */
export function makeContext({ makeCipher, makeKdf, registerStreams, storage }) {
  const api = new Api(() => session.expire());
  const vault = new Vault();
  const mover = new Mover({ vault, streams: new Streams(registerStreams) });
  const transfers = new Transfers(mover);
  const session = new Session({
    api,
    marks: new Marks(storage),
    makeCipher,
    makeKdf,
    onOpen: (tools) => {
      mover.use(tools);
      vault.open(tools);
    },
    onClose: () => {
      transfers.reset();
      mover.use(null);
      vault.close();
    },
  });
  return { session, vault, transfers };
}
