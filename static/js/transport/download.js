// Downloads the content of one version: verified block by verified block, in constant memory (spec §3.4, §6.2).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Manifest} from "../core/manifest.js" */
/** @import {CipherClient} from "../workers/cipher_client.js" */
/** @import {Api} from "./api.js" */

import { blockSealedLength } from "../core/blocks.js";
import { CofferError, FormatError } from "../core/errors.js";
import { verifyDigests } from "../core/manifest.js";
import { retry } from "./retry.js";

/** Blocks under way ahead of the one that the browser writes. */
const AHEAD = 2;

/** What one version of a file is served as, not verified. @typedef {Awaited<ReturnType<Api["openDownloads"]>>["versions"][number]} Served */

/**
 * A version ready to be read: `opened` came from the keeper, after the caller held `served` to the directory.
 * @typedef {object} Reading
 * @property {string} version
 * @property {Manifest} manifest verified
 * @property {Bytes} digests not yet verified
 * @property {unknown} state of FLOE
 * @property {string} capability
 * @property {Promise<void>} [renewal] of the capability, under way
 */

export class Downloads {
  #api;
  #cipher;

  /** @param {{api: Api, cipher: CipherClient}} tools */
  constructor({ api, cipher }) {
    this.#api = api;
    this.#cipher = cipher;
  }

  /**
   * Asks for one version; the server logs the download before it answers.
   * @param {string} version
   * @param {AbortSignal} signal
   * @returns {Promise<{capability: string, served: Served}>}
   * @throws {FormatError} an answer about something else
   */
  async ask(version, signal) {
    const { capability, versions } = await retry(() => this.#api.openDownloads([version], signal), signal);
    if (versions.length !== 1 || versions[0].version !== version) {
      throw new FormatError("format", "downloads: another version than the one asked for");
    }
    return { capability, served: versions[0] };
  }

  /**
   * @param {Reading} reading
   * @param {{signal: AbortSignal, onProgress: (done: number) => void}} run
   * @returns {AsyncGenerator<Bytes, void>} plaintext, block by block; each only once it is authentic
   * @throws {TamperedError} `tampered_content`
   */
  async *read(reading, run) {
    await verifyDigests(reading.manifest, reading.digests);
    const control = new AbortController();
    const signal = AbortSignal.any([run.signal, control.signal]);
    const { blocks } = reading.manifest;
    /** @type {Promise<Bytes>[]} */
    const window = [];
    let done = 0;
    try {
      for (let next = 0, index = 0; index < blocks; index += 1) {
        for (; next < blocks && next <= index + AHEAD; next += 1) {
          const block = this.#block(reading, next, signal);
          // A block ahead may fail before it is its turn; the error is then thrown in its turn.
          block.catch(() => {});
          window.push(block);
        }
        const plaintext = await /** @type {Promise<Bytes>} */ (window.shift());
        done += plaintext.length;
        yield plaintext;
        run.onProgress(done);
      }
    } finally {
      control.abort();
    }
  }

  /**
   * @param {Reading} reading
   * @param {number} index
   * @param {AbortSignal} signal
   * @returns {Promise<Bytes>}
   */
  async #block(reading, index, signal) {
    const { manifest, digests, state } = reading;
    const fetched = await retry(() => this.#fetch(reading, index, signal), signal);
    return this.#cipher.any("openBlock", [state, manifest, digests, index, fetched]);
  }

  /**
   * @param {Reading} reading its capability is renewed when its hour is over
   * @param {number} index
   * @param {AbortSignal} signal
   */
  async #fetch(reading, index, signal) {
    const { version, capability, manifest } = reading;
    const size = blockSealedLength(manifest.length, index);
    try {
      return await this.#api.getBlock({ version, index, size, capability }, signal);
    } catch (error) {
      if (!(error instanceof CofferError) || error.code !== "capability_invalid") {
        throw error;
      }
    }
    if (capability === reading.capability) {
      // Blocks ahead notice at the same time: one of them asks, once, because each asking is logged.
      reading.renewal ??= this.#renew(reading, signal);
      await reading.renewal;
    }
    return this.#api.getBlock({ version, index, size, capability: reading.capability }, signal);
  }

  /** @param {Reading} reading @param {AbortSignal} signal */
  async #renew(reading, signal) {
    const { capability } = await this.ask(reading.version, signal);
    reading.capability = capability;
    reading.renewal = undefined;
  }
}
