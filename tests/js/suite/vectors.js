// Every vector of tests/vectors gets its verdict from the JavaScript core (tests/vectors/case.py says what a vector is).

/** @import {Bytes} from "../../../static/js/core/bytes.js" */
/** @import {Around} from "./procedures.js" */

import * as blocks from "../../../static/js/core/blocks.js";
import * as bytes from "../../../static/js/core/bytes.js";
import * as canonical from "../../../static/js/core/canonical.js";
import * as directory from "../../../static/js/core/directory.js";
import * as filenames from "../../../static/js/core/filenames.js";
import * as keyring from "../../../static/js/core/keyring.js";
import * as labels from "../../../static/js/core/labels.js";
import * as manifest from "../../../static/js/core/manifest.js";
import * as merkle from "../../../static/js/core/merkle.js";
import * as metadata from "../../../static/js/core/metadata.js";
import * as oaep from "../../../static/js/core/oaep.js";
import * as padding from "../../../static/js/core/padding.js";
import * as passphrase from "../../../static/js/core/passphrase.js";
import * as primitives from "../../../static/js/core/primitives.js";
import * as served from "../../../static/js/core/served.js";
import * as signatures from "../../../static/js/core/signatures.js";
import * as slots from "../../../static/js/core/slots.js";
import * as statements from "../../../static/js/core/statements.js";
import * as wraps from "../../../static/js/core/wraps.js";
import { holds, same, verdictOf } from "./check.js";
import { PROCEDURES } from "./procedures.js";

/** @typedef {{call: string, arguments: unknown[], expect: string, result?: unknown, released?: string}} Vector */

/** @type {Record<string, unknown>} */
const CORE = {
  ...blocks, ...bytes, ...canonical, ...directory, ...filenames, ...keyring, ...labels, ...manifest,
  ...merkle, ...metadata, ...oaep, ...padding, ...passphrase, ...primitives, ...served, ...signatures,
  ...slots, ...statements, ...wraps,
};

/**
 * Run one vector; throws when the verdict is another.
 * @param {Vector} vector
 * @param {Omit<Around, "release">} injected
 */
export async function runVector(vector, injected) {
  /** @type {Bytes[]} */
  const released = [];
  const call = resolve(vector.call, { ...injected, release: (plaintext) => { released.push(plaintext); } });
  /** @type {unknown} */
  let result;
  const verdict = await verdictOf(async () => {
    result = await call(...vector.arguments.map(decodeValue));
  });
  same(verdict, vector.expect, "verdict");
  if (vector.result !== undefined) {
    same(encodeValue(result), encodeValue(decodeValue(vector.result)), "result");
  }
  if (vector.released !== undefined) {
    same(bytes.encodeHex(await bytes.sha256(bytes.concat(...released))), vector.released, "released plaintext");
  }
}

/** @param {string} call @param {Around} around @returns {(...rest: unknown[]) => unknown} */
function resolve(call, around) {
  if (Object.hasOwn(PROCEDURES, call)) {
    return (...rest) => PROCEDURES[call](around, ...rest);
  }
  const found = CORE[camelCase(call)];
  holds(typeof found === "function", `no function ${call}`);
  return /** @type {(...rest: unknown[]) => unknown} */ (found);
}

/** @param {string} name in snake case */
export function camelCase(name) {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** The argument that a vector writes down; FLOE's parameters get their JavaScript names. @param {unknown} value @returns {unknown} */
export function decodeValue(value) {
  if (Array.isArray(value)) {
    return value.map(decodeValue);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if ("hex" in value) {
    const unit = bytes.decodeHex(String(value.hex));
    const count = "repeat" in value ? Number(value.repeat) : 1;
    return Uint8Array.from({ length: unit.length * count }, (_, index) => unit[index % unit.length]);
  }
  if ("enc_seg_len" in value && "rotation_mask" in value) {
    return { encSegLen: value.enc_seg_len, rotationMask: value.rotation_mask };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decodeValue(item)]));
}

/** @param {unknown} value @returns {unknown} as a vector writes it down, keys sorted */
export function encodeValue(value) {
  if (value instanceof Uint8Array) {
    return { hex: bytes.encodeHex(/** @type {Bytes} */ (value)) };
  }
  if (Array.isArray(value)) {
    return value.map(encodeValue);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).sort().map(([key, item]) => [key, encodeValue(item)]));
  }
  return value;
}
