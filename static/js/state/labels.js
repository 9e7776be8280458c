// The opened labels of a vault, held to the directory (spec §4, §5.4).

/** @import {Directory} from "../core/directory.js" */
/** @import {Label} from "../core/labels.js" */
/** @import {ServedLabel} from "../core/served.js" */
/** @import {Api} from "../transport/api.js" */
/** @import {CipherClient} from "../workers/cipher_client.js" */
/** @import {Chain} from "./chain.js" */
/** @import {FileItem} from "./types.js" */

import { FormatError, TamperedError } from "../core/errors.js";
import { FOLDER_TYPE } from "../core/labels.js";
import { checkListing } from "../core/served.js";
import { retry } from "../transport/retry.js";

/** Labels that go to the keeper at once. */
const BATCH = 512;
/** So often may the chain grow while the listing is read. */
const ATTEMPTS = 5;
const NEVER = new AbortController().signal;

/** A label and the hash by which the directory names it. @typedef {{hash: string, label: Label, item: FileItem}} Known */

export class Labels {
  #api;
  #cipher;
  #chain;
  /** @type {Map<string, Known>} */
  #known = new Map();

  /** @param {{api: Api, cipher: CipherClient, chain: Chain}} tools */
  constructor({ api, cipher, chain }) {
    this.#api = api;
    this.#cipher = cipher;
    this.#chain = chain;
  }

  /** @returns {FileItem[]} every file, folders left out */
  items() {
    return [...this.#known.values()].filter(({ label }) => label.type !== FOLDER_TYPE).map(({ item }) => item);
  }

  /** @param {string} file @returns {Label | undefined} if it is the one that the directory names */
  find(file) {
    const known = this.#known.get(file);
    return known !== undefined && isCurrent(this.#chain.directory, file, known) ? known.label : undefined;
  }

  /**
   * Takes a label that this page sealed.
   * @param {string} file
   * @param {string} hash of the sealed label
   * @param {Label} label
   */
  learn(file, hash, label) {
    const { folder, modified, name, size, trashed, type } = label;
    const version = this.#chain.directory.files[file]?.current ?? "";
    this.#known.set(file, { hash, label, item: { file, folder, modified, name, size, trashed, type, version } });
  }

  /** Forgets what the directory no longer has. @returns {boolean} whether every file's label is known */
  reconcile() {
    const { directory } = this.#chain;
    for (const file of this.#known.keys()) {
      if (!Object.hasOwn(directory.files, file)) {
        this.#known.delete(file);
      }
    }
    return Object.keys(directory.files).every((file) => this.find(file) !== undefined);
  }

  /**
   * Reads the listing and opens what is new in it.
   * @returns {Promise<void>}
   * @throws {TamperedError} a listing that is not what the chain says
   */
  read() {
    return this.#chain.quiet(async (catchUp) => {
      for (let attempt = 1; ; attempt += 1) {
        const before = this.#chain.head.seq;
        const rows = await this.#list();
        try {
          await checkListing(this.#chain.directory, rows);
          return await this.#open(rows);
        } catch (error) {
          if (!(error instanceof TamperedError) || attempt === ATTEMPTS) {
            throw error;
          }
          // A change between two requests looks the same: only if the chain did not grow, the listing lies.
          await catchUp();
          if (this.#chain.head.seq === before) {
            throw error;
          }
        }
      }
    });
  }

  async #list() {
    /** @type {ServedLabel[]} */
    const rows = [];
    const known = Object.keys(this.#chain.directory.files).length;
    for (let cursor = "", more = true; more;) {
      const page = await retry(() => this.#api.labels(cursor), NEVER);
      rows.push(...page.results);
      more = page.next !== "";
      cursor = page.next;
      // An endless listing: an empty page that promises more, or far more rows than there are files.
      if (more && (page.results.length === 0 || rows.length > 2 * known + BATCH)) {
        throw new FormatError("format", "labels: a listing without an end");
      }
    }
    return rows;
  }

  /** @param {ServedLabel[]} rows that passed checkListing */
  async #open(rows) {
    const { files } = this.#chain.directory;
    const unknown = rows.filter(({ file }) => this.#known.get(file)?.hash !== files[file].label);
    for (let start = 0; start < unknown.length; start += BATCH) {
      const batch = unknown.slice(start, start + BATCH);
      const labels = await this.#cipher.keeper("openLabels", batch);
      batch.forEach(({ file }, index) => this.learn(file, files[file].label, labels[index]));
    }
    this.reconcile();
  }
}

/** @param {Directory} directory @param {string} file @param {Known} known */
function isCurrent({ files }, file, { hash }) {
  return Object.hasOwn(files, file) && files[file].label === hash;
}
