// How content is split into segments and blocks (spec §3.1, §3.2). Mirror: vault/client/blocks.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Params, State} from "./floe.js" */

import { FormatError, TamperedError } from "./errors.js";
import { COFFER, SEGMENT_OVERHEAD, openSegmentInto, sealSegmentInto } from "./floe.js";

export const SEGMENTS_PER_BLOCK = 16;

/**
 * @param {number} length of the plaintext in bytes
 * @param {Params} [params]
 * @returns {number} bytes of all blocks together, without the header
 */
export function sealedLength(length, params = COFFER) {
  return length + SEGMENT_OVERHEAD * segmentCount(length, params);
}

/**
 * @param {number} length of the plaintext in bytes
 * @param {Params} [params]
 * @returns {number} at least 1: an empty file has one block
 */
export function blockCount(length, params = COFFER) {
  return divideUp(segmentCount(length, params), SEGMENTS_PER_BLOCK);
}

/**
 * @param {number} length of the plaintext in bytes
 * @param {number} blockIndex from 0
 * @param {Params} [params]
 * @returns {number} plaintext bytes in this block
 * @throws {FormatError} no such block
 */
export function blockPlaintextLength(length, blockIndex, params = COFFER) {
  if (!Number.isInteger(blockIndex) || blockIndex < 0 || blockIndex >= blockCount(length, params)) {
    throw new FormatError("format", "content: no such block");
  }
  const full = fullBlock(params);
  return Math.min(full, length - blockIndex * full);
}

/**
 * @param {number} length of the plaintext in bytes
 * @param {number} blockIndex from 0
 * @param {Params} [params]
 * @returns {number} bytes of this block as it is stored
 * @throws {FormatError} no such block
 */
export function blockSealedLength(length, blockIndex, params = COFFER) {
  return sealedLength(blockPlaintextLength(length, blockIndex, params), params);
}

/**
 * Seal one block; blocks are independent and may be sealed in any order, in any worker.
 * @param {State} state of startSeal
 * @param {number} blockIndex from 0
 * @param {Bytes} plaintext 16 full segments; what remains, if last
 * @param {boolean} isLast
 * @returns {Promise<Bytes>}
 * @throws {FormatError} a length that this block cannot have
 */
export async function sealBlock(state, blockIndex, plaintext, isLast) {
  const full = fullBlock(state.params);
  // An aligned file ends in a full segment: an empty one after it would be a second form of the same content.
  const fits = isLast ? plaintext.length <= full && (plaintext.length > 0 || blockIndex === 0) : plaintext.length === full;
  if (!fits) {
    throw new FormatError("format", "content: block of another length");
  }
  const block = new Uint8Array(sealedLength(plaintext.length, state.params));
  await eachSegment(state.params, blockIndex, plaintext, block, isLast, (counter, plain, sealed, isFinal) =>
    sealSegmentInto(state, counter, plain, isFinal, sealed));
  return block;
}

/**
 * Open one block; all of it or nothing.
 * @param {State} state of startOpen
 * @param {number} blockIndex from 0
 * @param {Bytes} block
 * @param {number} length of the whole plaintext, from the verified manifest: it says which block is the last
 * @returns {Promise<Bytes>}
 * @throws {TamperedError} `tampered_content`
 */
export async function openBlock(state, blockIndex, block, length) {
  const { params } = state;
  const count = blockCount(length, params);
  // Dropped, doubled, truncated and appended bytes all show in the split that the signed length demands.
  if (blockIndex >= count || block.length !== blockSealedLength(length, blockIndex, params)) {
    throw new TamperedError("tampered_content", "content: block of another length");
  }
  const plaintext = new Uint8Array(blockPlaintextLength(length, blockIndex, params));
  await eachSegment(params, blockIndex, plaintext, block, blockIndex === count - 1, (counter, plain, sealed, isFinal) =>
    openSegmentInto(state, counter, sealed, isFinal, plain));
  return plaintext;
}

/**
 * Walk the segments of a block, all at once: WebCrypto works on several threads.
 * @param {Params} params
 * @param {number} blockIndex
 * @param {Bytes} plaintext
 * @param {Bytes} block
 * @param {boolean} isLast
 * @param {(counter: number, plain: Bytes, sealed: Bytes, isFinal: boolean) => Promise<void>} work
 */
async function eachSegment(params, blockIndex, plaintext, block, isLast, work) {
  const step = params.encSegLen - SEGMENT_OVERHEAD;
  const count = segmentCount(plaintext.length, params);
  const segments = Array.from({ length: count }, (_, index) => work(
    blockIndex * SEGMENTS_PER_BLOCK + index,
    plaintext.subarray(index * step, (index + 1) * step),
    block.subarray(index * params.encSegLen, (index + 1) * params.encSegLen),
    isLast && index === count - 1,
  ));
  await Promise.all(segments);
}

/** @param {number} length @param {Params} params */
function segmentCount(length, params) {
  return Math.max(1, divideUp(length, params.encSegLen - SEGMENT_OVERHEAD));
}

/** @param {Params} params */
function fullBlock(params) {
  return SEGMENTS_PER_BLOCK * (params.encSegLen - SEGMENT_OVERHEAD);
}

/** Exact up to 2^53-1, where a rounded quotient would not be. @param {number} value @param {number} step */
function divideUp(value, step) {
  const rest = value % step;
  return (value - rest) / step + (rest > 0 ? 1 : 0);
}
