// A member with a vault on a fake server, and as many devices as a test needs; the keys live in this process.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */
/** @import {Api} from "../../../static/js/transport/api.js" */
/** @import {CipherClient} from "../../../static/js/workers/cipher_client.js" */

import { decodeBase64 } from "../../../static/js/core/bytes.js";
import { newDirectory, replay } from "../../../static/js/core/directory.js";
import { makeKdf } from "../../../static/js/core/passphrase.js";
import { makeRandom } from "../../../static/js/core/primitives.js";
import { Chain } from "../../../static/js/state/chain.js";
import { Marks } from "../../../static/js/state/marks.js";
import { openFetchedBlock, sealFileBlock } from "../../../static/js/workers/content.js";
import { foundVault } from "../../../static/js/workers/founding.js";
import * as keeper from "../../../static/js/workers/keeper.js";
import { Given } from "../../../static/js/workers/serve.js";
import { FakeServer } from "./fake_server.js";

/** @type {Record<string, (...args: any[]) => any>} */
const operations = { ...keeper, foundVault, sealBlock: sealFileBlock, openBlock: openFetchedBlock };

/** The cipher workers without workers. */
export const cipher = /** @type {CipherClient} */ (/** @type {unknown} */ ({
  keeper: async (/** @type {string} */ operation, /** @type {unknown[]} */ ...args) => operations[operation](...args),
  any: async (/** @type {string} */ operation, /** @type {unknown[]} */ args) => {
    const result = await operations[operation](...args);
    return result instanceof Given ? result.result : result;
  },
  end: () => {},
}));

/** localStorage for one device. */
export function makeStorage() {
  /** @type {Map<string, string>} */
  const map = new Map();
  return {
    map,
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => { map.set(key, value); },
  };
}

/** Members by name, because making a key pair takes a second. @type {Map<string, Promise<{account: any, unlockKey: Bytes}>>} */
const founded = new Map();

/** A member on a new server, and their keys with the keeper: {server, user}. */
export async function makeMember(username = "owner") {
  const known = founded.get(username) ?? found(username);
  founded.set(username, known);
  const { account, unlockKey } = await known;
  const server = new FakeServer();
  await server.register(account);
  const sealed = decodeBase64(account.keyring);
  await keeper.openVault({ user: server.user, slot: account.slots[0], revision: 1, sealed }, unlockKey.slice());
  await keeper.confirmVault(await replay(newDirectory(server.user), server.chain));
  return { server, user: server.user };
}

/** @param {string} username */
async function found(username) {
  const unlockKey = makeRandom(32);
  const password = { kdf: makeKdf(), unlockKey: unlockKey.slice() };
  const { account } = await foundVault(username, password, { unlockKey: makeRandom(32) }, 1_700_000_000_000);
  return { account, unlockKey };
}

/** @param {FakeServer} server @returns {Api} */
export function asApi(server) {
  return /** @type {Api} */ (/** @type {unknown} */ (server));
}

/**
 * One device of the member: a chain that it has opened.
 * @param {FakeServer} server
 * @param {Marks} [marks]
 */
export async function openDevice(server, marks = new Marks(makeStorage())) {
  const chain = new Chain({ api: asApi(server), cipher, marks }, server.user);
  await chain.open(async () => {});
  return { api: asApi(server), cipher, chain, marks };
}
