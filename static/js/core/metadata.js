// Metadata and thumbnail of a version, sealed under keys derived from its DEK (spec §3.3). Mirror: vault/client/metadata.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Manifest} from "./manifest.js" */

import { decodeUuid } from "./bytes.js";
import { decodeJson, encodeJson, parseFields, parseInteger } from "./canonical.js";
import { FormatError, TamperedError } from "./errors.js";
import { encodeContext, parseFormatVersion, parseMediaType } from "./fields.js";
import { hashOf } from "./hashes.js";
import { deriveKey, importAeadKey } from "./primitives.js";
import { openPadded, sealPadded } from "./sealed.js";

export const MAX_SEALED_METADATA = 1_052;
export const MAX_SEALED_THUMBNAIL = 65_564;

const METADATA = "coffer/v1/metadata";
const THUMBNAIL = "coffer/v1/thumbnail";

/**
 * Modification time in ms, plaintext size in bytes, media type.
 * @typedef {{modified: number, size: number, type: string, v: 1}} Metadata
 */

/**
 * @param {Bytes} dek
 * @param {string} file UUID
 * @param {string} version UUID
 * @param {Metadata} metadata
 * @returns {Promise<Bytes>} sealed
 * @throws {FormatError} fields out of their limits
 */
export async function sealMetadata(dek, file, version, metadata) {
  const data = encodeJson(metadata);
  parse(data);
  return seal(dek, METADATA, file, version, data, MAX_SEALED_METADATA);
}

/**
 * @param {Bytes} dek
 * @param {Manifest} manifest that passed verifyManifest
 * @param {Bytes} sealed
 * @returns {Promise<Metadata>}
 * @throws {TamperedError} `tampered_content`: not the manifest's, does not open, tells another size
 * @throws {FormatError} what was sealed is not of its one form
 */
export async function openMetadata(dek, manifest, sealed) {
  const metadata = parse(await open(dek, METADATA, manifest, manifest.metadata, sealed, MAX_SEALED_METADATA));
  // Two sizes for one version would let a page show one and save another.
  if (metadata.size !== manifest.length) {
    throw new TamperedError("tampered_content", "metadata: not the size of the content");
  }
  return metadata;
}

/**
 * @param {Bytes} dek
 * @param {string} file UUID
 * @param {string} version UUID
 * @param {Bytes} image 1 to 65,532 bytes
 * @returns {Promise<Bytes>} sealed
 * @throws {FormatError} another length
 */
export async function sealThumbnail(dek, file, version, image) {
  if (image.length === 0) {
    throw new FormatError("format", "thumbnail: empty");
  }
  return seal(dek, THUMBNAIL, file, version, image, MAX_SEALED_THUMBNAIL);
}

/**
 * @param {Bytes} dek
 * @param {Manifest} manifest that passed verifyManifest and names a thumbnail
 * @param {Bytes} sealed
 * @returns {Promise<Bytes>} the image; untrusted bytes, to be shown inert
 * @throws {TamperedError} `tampered_content`: not the manifest's, does not open
 */
export async function openThumbnail(dek, manifest, sealed) {
  return open(dek, THUMBNAIL, manifest, manifest.thumbnail, sealed, MAX_SEALED_THUMBNAIL);
}

/**
 * @param {Bytes} dek
 * @param {string} purpose
 * @param {string} file
 * @param {string} version
 * @param {Bytes} data
 * @param {number} limit of the sealed bytes
 */
async function seal(dek, purpose, file, version, data, limit) {
  return sealPadded(await purposeKey(dek, purpose), aad(purpose, file, version), data, limit);
}

/**
 * @param {Bytes} dek
 * @param {string} purpose
 * @param {Manifest} manifest
 * @param {string} expectedHash
 * @param {Bytes} sealed
 * @param {number} limit of the sealed bytes
 */
async function open(dek, purpose, manifest, expectedHash, sealed, limit) {
  // Another one sealed under the same DEK opens too: the manifest says which of them is meant.
  if ((await hashOf(sealed)) !== expectedHash) {
    throw new TamperedError("tampered_content", "metadata: not what the manifest names");
  }
  const context = aad(purpose, manifest.file, manifest.version);
  return openPadded(await purposeKey(dek, purpose), context, sealed, limit, "tampered_content");
}

/** @param {Bytes} dek @param {string} purpose */
async function purposeKey(dek, purpose) {
  const key = await deriveKey(dek, purpose);
  return importAeadKey(key).finally(() => key.fill(0));
}

/** @param {string} purpose @param {string} file @param {string} version */
function aad(purpose, file, version) {
  return encodeContext(purpose, decodeUuid(file), decodeUuid(version));
}

/** @param {Bytes} data @returns {Metadata} */
function parse(data) {
  return parseFields(decodeJson(data), {
    modified: parseInteger,
    size: parseInteger,
    type: parseMediaType,
    v: parseFormatVersion,
  });
}
