// The server's answers, parsed strictly once at the edge (spec §6): what comes out has the shape its type says.

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Json} from "../core/canonical.js" */

import { parseBytes, parseFields, parseHash, parseInteger, parseList, parseText, parseUuid } from "../core/canonical.js";
import { FormatError } from "../core/errors.js";

const SIGNATURE_LENGTH = 64;
const HASH_LENGTH = 32;

/** Key slots and KDF parameters leave here unread: core parses them where they are used. @param {Json} value */
const asIs = (value) => value;

/** @param {Json} value */
const parseMember = (value) => (value === "" ? "" : parseUuid(value));

/** @param {Json} value */
const parseHead = (value) => parseFields(value, { hash: parseHash, seq: parseInteger });

/** @param {Json} value @returns {{csrf_token: string, user: string, username: string}} */
export const parseSession = (value) =>
  parseFields(value, { csrf_token: parseToken, user: parseMember, username: parseText });

/** @param {Json} value @returns {{kdf: Json}} */
export const parseKdf = (value) => parseFields(value, { kdf: asIs });

/** @param {Json} value */
export const parseVault = (value) =>
  parseFields(value, {
    head: parseHead,
    keyring: (keyring) => parseFields(keyring, { revision: parseInteger, sealed: parseBytes }),
    slots: (slots) => parseList(slots, asIs),
    user: parseUuid,
    username: parseText,
  });

/** @param {Json} value */
export const parseUpload = (value) =>
  parseFields(value, {
    length: parseInteger,
    received: (list) => parseList(list, (block) => parseFields(block, { digest: parseHash, index: parseInteger })),
    version: parseUuid,
  });

/** @param {Json} value @returns {{digest: string, index: number, size: number}} */
export const parseStoredBlock = (value) =>
  parseFields(value, { digest: parseHash, index: parseInteger, size: parseInteger });

/** @param {Json} value */
export const parseDownloads = (value) =>
  parseFields(value, { capability: parseToken, versions: (list) => parseList(list, parseVersion) });

/** @param {Json} value */
export const parsePosted = (value) =>
  parseFields(value, {
    statements: (list) =>
      parseList(list, (done) => parseFields(done, { entry: parseInteger, hash: parseHash, seq: parseInteger })),
  });

/** @param {Json} value */
export const parseStatements = (value) =>
  parsePage(value, (row) =>
    parseFields(row, {
      seq: parseInteger,
      signature: (signature) => parseBytes(signature, SIGNATURE_LENGTH),
      statement: (statement) => parseBytes(statement),
    }));

/** @param {Json} value */
export const parseLabels = (value) =>
  parsePage(value, (row) =>
    parseFields(row, { file: parseUuid, generation: parseInteger, label: (label) => parseBytes(label) }));

/** @param {Json} value */
function parseVersion(value) {
  return parseFields(value, {
    digests: parseDigests,
    file: parseUuid,
    generation: parseInteger,
    manifest: (manifest) => parseBytes(manifest),
    metadata: (metadata) => parseBytes(metadata),
    thumbnail: (thumbnail) => parseBytes(thumbnail),
    version: parseUuid,
    wrap: (wrap) => parseBytes(wrap),
  });
}

/** @param {Json} value @returns {string} what is to be sent back as it is: short, visible ASCII */
function parseToken(value) {
  const text = parseText(value);
  // A line break would begin another header; what no header can carry would end the program.
  if (!/^[!-~]{0,8000}$/.test(text)) {
    throw new FormatError("format", "answer: a token of other characters");
  }
  return text;
}

/** @param {Json} value @returns {Bytes} 32 bytes a block */
function parseDigests(value) {
  const digests = parseBytes(value);
  if (digests.length % HASH_LENGTH !== 0) {
    throw new FormatError("format", "answer: a digest list of another length");
  }
  return digests;
}

/**
 * @template Row
 * @param {Json} value
 * @param {(row: Json) => Row} parseRow
 */
function parsePage(value, parseRow) {
  return parseFields(value, { next: parseToken, results: (list) => parseList(list, parseRow) });
}
