// Uploads the content of one file, block by block, in constant memory (spec §3, §6.2).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Metadata} from "../core/metadata.js" */
/** @import {CipherClient} from "../workers/cipher_client.js" */
/** @import {Api} from "./api.js" */
/** @import {Budget} from "./budget.js" */

import { blockCount, blockPlaintextLength } from "../core/blocks.js";
import { buildManifest, DIGEST_LENGTH } from "../core/manifest.js";
import { retry } from "./retry.js";

/** Even an empty block costs a request: so many bytes are counted for it, and eight small files are under way at once. */
const LEAST_WEIGHT = 3 * 2 ** 20;
const EMPTY = new Uint8Array();

/** @typedef {{api: Api, cipher: CipherClient, budget: Budget}} Tools */

/**
 * How one transfer runs: `rank` is its place in the queue, `onProgress` hears of bytes done so far.
 * @typedef {{rank: number, signal: AbortSignal, onProgress: (done: number) => void}} Run
 */

/**
 * Content that the server has whole: what an `upload` statement names (spec §6.3).
 * @typedef {{digests: Bytes, generation: number, manifest: Bytes, metadata: Bytes, thumbnail: Bytes, wrap: Bytes}} Content
 */

/**
 * @param {Tools} tools
 * @param {{source: File, file: string, version: string, metadata: Metadata}} upload with new UUIDs
 * @param {Run} run
 * @returns {Promise<Content>}
 * @throws {CofferError} `cancelled`, `file_changed`, or what the server refused; the upload is then dropped there
 */
export async function uploadContent(tools, { source, file, version, metadata: about }, run) {
  const { state, header, metadata, generation, wrap } = await tools.cipher.keeper("startContent", file, version, about);
  try {
    const digests = await sendBlocks(tools, { source, version, state }, run);
    const manifest = await buildManifest({
      file, version, header, length: source.size, digests, metadata, thumbnail: EMPTY,
    });
    return { digests, generation, manifest, metadata, thumbnail: EMPTY, wrap };
  } catch (error) {
    // Best effort: the server forgets an upload that nobody commits anyway.
    tools.api.dropUpload(version).catch(() => {});
    throw error;
  }
}

/**
 * @param {Tools} tools
 * @param {{source: File, version: string, state: unknown}} upload
 * @param {Run} run
 * @returns {Promise<Bytes>} the digest list
 */
async function sendBlocks(tools, upload, run) {
  const length = upload.source.size;
  const count = blockCount(length);
  if (count > 1) {
    await retry(() => tools.api.openUpload(upload.version, length, run.signal), run.signal);
  }
  const digests = new Uint8Array(count * DIGEST_LENGTH);
  // One block that fails for good ends the others.
  const control = new AbortController();
  const signal = AbortSignal.any([run.signal, control.signal]);
  /** @type {unknown} */
  let failure;
  let done = 0;
  /** @type {Promise<void>[]} */
  const blocks = [];
  /** @param {number} index */
  const send = async (index) => {
    let before = 0;
    digests.set(await sendBlock(tools, upload, index, signal, (now) => {
      done += now - before;
      before = now;
      run.onProgress(done);
    }), index * DIGEST_LENGTH);
  };
  try {
    for (let index = 0; index < count; index += 1) {
      const weight = Math.max(blockPlaintextLength(length, index), LEAST_WEIGHT);
      const giveBack = await tools.budget.take(weight, run.rank, signal);
      // The others are ended before there is room for one more.
      blocks.push(send(index).catch((error) => {
        failure ??= error;
        control.abort();
      }).finally(giveBack));
    }
  } catch (error) {
    failure ??= error;
  }
  await Promise.all(blocks);
  if (failure !== undefined) {
    throw failure;
  }
  return digests;
}

/**
 * @param {Tools} tools
 * @param {{source: File, version: string, state: unknown}} upload
 * @param {number} index
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} onProgress plaintext bytes of this block that have left
 * @returns {Promise<Bytes>} its digest, made here: the server is never asked what it stored
 */
async function sendBlock({ api, cipher }, { source, version, state }, index, signal, onProgress) {
  const { block, digest } = await cipher.any("sealBlock", [state, source, index]);
  const length = blockCount(source.size) === 1 ? source.size : undefined;
  const plain = blockPlaintextLength(source.size, index);
  await retry(
    () => api.putBlock({ version, index, body: new Blob([block]), digest, length }, signal, (sent) => onProgress(Math.min(sent, plain))),
    signal,
  );
  onProgress(plain);
  return digest;
}
