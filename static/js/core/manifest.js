// Manifests: what ties a statement to the blocks of a version (spec §3). Mirror: vault/client/manifest.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */

import { blockCount, blockSealedLength } from "./blocks.js";
import { decodeUuid, encodeBase64, equal, sha256 } from "./bytes.js";
import { decodeJson, encodeJson, parseFields, parseHash, parseInteger, parseUuid } from "./canonical.js";
import { FormatError, TamperedError } from "./errors.js";
import {
  encodeContext, FORMAT_VERSION, parseBase64, parseChoice, parseFormatVersion, parsePositive,
} from "./fields.js";
import { HEADER_LENGTH } from "./floe.js";
import { hashOf } from "./hashes.js";

export const DIGEST_LENGTH = 32;

/** @type {readonly ["manifest"]} */
const TYPES = ["manifest"];

/**
 * What a manifest is made of; `digests` is the digest list, `thumbnail` is empty for none.
 * @typedef {object} ManifestParts
 * @property {string} file UUID
 * @property {string} version UUID
 * @property {Bytes} header of FLOE, 74 bytes
 * @property {number} length of the plaintext, bytes
 * @property {Bytes} digests
 * @property {Bytes} metadata sealed
 * @property {Bytes} thumbnail sealed
 */

/**
 * A manifest, field by field as in its JSON: binary in base64url, hashes in hex.
 * @typedef {{
 *   blocks: number, digests: string, file: string, header: string, length: number, metadata: string,
 *   thumbnail: string, type: "manifest", v: 1, version: string,
 * }} Manifest
 */

/**
 * @param {string} file UUID
 * @param {string} version UUID
 * @returns {Bytes} FLOE's associated data: a segment opens in its own file and version alone
 */
export function contentAad(file, version) {
  return encodeContext("coffer/v1/content", decodeUuid(file), decodeUuid(version));
}

/**
 * @param {ManifestParts} parts
 * @returns {Promise<Bytes>} the manifest's bytes
 * @throws {FormatError} a part that does not fit the others
 */
export async function buildManifest(parts) {
  const blocks = blockCount(parts.length);
  if (parts.digests.length !== blocks * DIGEST_LENGTH) {
    throw new FormatError("format", "manifest: not one digest a block");
  }
  const data = encodeJson({
    blocks,
    digests: await hashOf(parts.digests),
    file: parts.file,
    header: encodeBase64(parts.header),
    length: parts.length,
    metadata: await hashOf(parts.metadata),
    thumbnail: parts.thumbnail.length > 0 ? await hashOf(parts.thumbnail) : "",
    type: "manifest",
    v: FORMAT_VERSION,
    version: parts.version,
  });
  parseManifest(data);
  return data;
}

/**
 * Form alone.
 * @param {Bytes} data
 * @returns {Manifest}
 * @throws {FormatError} bytes that are not of their one form
 */
export function parseManifest(data) {
  return parseFields(decodeJson(data), {
    blocks: parsePositive,
    digests: parseHash,
    file: parseUuid,
    header: (value) => parseBase64(value, HEADER_LENGTH),
    length: parseInteger,
    metadata: parseHash,
    thumbnail: (value) => (value === "" ? "" : parseHash(value)),
    type: (value) => parseChoice(value, TYPES),
    v: parseFormatVersion,
    version: parseUuid,
  });
}

/**
 * Read the manifest that a statement names for a file and version.
 * @param {Bytes} data
 * @param {string} expectedHash hex, from the directory
 * @param {string} file UUID
 * @param {string} version UUID
 * @returns {Promise<Manifest>}
 * @throws {TamperedError} `tampered_manifest`: another manifest, file, version or block count
 * @throws {FormatError} bytes that have the hash and are none
 */
export async function verifyManifest(data, expectedHash, file, version) {
  // First of all: an older manifest of the same file is well-formed and was once true.
  if ((await manifestHash(data)) !== expectedHash) {
    throw new TamperedError("tampered_manifest", "manifest: not the one that the statement names");
  }
  const manifest = parseManifest(data);
  // One version's manifest under another's name would swap their contents.
  if (manifest.file !== file || manifest.version !== version) {
    throw new TamperedError("tampered_manifest", "manifest: of another file or version");
  }
  // Fewer blocks than the length demands would end a file early without an error.
  if (manifest.blocks !== blockCount(manifest.length)) {
    throw new TamperedError("tampered_manifest", "manifest: block count and length disagree");
  }
  return manifest;
}

/** @param {Bytes} data @returns {Promise<string>} what a statement names a manifest by: SHA-256 in hex */
export async function manifestHash(data) {
  return hashOf(data);
}

/**
 * Hold a digest list to its manifest.
 * @param {Manifest} manifest
 * @param {Bytes} digests
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_content`
 */
export async function verifyDigests(manifest, digests) {
  const counted = digests.length === manifest.blocks * DIGEST_LENGTH;
  if (!counted || (await hashOf(digests)) !== manifest.digests) {
    throw new TamperedError("tampered_content", "digests: not the list of the manifest");
  }
}

/**
 * Hold a whole block to a digest list that passed verifyDigests, before any of it is opened.
 * @param {Manifest} manifest
 * @param {Bytes} digests
 * @param {number} index from 0
 * @param {Bytes} block
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_content`: another block, a cut or an extended one
 * @throws {FormatError} an index that the manifest does not have
 */
export async function verifyBlock(manifest, digests, index, block) {
  const digest = digests.subarray(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH);
  if (block.length !== blockSealedLength(manifest.length, index) || !equal(await sha256(block), digest)) {
    throw new TamperedError("tampered_content", `block ${index}: not the one of the digest list`);
  }
}
