// Merkle tree hashing and proofs (spec §7; RFC 6962 §2.1, verification as in RFC 9162 §2.1). Mirror: vault/client/merkle.py.

/** @import {Bytes} from "./bytes.js" */

import { concat, decodeHex, equal, sha256 } from "./bytes.js";
import { LogError } from "./errors.js";

/** Leaves from the first index up to, but not with, the second: one subtree. @typedef {[number, number]} Range */

const HASH_LENGTH = 32;
/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = decodeHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

/**
 * @param {Bytes} data
 * @returns {Promise<Bytes>} the hash of a leaf; the prefix keeps a leaf from passing for a node
 */
export async function leafHash(data) {
  return sha256(concat(Uint8Array.of(0), data));
}

/**
 * @param {Bytes} left
 * @param {Bytes} right
 * @returns {Promise<Bytes>} the hash of an inner node
 */
export async function nodeHash(left, right) {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/**
 * @param {Bytes[]} leafHashes
 * @returns {Promise<Bytes>} the root of a tree over leaf hashes, EMPTY_ROOT over none
 */
export async function rootHash(leafHashes) {
  if (leafHashes.length === 0) {
    return EMPTY_ROOT;
  }
  let level = leafHashes;
  while (level.length > 1) {
    const below = level;
    const pairs = Array.from({ length: Math.floor(below.length / 2) }, (_, pair) =>
      nodeHash(below[2 * pair], below[2 * pair + 1]));
    // A node without a sibling moves up as it is: the same tree as RFC 6962's recursion.
    level = [...(await Promise.all(pairs)), ...below.slice(2 * pairs.length)];
  }
  return level[0];
}

/**
 * @param {number} index
 * @param {number} size
 * @returns {Range[]} the subtrees whose roots are the proof that leaf `index` is in a tree of `size`
 * @throws {LogError} `log_proof`: no such leaf
 */
export function inclusionRanges(index, size) {
  if (!(index >= 0 && index < size)) {
    throw new LogError("log_proof", "merkle: no such leaf");
  }
  /** @type {Range[]} */
  const ranges = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  return ranges.reverse();
}

/**
 * @param {number} oldSize
 * @param {number} newSize
 * @returns {Range[]} the subtrees whose roots prove that a tree of `newSize` continues one of `oldSize`; none if equal
 * @throws {LogError} `log_proof`: not 1 <= oldSize <= newSize
 */
export function consistencyRanges(oldSize, newSize) {
  if (!(oldSize >= 1 && oldSize <= newSize)) {
    throw new LogError("log_proof", "merkle: sizes out of range");
  }
  /** @type {Range[]} */
  const ranges = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  // The old tree itself, if it is one whole subtree, is known from its root and left out.
  if (start > 0) {
    ranges.push([start, end]);
  }
  return ranges.reverse();
}

/**
 * @param {Bytes[]} leafHashes
 * @param {number} index
 * @returns {Promise<Bytes[]>} the hashes from leaf `index` up to the root
 * @throws {LogError} `log_proof`: no such leaf
 */
export async function inclusionProof(leafHashes, index) {
  const ranges = inclusionRanges(index, leafHashes.length);
  return Promise.all(ranges.map(([start, end]) => rootHash(leafHashes.slice(start, end))));
}

/**
 * @param {Bytes[]} leafHashes
 * @param {number} oldSize
 * @returns {Promise<Bytes[]>} the proof that these leaves continue the first `oldSize`
 * @throws {LogError} `log_proof`: not 1 <= oldSize <= leafHashes.length
 */
export async function consistencyProof(leafHashes, oldSize) {
  const ranges = consistencyRanges(oldSize, leafHashes.length);
  return Promise.all(ranges.map(([start, end]) => rootHash(leafHashes.slice(start, end))));
}

/**
 * Check that the leaf with this hash is number `index` of the tree.
 * @param {Bytes} leaf
 * @param {number} index
 * @param {number} size
 * @param {Bytes[]} proof
 * @param {Bytes} root
 * @throws {LogError} `log_proof`
 */
export async function verifyInclusion(leaf, index, size, proof, root) {
  // A "leaf hash" of another length could be a node's input, and an empty one matches an empty root: the bare
  // algorithm would accept both.
  if (!(index >= 0 && index < size) || leaf.length !== HASH_LENGTH) {
    throw new LogError("log_proof", "merkle: no such leaf");
  }
  const { whole } = await climbPath({ node: index, last: size - 1 }, leaf, proof);
  if (!equal(whole, root)) {
    throw new LogError("log_proof", "merkle: inclusion proof does not lead to the root");
  }
}

/**
 * Check that the new tree begins with the old one. Nothing follows from an empty tree: a caller that has seen none has
 * nothing to compare.
 * @param {number} oldSize
 * @param {number} newSize
 * @param {Bytes[]} proof
 * @param {Bytes} oldRoot
 * @param {Bytes} newRoot
 * @throws {LogError} `log_proof`
 */
export async function verifyConsistency(oldSize, newSize, proof, oldRoot, newRoot) {
  if (!(oldSize >= 1 && oldSize <= newSize)) {
    throw new LogError("log_proof", "merkle: sizes out of range");
  }
  if (oldSize === newSize) {
    if (proof.length > 0 || !equal(oldRoot, newRoot)) {
      throw new LogError("log_proof", "merkle: two trees of one size");
    }
    return;
  }
  // A tree of a power of two is a subtree of the new one: its root begins the path.
  const path = split(2 * oldSize) === oldSize ? [oldRoot, ...proof] : proof;
  if (proof.length === 0 || path[0].length !== HASH_LENGTH) {
    throw new LogError("log_proof", "merkle: consistency proof too short, or with a hash of another length");
  }
  const { left, whole } = await climbPath(skipOdd({ node: oldSize - 1, last: newSize - 1 }), path[0], path.slice(1));
  if (!equal(left, oldRoot) || !equal(whole, newRoot)) {
    throw new LogError("log_proof", "merkle: consistency proof does not lead to both roots");
  }
}

/** A node of one level and the last node of that level. @typedef {{node: number, last: number}} Place */

/**
 * Hash from a node up to the root.
 * @param {Place} from
 * @param {Bytes} hash of the node
 * @param {Bytes[]} siblings
 * @returns {Promise<{left: Bytes, whole: Bytes}>} the root of all that ends with the node, and of the whole tree
 */
async function climbPath(from, hash, siblings) {
  let place = from;
  let left = hash;
  let whole = hash;
  for (const sibling of siblings) {
    if (place.last === 0 || sibling.length !== HASH_LENGTH) {
      throw new LogError("log_proof", "merkle: proof too long, or with a hash of another length");
    }
    if (place.node % 2 === 1 || place.node === place.last) {
      left = await nodeHash(sibling, left);
      whole = await nodeHash(sibling, whole);
      place = skipEven(place);
    } else {
      whole = await nodeHash(whole, sibling);
    }
    place = climb(place);
  }
  if (place.last !== 0) {
    throw new LogError("log_proof", "merkle: proof too short");
  }
  return { left, whole };
}

/** The largest power of two below `size`. @param {number} size */
function split(size) {
  let power = 1;
  while (power * 2 < size) {
    power *= 2;
  }
  return power;
}

/** Halved without shifts, which would cut a size to 32 bits. @param {Place} place @returns {Place} one level up */
function climb({ node, last }) {
  return { node: Math.floor(node / 2), last: Math.floor(last / 2) };
}

/** Climb past the levels on which the node moves up without a sibling. @param {Place} place @returns {Place} */
function skipEven(place) {
  let above = place;
  while (above.node % 2 === 0 && above.node !== 0) {
    above = climb(above);
  }
  return above;
}

/** Climb to the top of the largest whole subtree that ends with the node. @param {Place} place @returns {Place} */
function skipOdd(place) {
  let above = place;
  while (above.node % 2 === 1) {
    above = climb(above);
  }
  return above;
}
