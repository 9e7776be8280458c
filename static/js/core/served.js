// Holding what a server lists and hands out to the directory (spec §5.4). Mirror: vault/client/served.py.
// A chain can grow between two requests: before a refusal is told to a person, a client reads what is new in the chain
// once more and checks again.

/** @import {Bytes} from "./bytes.js" */
/** @import {Directory} from "./directory.js" */
/** @import {Slot} from "./slots.js" */

import { TamperedError } from "./errors.js";
import { hashAll } from "./hashes.js";
import { manifestHash } from "./manifest.js";
import { slotHash } from "./slots.js";
import { wrapHash } from "./wraps.js";

/** A sealed label as listed (spec §6.3). @typedef {{file: string, generation: number, label: Bytes}} ServedLabel */

/**
 * What a download is about to use (spec §6.2).
 * @typedef {{file: string, generation: number, manifest: Bytes, version: string, wrap: Bytes}} ServedVersion
 */

/**
 * Hold the slot that opened the vault to the directory.
 * @param {Directory} directory
 * @param {Slot} slot
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_rollback`
 */
export async function checkSlot(directory, slot) {
  const hash = await slotHash(slot);
  // The slot of an earlier password would let that password in again.
  if (!directory.slots.some((named) => named.hash === hash && named.kind === slot.kind)) {
    throw new TamperedError("tampered_rollback", "slot: not one that the chain names");
  }
}

/**
 * Hold a whole listing to the directory.
 * @param {Directory} directory
 * @param {readonly ServedLabel[]} labels
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_unlisted`: a file that no statement names; `tampered_label`: another label than the
 *   newest; `tampered_rollback`: a file left out or listed twice
 */
export async function checkListing(directory, labels) {
  const { files } = directory;
  const hashes = await hashAll(labels.map(({ label }) => label));
  const listed = new Set();
  for (const [index, { file, generation }] of labels.entries()) {
    if (!Object.hasOwn(files, file)) {
      throw new TamperedError("tampered_unlisted", "listing: a file that no statement names");
    }
    // An old label would bring an old name back, or take a file out of the trash.
    const entry = files[file];
    if (hashes[index] !== entry.label || generation !== entry.label_generation) {
      throw new TamperedError("tampered_label", "listing: not the label that the chain names");
    }
    if (listed.has(file)) {
      throw new TamperedError("tampered_rollback", "listing: a file twice");
    }
    listed.add(file);
  }
  if (listed.size !== Object.keys(files).length) {
    throw new TamperedError("tampered_rollback", "listing: a file is left out");
  }
}

/**
 * Hold the manifest and the wrap of a version to the directory, before either is used.
 * @param {Directory} directory
 * @param {ServedVersion} served
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_unlisted`: a version that no statement names; `tampered_manifest` or
 *   `tampered_wrap`: other bytes than it names
 */
export async function checkVersion(directory, served) {
  const { versions } = directory;
  const entry = Object.hasOwn(versions, served.version) ? versions[served.version] : undefined;
  if (entry === undefined || entry.file !== served.file) {
    throw new TamperedError("tampered_unlisted", "version: no statement names it");
  }
  if ((await manifestHash(served.manifest)) !== entry.manifest) {
    throw new TamperedError("tampered_manifest", "version: not the manifest that the chain names");
  }
  // Anyone can wrap a DEK of their own to a public key: the hash says that the member wrapped it.
  if ((await wrapHash(served.wrap)) !== entry.wrap || served.generation !== entry.generation) {
    throw new TamperedError("tampered_wrap", "version: not the wrap that the chain names");
  }
}
