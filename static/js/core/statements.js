// Statements: form, signature and hash of every change to a vault (spec §5.1, §5.3). Mirror: vault/client/statements.py.
// Whether a statement follows the chain is directory.js's part.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */
/** @import {Change} from "./items.js" */

import { concat, encodeUtf8 } from "./bytes.js";
import { decodeJson, encodeJson, parseFields, parseHash, parseInteger, parseUuid } from "./canonical.js";
import { FORMAT_VERSION, parseChoice, parseFormatVersion, parsePositive } from "./fields.js";
import { hashOf } from "./hashes.js";
import { STATEMENT_TYPES, parseItems } from "./items.js";
import { sign, verifySignature } from "./signatures.js";

const PURPOSE = encodeUtf8("coffer/v1/statement\n");

/** The last checkpoint that the signer verified: root in hex, size in entries. @typedef {{root: string, size: number}} Seen */

/**
 * What a statement says; `prev` the hash before it in hex, `seq` from 1, `time` in ms.
 * @typedef {Change & {prev: string, seen: Seen, seq: number, time: number, user: string}} StatementFields
 */

/** A statement, field by field as in its JSON. @typedef {StatementFields & {v: 1}} Statement */

/**
 * @param {StatementFields} fields
 * @returns {Promise<Bytes>} the bytes to sign
 * @throws {FormatError} what parseStatement refuses
 * @throws {PolicyError} likewise
 */
export async function buildStatement(fields) {
  const data = encodeJson({ ...fields, v: FORMAT_VERSION });
  await parseStatement(data);
  return data;
}

/**
 * Form alone, keys included.
 * @param {Bytes} data
 * @returns {Promise<Statement>}
 * @throws {FormatError} not of its one form
 * @throws {PolicyError} `policy_key_size`: a statement that announces a public key that is too weak
 */
export async function parseStatement(data) {
  const fields = parseFields(decodeJson(data), {
    items: (value) => value, // read by type below
    prev: parseHash,
    seen: parseSeen,
    seq: parsePositive,
    time: parseInteger,
    type: (value) => parseChoice(value, STATEMENT_TYPES),
    user: parseUuid,
    v: parseFormatVersion,
  });
  const items = await parseItems(fields.type, fields.items);
  return /** @type {Statement} */ ({ ...fields, items });
}

/**
 * Only for a statement on a head that was verified (spec §5.2).
 * @param {CryptoKey} identity of importIdentity
 * @param {Bytes} data
 * @returns {Promise<Bytes>} the 64-byte signature
 */
export async function signStatement(identity, data) {
  return sign(identity, concat(PURPOSE, data));
}

/**
 * @param {Bytes} data
 * @param {Bytes} signature
 * @param {Bytes} identityKey 32-byte public key
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_statement`: not the signature of these bytes
 * @throws {FormatError} a public key that is not canonical or of small order
 */
export async function verifyStatement(data, signature, identityKey) {
  await verifySignature(identityKey, concat(PURPOSE, data), signature);
}

/** @param {Bytes} data @returns {Promise<string>} what the next statement and the log name it by: SHA-256 in hex */
export async function statementHash(data) {
  return hashOf(data);
}

/** @param {Json} value */
function parseSeen(value) {
  return parseFields(value, { root: parseHash, size: parseInteger });
}
