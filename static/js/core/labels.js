// Labels: what a person calls a file and where they keep it (spec §4). Mirror: vault/client/labels.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */

import { decodeUuid } from "./bytes.js";
import { decodeJson, encodeJson, parseFields, parseInteger } from "./canonical.js";
import { FormatError } from "./errors.js";
import { encodeContext, parseBounded, parseFormatVersion, parseMediaType, parseOptionalUuid } from "./fields.js";
import { hashOf } from "./hashes.js";
import { openPadded, sealPadded } from "./sealed.js";

export const FOLDER_TYPE = "folder";
export const MAX_NAME = 1_024;
export const MAX_SEALED_LABEL = 2_076;

/**
 * Times in ms, size in bytes; `folder` "" for the root, `trashed` 0 outside the trash. `name` and `type` are untrusted
 * text: shown inert, saved under safeFileName.
 * @typedef {{
 *   folder: string, modified: number, name: string, size: number, trashed: number, type: string, v: 1,
 * }} Label
 */

/**
 * @param {CryptoKey} labelKey of importGeneration
 * @param {string} person UUID
 * @param {string} file UUID
 * @param {Label} label
 * @returns {Promise<Bytes>} sealed
 * @throws {FormatError} fields out of their limits
 */
export async function sealLabel(labelKey, person, file, label) {
  const data = encodeJson(label);
  parse(data);
  return sealPadded(labelKey, aad(person, file), data, MAX_SEALED_LABEL);
}

/**
 * @param {CryptoKey} labelKey of importGeneration
 * @param {string} person UUID
 * @param {string} file UUID
 * @param {Bytes} sealed
 * @returns {Promise<Label>}
 * @throws {TamperedError} `tampered_label`: does not open as this person's for this file
 * @throws {FormatError} what was sealed is not of its one form
 */
export async function openLabel(labelKey, person, file, sealed) {
  return parse(await openPadded(labelKey, aad(person, file), sealed, MAX_SEALED_LABEL, "tampered_label"));
}

/** @param {Bytes} sealed @returns {Promise<string>} what a statement names a label by: SHA-256 in hex */
export async function labelHash(sealed) {
  return hashOf(sealed);
}

/** Bind the place: a server that swaps two files' labels would swap their names. @param {string} person @param {string} file */
function aad(person, file) {
  return encodeContext("coffer/v1/label", decodeUuid(person), decodeUuid(file));
}

/** @param {Bytes} data @returns {Label} */
function parse(data) {
  return parseFields(decodeJson(data), {
    folder: parseOptionalUuid,
    modified: parseInteger,
    name: parseName,
    size: parseInteger,
    trashed: parseInteger,
    type: parseMediaType,
    v: parseFormatVersion,
  });
}

/** @param {Json} value */
function parseName(value) {
  const name = parseBounded(value, MAX_NAME);
  // A row without a name could be neither seen nor selected.
  if (name === "") {
    throw new FormatError("format", "label: an empty name");
  }
  return name;
}
