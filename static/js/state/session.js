// Who is signed in, and whether the keys are in memory (spec §2.1, §6.1).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Json} from "../core/canonical.js" */
/** @import {Directory} from "../core/directory.js" */
/** @import {Api} from "../transport/api.js" */
/** @import {CipherClient, WorkerCalls} from "../workers/cipher_client.js" */
/** @import {Marks} from "./marks.js" */
/** @import {PendingSignUp, SessionStatus} from "./types.js" */

import { checkMark } from "../core/directory.js";
import { CofferError, PolicyError, TamperedError } from "../core/errors.js";
import { checkSlot } from "../core/served.js";
import { parseSlot } from "../core/slots.js";
import { Chain } from "./chain.js";

/** A new password has at least so many characters (spec §2.1). */
const SHORTEST_PASSWORD = 8;

/** What an unlocked vault works with. @typedef {{api: Api, cipher: CipherClient, chain: Chain}} Tools */

/** What `GET vault` serves. @typedef {Awaited<ReturnType<Api["vault"]>>} Account */

/**
 * @typedef {object} Parts
 * @property {Api} api
 * @property {Marks} marks
 * @property {() => CipherClient} makeCipher starts the cipher workers
 * @property {() => WorkerCalls} makeKdf starts the KDF worker
 * @property {(tools: Tools) => void} onOpen the vault is unlocked
 * @property {() => void} onClose the vault is locked: whatever is secret must go
 */

/** Sends `change` when a field is another. */
export class Session extends EventTarget {
  /** @type {SessionStatus} */
  status = "unknown";
  username = "";
  #parts;
  #user = "";
  /** @type {CipherClient | null} */
  #cipher = null;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.#parts = parts;
  }

  /** Asks the server who is signed in: after a reload the session is still there, the keys are not. */
  async load() {
    const { user, username } = await this.#parts.api.session();
    this.#say(user === "" ? "anonymous" : "locked", user, username);
  }

  /**
   * Makes everything that a vault needs; nothing exists on the server before `confirm`.
   * @param {string} username
   * @param {string} password
   * @returns {Promise<PendingSignUp>}
   * @throws {PolicyError} `policy_password`
   */
  async signUp(username, password) {
    if ([...password].length < SHORTEST_PASSWORD) {
      throw new PolicyError("policy_password", "password: shorter than 8 characters");
    }
    const [chosen, recovery] = await this.#withKdf((kdf) =>
      Promise.all([kdf.call("makePasswordKeys", [password]), kdf.call("makeRecoveryKeys", [])]));
    const cipher = this.#startCipher();
    const { user, statement, account } = await cipher.keeper(
      "foundVault", username, { kdf: chosen.kdf, unlockKey: chosen.unlockKey }, { unlockKey: recovery.unlockKey }, Date.now(),
    );
    const loginKeys = { password: chosen.loginKey, recovery: recovery.loginKey };
    return {
      words: recovery.words.split(" "),
      confirm: async () => {
        await this.#parts.api.register(account, loginKeys);
        const chain = new Chain({ ...this.#parts, cipher }, user);
        await chain.begin(statement);
        this.#enter(cipher, chain, user, username);
      },
    };
  }

  /** @param {string} username @param {string} password */
  async signIn(username, password) {
    const { api } = this.#parts;
    const kdf = await api.kdf("password", username);
    const { loginKey, unlockKey } = await this.#derive(password, kdf);
    const session = await api.openSession("password", username, loginKey);
    // From here on the cookie holds: whatever fails now, the person is signed in and the vault locked.
    this.#say("locked", session.user, session.username);
    await this.#open(await api.vault(), unlockKey);
  }

  /** @param {string} password */
  async unlock(password) {
    const account = await this.#parts.api.vault();
    const { unlockKey } = await this.#derive(password, passwordSlot(account.slots).kdf);
    await this.#open(account, unlockKey);
  }

  /** Ends the workers, and with them every key. */
  lock() {
    if (this.status === "unlocked") {
      this.#close();
      this.#say("locked", this.#user, this.username);
    }
  }

  async signOut() {
    this.lock();
    try {
      await this.#parts.api.closeSession();
    } catch (error) {
      // A session that has ended by itself is what was asked for.
      if (!(error instanceof CofferError) || error.code !== "not_authenticated") {
        throw error;
      }
    }
    this.#say("anonymous", "", "");
  }

  /** The server does not know the session any more: it has expired, or was ended elsewhere. */
  expire() {
    if (this.status === "locked" || this.status === "unlocked") {
      this.#close();
      this.#say("anonymous", "", "");
    }
  }

  /** @param {Account} served @param {Bytes} unlockKey */
  async #open(served, unlockKey) {
    const { keyring, slots, user, username } = served;
    const cipher = this.#startCipher();
    try {
      const account = { user, slot: passwordSlot(slots), revision: keyring.revision, sealed: keyring.sealed };
      await cipher.keeper("openVault", account, unlockKey);
      const chain = new Chain({ ...this.#parts, cipher }, user);
      await chain.open((directory) => confirm(cipher, directory, served));
      this.#enter(cipher, chain, user, username);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** @param {CipherClient} cipher @param {Chain} chain @param {string} user @param {string} username */
  #enter(cipher, chain, user, username) {
    if (cipher !== this.#cipher) {
      throw new CofferError("locked", "locked meanwhile");
    }
    this.#parts.onOpen({ api: this.#parts.api, cipher, chain });
    this.#say("unlocked", user, username);
  }

  /** One set of workers at a time: a second attempt ends the first. */
  #startCipher() {
    this.#cipher?.end();
    this.#cipher = this.#parts.makeCipher();
    return this.#cipher;
  }

  #close() {
    this.#cipher?.end();
    this.#cipher = null;
    this.#parts.onClose();
  }

  /** @param {string} password @param {unknown} kdf @returns {Promise<{loginKey: Bytes, unlockKey: Bytes}>} */
  #derive(password, kdf) {
    return this.#withKdf((worker) => worker.call("derivePasswordKeys", [password, kdf]));
  }

  /**
   * The worker that saw the password lives no longer than the derivation, and its 64 MiB go with it.
   * @template Result
   * @param {(kdf: WorkerCalls) => Promise<Result>} use
   * @returns {Promise<Result>}
   */
  async #withKdf(use) {
    const kdf = this.#parts.makeKdf();
    try {
      return await use(kdf);
    } finally {
      kdf.end();
    }
  }

  /** @param {SessionStatus} status @param {string} user @param {string} username */
  #say(status, user, username) {
    this.status = status;
    this.#user = user;
    this.username = username;
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {CipherClient} cipher
 * @param {Directory} directory
 * @param {Account} served
 */
async function confirm(cipher, directory, { head, slots, username }) {
  // The keeper needs no file of it: a large vault would be copied for nothing.
  await cipher.keeper("confirmVault", { ...directory, files: {}, versions: {} });
  // A server that tells one head and serves the chain of another plays two roles at once.
  checkMark(directory, head);
  for (const slot of slots) {
    await checkSlot(directory, parseSlot(/** @type {Json} */ (slot)));
  }
  if (directory.username !== username) {
    throw new TamperedError("tampered_key", "vault: another username than the chain's");
  }
}

/** @param {unknown[]} slots @returns {{kind: string, kdf: unknown}} read strictly by whoever uses it */
function passwordSlot(slots) {
  const found = slots.find((slot) => /** @type {{kind?: unknown} | null} */ (slot)?.kind === "password");
  if (found === undefined) {
    throw new TamperedError("tampered_rollback", "vault: the password slot is left out");
  }
  return /** @type {{kind: string, kdf: unknown}} */ (found);
}
