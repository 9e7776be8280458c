// The files of the member who is signed in, as a person sees them (spec §4, §5).

/** @import {Label} from "../core/labels.js" */
/** @import {Content} from "../transport/upload.js" */
/** @import {Api} from "../transport/api.js" */
/** @import {CipherClient} from "../workers/cipher_client.js" */
/** @import {Built, Chain} from "./chain.js" */
/** @import {FileItem, Problem} from "./types.js" */

import { hashOf } from "../core/hashes.js";
import { CofferError } from "../core/errors.js";
import { Labels } from "./labels.js";
import { throttle } from "./throttle.js";

/** What an unlocked vault works with. @typedef {{api: Api, cipher: CipherClient, chain: Chain}} Tools */

/** Sends `change` when a field is another; `files` and `trash` are new arrays then. */
export class Vault extends EventTarget {
  /** @type {"loading" | "ready" | "error"} */
  status = "loading";
  /** @type {Problem | null} */
  error = null;
  /** @type {{files: readonly FileItem[], trash: readonly FileItem[]} | null} */
  #lists = null;
  /** @type {(Tools & {labels: Labels}) | null} */
  #open = null;
  /** @type {Promise<void> | null} */
  #refreshing = null;
  #tell = throttle(() => this.dispatchEvent(new Event("change")));

  get files() {
    return this.#sorted().files;
  }

  get trash() {
    return this.#sorted().trash;
  }

  /** Shows the vault of an opened chain. @param {Tools} tools */
  open(tools) {
    this.#open = { ...tools, labels: new Labels(tools) };
    this.#say("loading", null);
    this.refresh().catch(() => {}); // `error` says it
  }

  /** Forgets everything: names are secret. */
  close() {
    this.#open = null;
    this.#refreshing = null;
    this.#say("loading", null);
  }

  /** Reads what other devices have changed. @returns {Promise<void>} */
  refresh() {
    this.#refreshing ??= this.#refresh().finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  /** @param {readonly string[]} files UUIDs @returns {Promise<void>} */
  trashFiles(files) {
    const now = Date.now();
    return this.#relabel("trash", files, (label) => ({ ...label, trashed: now }));
  }

  /** @param {readonly string[]} files UUIDs @returns {Promise<void>} */
  restoreFiles(files) {
    return this.#relabel("restore", files, (label) => ({ ...label, trashed: 0 }));
  }

  /** @param {string} file UUID @returns {{name: string, size: number, version: string}} */
  describe(file) {
    const { labels, chain } = this.#need();
    const label = labels.find(file);
    if (label === undefined) {
      throw new CofferError("not_found", "no such file");
    }
    return { name: label.name, size: label.size, version: chain.directory.files[file].current };
  }

  /**
   * Makes content that the server has whole a new file.
   * @param {string} file
   * @param {string} version
   * @param {Content} content
   * @param {Label} label
   * @returns {Promise<void>} when the statement is accepted
   */
  async add(file, version, content, label) {
    const { cipher, chain, labels } = this.#need();
    const { sealed, generation } = await cipher.keeper("sealLabel", file, label);
    const { digests, manifest, metadata, thumbnail, wrap } = content;
    const [hash, manifestHash, wrapHash] = await Promise.all([sealed, manifest, wrap].map(hashOf));
    const item = { file, generation, label: hash, manifest: manifestHash, replaces: "", version, wrap: wrapHash };
    await chain.append("upload", ({ generations }) => {
      // Sealed to a key that is no longer the newest: the old one may be in other hands.
      if (generations.at(-1)?.generation !== generation || content.generation !== generation) {
        throw new CofferError("stale_generation", "the key has been replaced meanwhile");
      }
      return { item, bytes: { digests, label: sealed, manifest, metadata, thumbnail, wrap } };
    });
    labels.learn(file, hash, label);
    this.#changed();
  }

  async #refresh() {
    const open = this.#need();
    try {
      if (this.status !== "loading") {
        await open.chain.sync();
      }
      if (this.status !== "ready" || !open.labels.reconcile()) {
        await open.labels.read();
      }
      this.#sayOf(open, "ready", null);
    } catch (error) {
      this.#sayOf(open, "error", { code: error instanceof CofferError ? error.code : "internal" });
      throw error;
    }
  }

  /**
   * @param {"trash" | "restore"} action
   * @param {readonly string[]} files
   * @param {(label: Label) => Label} change
   */
  async #relabel(action, files, change) {
    const { cipher, chain, labels } = this.#need();
    const outcomes = await Promise.allSettled(files.map(async (file) => {
      /** @type {{hash: string, label: Label} | undefined} */
      let made;
      await chain.append("label", async () => {
        const before = labels.find(file);
        if (before === undefined) {
          throw new CofferError("conflict", "the file was changed elsewhere");
        }
        const label = change(before);
        const { sealed, generation } = await cipher.keeper("sealLabel", file, label);
        const hash = await hashOf(sealed);
        made = { hash, label };
        return { item: { action, file, generation, label: hash }, bytes: { label: sealed } };
      });
      if (made !== undefined) {
        labels.learn(file, made.hash, made.label);
      }
    }));
    this.#changed();
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed?.status === "rejected") {
      throw failed.reason;
    }
  }

  #sorted() {
    if (this.#lists === null) {
      const items = this.#open?.labels.items() ?? [];
      this.#lists = {
        files: items.filter(({ trashed }) => trashed === 0),
        trash: items.filter(({ trashed }) => trashed !== 0),
      };
    }
    return this.#lists;
  }

  #changed() {
    this.#lists = null;
    this.#tell();
  }

  #need() {
    if (this.#open === null) {
      throw new CofferError("locked", "the vault is locked");
    }
    return this.#open;
  }

  /** @param {Tools} open an answer for a vault that was locked meanwhile changes nothing @param {"ready" | "error"} status @param {Problem | null} error */
  #sayOf(open, status, error) {
    if (open === this.#open) {
      this.#say(status, error);
    }
  }

  /** @param {"loading" | "ready" | "error"} status @param {Problem | null} error */
  #say(status, error) {
    this.status = status;
    this.error = error;
    this.#changed();
  }
}
