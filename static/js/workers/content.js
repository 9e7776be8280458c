// What any cipher worker does with content: read, seal and hash a block; check and open one (spec §3.1, §3.2, §3.4).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {State} from "../core/floe.js" */
/** @import {Manifest} from "../core/manifest.js" */

import { blockCount, blockPlaintextLength, openBlock, sealBlock } from "../core/blocks.js";
import { sha256 } from "../core/bytes.js";
import { CofferError } from "../core/errors.js";
import { verifyBlock } from "../core/manifest.js";
import { Given } from "./serve.js";

/**
 * @param {State} state of startSeal
 * @param {Blob} file whose size is the content's length
 * @param {number} index of the block, from 0
 * @returns {Promise<Given>} of {block: Bytes, digest: Bytes}: the sealed block and its SHA-256. No Blob is made here: a
 *   worker's garbage is collected late, and a Blob's bytes stay in the browser's memory until then.
 * @throws {CofferError} `file_changed`: the file cannot be read as it was when it was chosen
 */
export async function sealFileBlock(state, file, index) {
  const start = index * blockPlaintextLength(Number.MAX_SAFE_INTEGER, 0);
  const plaintext = await read(file, start, blockPlaintextLength(file.size, index));
  const block = await sealBlock(state, index, plaintext, index === blockCount(file.size) - 1);
  const digest = await sha256(block);
  return new Given({ block, digest }, [block.buffer]);
}

/**
 * @param {State} state of startOpen
 * @param {Manifest} manifest that passed verifyManifest
 * @param {Bytes} digests that passed verifyDigests
 * @param {number} index of the block, from 0
 * @param {Blob} fetched the block as it came
 * @returns {Promise<Given>} of Bytes: the plaintext, none of it unless all of it is authentic
 * @throws {TamperedError} `tampered_content`
 */
export async function openFetchedBlock(state, manifest, digests, index, fetched) {
  const block = new Uint8Array(await fetched.arrayBuffer());
  await verifyBlock(manifest, digests, index, block);
  // In place: fresh memory for every block would cost as much as the opening.
  const plaintext = await openBlock(state, index, block, manifest.length, block);
  return new Given(plaintext, [plaintext.buffer]);
}

/** @param {Blob} file @param {number} start @param {number} length @returns {Promise<Bytes>} */
async function read(file, start, length) {
  let data;
  try {
    data = new Uint8Array(await file.slice(start, start + length).arrayBuffer());
  } catch (cause) {
    // The browser compares size and time with those of the moment the file was chosen.
    throw new CofferError("file_changed", "the file cannot be read as it was", { cause });
  }
  if (data.length !== length) {
    throw new CofferError("file_changed", "the file has become shorter");
  }
  return data;
}
