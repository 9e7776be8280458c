// How content is split into segments and blocks (spec §3.1, §3.2). Mirror: vault/client/blocks.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Params, State} from "./floe.js" */

import { FormatError, TamperedError } from "./errors.js";
import { COFFER, SEGMENT_OVERHEAD, openSegment, sealSegmentInto } from "./floe.js";

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
 * @param {Bytes} [output] where to write, if not into fresh memory, which costs a browser half as much as the sealing
 * @returns {Promise<Bytes>} the block, at the beginning of `output`
 * @throws {FormatError} a length that this block cannot have
 */
export async function sealBlock(state, blockIndex, plaintext, isLast, output) {
  const full = fullBlock(state.params);
  // An aligned file ends in a full segment: an empty one after it would be a second form of the same content.
  const fits = isLast ? plaintext.length <= full && (plaintext.length > 0 || blockIndex === 0) : plaintext.length === full;
  if (!fits) {
    throw new FormatError("format", "content: block of another length");
  }
  const block = place(sealedLength(plaintext.length, state.params), output);
  const step = state.params.encSegLen;
  await Promise.all(segmentsOf(plaintext, step - SEGMENT_OVERHEAD, blockIndex, isLast).map(({ counter, data, isFinal }, index) =>
    sealSegmentInto(state, counter, data, isFinal, block.subarray(index * step, (index + 1) * step))));
  return block;
}

/**
 * Open one block; all of it or nothing.
 * @param {State} state of startOpen
 * @param {number} blockIndex from 0
 * @param {Bytes} block
 * @param {number} length of the whole plaintext, from the verified manifest: it says which block is the last
 * @param {Bytes} [output] where to write, if not into fresh memory: may be the block itself
 * @returns {Promise<Bytes>} the plaintext, at the beginning of `output`
 * @throws {TamperedError} `tampered_content`; nothing is written then
 */
export async function openBlock(state, blockIndex, block, length, output) {
  const { params } = state;
  const count = blockCount(length, params);
  // Dropped, doubled, truncated and appended bytes all show in the split that the signed length demands.
  if (blockIndex >= count || block.length !== blockSealedLength(length, blockIndex, params)) {
    throw new TamperedError("tampered_content", "content: block of another length");
  }
  const segments = segmentsOf(block, params.encSegLen, blockIndex, blockIndex === count - 1);
  const pieces = await Promise.all(segments.map(({ counter, data, isFinal }) => openSegment(state, counter, data, isFinal)));
  const plaintext = place(blockPlaintextLength(length, blockIndex, params), output);
  // Only now, when every segment is authentic and none is read any more.
  pieces.forEach((piece, index) => plaintext.set(piece, index * (params.encSegLen - SEGMENT_OVERHEAD)));
  return plaintext;
}

/**
 * Cut a block, or its plaintext, into segments; empty data is one empty segment. Their work runs at once: WebCrypto has
 * several threads.
 * @param {Bytes} data
 * @param {number} step
 * @param {number} blockIndex
 * @param {boolean} isLast
 * @returns {{counter: number, data: Bytes, isFinal: boolean}[]}
 */
function segmentsOf(data, step, blockIndex, isLast) {
  const count = Math.max(1, divideUp(data.length, step));
  return Array.from({ length: count }, (_, index) => ({
    counter: blockIndex * SEGMENTS_PER_BLOCK + index,
    data: data.subarray(index * step, (index + 1) * step),
    isFinal: isLast && index === count - 1,
  }));
}

/** @param {number} length @param {Bytes} [output] @returns {Bytes} of exactly this length */
function place(length, output = new Uint8Array(length)) {
  if (output.length < length) {
    throw new FormatError("format", "content: no room for the block");
  }
  return output.subarray(0, length);
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
