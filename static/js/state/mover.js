// What one upload and one download are, from the person's file to the committed version and back (spec §3, §4, §5).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Manifest} from "../core/manifest.js" */
/** @import {Api} from "../transport/api.js" */
/** @import {Served} from "../transport/download.js" */
/** @import {Streams} from "../transport/streams.js" */
/** @import {CipherClient} from "../workers/cipher_client.js" */
/** @import {Chain} from "./chain.js" */
/** @import {Run} from "./transfers.js" */
/** @import {Vault} from "./vault.js" */

import { CofferError } from "../core/errors.js";
import { safeFileName } from "../core/filenames.js";
import { MAX_NAME } from "../core/labels.js";
import { verifyManifest } from "../core/manifest.js";
import { makeUuid } from "../core/primitives.js";
import { checkVersion } from "../core/served.js";
import { Budget } from "../transport/budget.js";
import { Downloads } from "../transport/download.js";
import { uploadContent } from "../transport/upload.js";

/** Three full blocks in flight keep a line full; more would only be memory. */
const IN_FLIGHT = 24 * 2 ** 20;
const MAX_TYPE = 255;

/** What an unlocked vault works with. @typedef {{api: Api, cipher: CipherClient, chain: Chain}} Tools */

export class Mover {
  #vault;
  #streams;
  #budget = new Budget(IN_FLIGHT);
  /** @type {Tools | null} */
  #tools = null;

  /** @param {{vault: Vault, streams: Streams}} parts */
  constructor({ vault, streams }) {
    this.#vault = vault;
    this.#streams = streams;
  }

  /** @param {Tools | null} tools of the unlocked vault; null once it is locked */
  use(tools) {
    this.#tools = tools;
  }

  /** @param {string} file UUID */
  describe(file) {
    return this.#vault.describe(file);
  }

  /**
   * @param {File} source
   * @param {Run} run
   * @returns {Promise<void>} when the file is in the vault
   */
  async upload(source, run) {
    const { api, cipher } = this.#need();
    const [file, version] = [makeUuid(), makeUuid()];
    const label = {
      folder: "", modified: modifiedOf(source), name: nameOf(source), size: source.size, trashed: 0, type: typeOf(source), v: /** @type {1} */ (1),
    };
    const metadata = { modified: label.modified, size: label.size, type: label.type, v: label.v };
    const content = await uploadContent({ api, cipher, budget: this.#budget }, { source, file, version, metadata }, run);
    if (run.signal.aborted) {
      throw new CofferError("cancelled", "cancelled before the commit");
    }
    run.onFinal();
    await this.#vault.add(file, version, content, label);
  }

  /**
   * @param {string} file UUID
   * @param {Run} run
   * @returns {Promise<void>} when the browser has the last byte
   */
  async download(file, run) {
    const { api, cipher } = this.#need();
    const { name, version } = this.#vault.describe(file);
    const downloads = new Downloads({ api, cipher });
    const { capability, served } = await downloads.ask(version, run.signal);
    const manifest = await this.#verify(file, version, served);
    const { state } = await cipher.keeper("openContent", manifest, served);
    const reading = { version, manifest, digests: served.digests, state, capability };
    await this.#streams.save({ name: safeFileName(name), size: manifest.length }, downloads.read(reading, run), run.signal);
  }

  /**
   * @param {string} file
   * @param {string} version
   * @param {Served} served
   * @returns {Promise<Manifest>}
   */
  async #verify(file, version, served) {
    const { chain } = this.#need();
    try {
      await checkVersion(chain.directory, served);
    } catch {
      // The chain may have grown between two requests; what still differs then is no accident.
      await chain.sync();
      await checkVersion(chain.directory, served);
    }
    return verifyManifest(served.manifest, chain.directory.versions[version].manifest, file, version);
  }

  #need() {
    if (this.#tools === null) {
      throw new CofferError("locked", "the vault is locked");
    }
    return this.#tools;
  }
}

/** @param {File} source @returns {number} ms; files can be older than 1970 */
function modifiedOf({ lastModified }) {
  return Math.max(0, Math.trunc(lastModified));
}

/** @param {File} source @returns {string} without lone surrogates, which some file systems permit and UTF-8 does not */
function nameOf({ name }) {
  let text = name.toWellFormed();
  while (new TextEncoder().encode(text).length > MAX_NAME) {
    text = [...text].slice(0, -1).join("");
  }
  return text;
}

/** @param {File} source @returns {string} the media type that the browser guessed, "" for none */
function typeOf({ type }) {
  return new TextEncoder().encode(type).length > MAX_TYPE ? "" : type;
}
