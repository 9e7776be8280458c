// What no vector can say: errors across a worker boundary, keys that stay inside, randomness, the injected parts.

import { blockCount, openBlock, sealBlock } from "../../../static/js/core/blocks.js";
import { decodeUuid, encodeUtf8, equal } from "../../../static/js/core/bytes.js";
import { decodeJson, parseBytes, parseFields, parseHash, parseInteger, parseList, parseText, parseUuid } from "../../../static/js/core/canonical.js";
import * as errors from "../../../static/js/core/errors.js";
import { COFFER, openSegment, sealSegment, startOpen, startSeal } from "../../../static/js/core/floe.js";
import { derivePublicKey, importPrivateKey, makeKeyPair, parsePublicKey, unwrapOaep, wrapOaep } from "../../../static/js/core/oaep.js";
import { checkKdf, encodeRecoveryWords, decodeRecoveryWords, makeKdf, makeRecoveryKey } from "../../../static/js/core/passphrase.js";
import { importAeadKey, makeRandom, makeUuid, openAead, sealAead } from "../../../static/js/core/primitives.js";
import { deriveIdentityPublicKey, importIdentityKey, makeIdentityKey, sign, verifySignature } from "../../../static/js/core/signatures.js";
import { holds, same, sameBytes, verdictOf } from "./check.js";

/** @import {Around} from "./procedures.js" */

const SMALL = { encSegLen: 64, rotationMask: 20 };
const TEXT = encodeUtf8("some content of one segment");
const AAD = encodeUtf8("coffer/v1/content");

/** @type {Record<string, (injected: Omit<Around, "release">) => unknown>} */
export const tests = {
  "an error crosses a worker boundary with its class and code": () => {
    const sent = new errors.TamperedError("tampered_rollback", "an old keyring");
    const wire = structuredClone(errors.toWire(sent));
    same(wire, { code: "tampered_rollback", detail: "an old keyring" }, "wire");
    const received = errors.fromWire(wire);
    holds(received instanceof errors.TamperedError && received instanceof errors.VerificationError, "class");
    same([received.code, received.message, received.name], [sent.code, sent.message, sent.name], "fields");
  },

  "an unexpected error crosses without its message": () => {
    same(errors.toWire(new TypeError("a secret")), { code: "internal", detail: "TypeError" }, "error");
    same(errors.toWire("a secret"), { code: "internal", detail: "unknown" }, "no error");
    const received = errors.fromWire({ code: "internal", detail: "TypeError" });
    same([received.name, received.code], ["CofferError", "internal"], "received");
  },

  "every code has one class, and no class takes another's": () => {
    const classes = Object.values(errors).filter((value) => value.prototype instanceof errors.CofferError);
    const owners = classes.map((value) => /** @type {typeof errors.CofferError} */ (value)).filter(({ codes }) => codes !== null);
    const codes = owners.flatMap((owner) => owner.codes ?? []);
    same(new Set(codes).size, codes.length, "one class per code");
    for (const owner of owners) {
      for (const code of owner.codes ?? []) {
        same(errors.fromCode(code, "").constructor.name, owner.name, code);
      }
      holds(throwsRangeError(() => new owner("no_such_code", "")), owner.name);
    }
    holds(errors.fromCode("quota", "") instanceof errors.TransportError, "the wire failed");
    holds(!(errors.fromCode("format", "") instanceof errors.TransportError), "they lied");
  },

  "a key named __proto__ stays a field": () => {
    const value = decodeJson(encodeUtf8('{"__proto__":{"v":1}}'));
    same(Object.getPrototypeOf(value) === Object.prototype, true, "prototype");
    same(/** @type {{v?: number}} */ (value).v, undefined, "no field from the prototype");
  },

  "an object is read with exactly its fields": async () => {
    const parsers = { a: parseInteger, b: parseText };
    same(parseFields({ b: "x", a: 1 }, parsers), { a: 1, b: "x" }, "fields");
    const refused = [{ a: 1 }, { a: 1, b: "x", c: 1 }, { a: 1, c: "x" }, { a: "1", b: "x" }, { a: 1, b: 1 }, [], "x", 1, true];
    for (const value of refused) {
      same(await verdictOf(() => parseFields(/** @type {any} */ (value), parsers)), "format", JSON.stringify(value));
    }
    // A field that every object inherits is still missing.
    same(await verdictOf(() => parseFields({ a: 1 }, { constructor: () => 1 })), "format", "inherited");
  },

  "single values are read with their type": async () => {
    const uuid = makeUuid();
    same(parseList([1, 2], parseInteger), [1, 2], "list");
    same(parseUuid(uuid), uuid, "uuid");
    same(parseHash("0f".repeat(32)), "0f".repeat(32), "hash");
    sameBytes(parseBytes("_w", 1), Uint8Array.of(255), "bytes");
    /** @type {[(value: any) => unknown, unknown][]} */
    const refused = [
      [(value) => parseList(value, parseInteger), { 0: 1 }], [(value) => parseList(value, parseInteger), ["1"]],
      [parseUuid, uuid.toUpperCase()], [parseUuid, 4], [parseHash, "0f".repeat(31)], [parseHash, "0F".repeat(32)],
      [(value) => parseBytes(value, 1), "____"], [parseBytes, "_w=="], [parseBytes, 1], [parseInteger, true], [parseText, null],
    ];
    for (const [parser, value] of refused) {
      same(await verdictOf(() => parser(value)), "format", JSON.stringify(value));
    }
  },

  "randomness is of the length asked for and never the same": () => {
    same(makeRandom(33).length, 33, "length");
    holds(!equal(makeRandom(32), makeRandom(32)), "random bytes repeat");
    const uuids = Array.from({ length: 200 }, makeUuid);
    same(new Set(uuids).size, 200, "UUIDs repeat");
    uuids.forEach(decodeUuid);
  },

  "a sealed value has a fresh nonce each time": async () => {
    const key = await importAeadKey(makeRandom(32));
    const [first, second] = [await sealAead(key, AAD, TEXT), await sealAead(key, AAD, TEXT)];
    holds(!equal(first.subarray(0, 12), second.subarray(0, 12)), "nonce repeats");
    same(first.length, TEXT.length + 28, "length");
    sameBytes(await openAead(key, AAD, first), TEXT, "opened");
  },

  "a segment that is sealed again has a fresh nonce": async () => {
    const { state } = await startSeal(makeRandom(32), AAD, SMALL);
    const [first, second] = [await sealSegment(state, 0, TEXT, true), await sealSegment(state, 0, TEXT, true)];
    holds(!equal(first.subarray(4, 16), second.subarray(4, 16)), "nonce repeats");
  },

  "imported keys cannot be exported": async () => {
    const pair = await makeKeyPair();
    const { state } = await startSeal(makeRandom(32), AAD);
    const keys = [
      await importAeadKey(makeRandom(32)),
      await importIdentityKey(makeIdentityKey()),
      await importPrivateKey(pair.privateKey),
      state.messageKey,
    ];
    same(keys.map(({ extractable }) => extractable), [false, false, false, false], "extractable");
  },

  "a FLOE state survives a structured clone": async () => {
    const key = makeRandom(32);
    const { header, state } = await startSeal(key, AAD, SMALL);
    const clone = structuredClone(state);
    const sealed = [await sealSegment(state, 0, new Uint8Array(32), false), await sealSegment(clone, 1, TEXT, true)];
    const opener = structuredClone(await startOpen(key, AAD, header, SMALL));
    sameBytes(await openSegment(opener, 1, sealed[1], true), TEXT, "sealed by the clone");
    sameBytes(await openSegment(opener, 0, sealed[0], false), new Uint8Array(32), "sealed by the original");
  },

  "blocks are sealed and opened in any order": async () => {
    const key = makeRandom(32);
    const { header, state } = await startSeal(key, AAD, SMALL);
    const length = 2 * 16 * 32 + 7;
    const plaintext = makeRandom(length);
    same(blockCount(length, SMALL), 3, "blocks");
    const order = [2, 0, 1];
    const blocks = await Promise.all(order.map(async (index) =>
      sealBlock(state, index, plaintext.slice(index * 512, (index + 1) * 512), index === 2)));
    const opener = await startOpen(key, AAD, header, SMALL);
    for (const [position, index] of order.entries()) {
      sameBytes(await openBlock(opener, index, blocks[position], length), plaintext.slice(index * 512, (index + 1) * 512), `block ${index}`);
    }
  },

  "a block is sealed and opened in memory that is there already": async () => {
    const key = makeRandom(32);
    const { header, state } = await startSeal(key, AAD, SMALL);
    const plaintext = makeRandom(16 * 32);
    const memory = new Uint8Array(16 * 64 + 5).fill(7);
    const block = await sealBlock(state, 0, plaintext, true, memory);
    holds(block.buffer === memory.buffer && block.byteOffset === 0, "written elsewhere");
    sameBytes(memory.slice(16 * 64), new Uint8Array(5).fill(7), "beyond the block");
    const opener = await startOpen(key, AAD, header, SMALL);
    const broken = block.slice();
    broken[broken.length - 1] ^= 1;
    const before = broken.slice();
    same(await verdictOf(() => openBlock(opener, 0, broken, plaintext.length, broken)), "tampered_content", "verdict");
    sameBytes(broken, before, "written before all was authentic");
    const opened = await openBlock(opener, 0, block, plaintext.length, block);
    holds(opened.buffer === memory.buffer, "opened elsewhere");
    sameBytes(opened, plaintext, "opened in place");
    same(await verdictOf(() => sealBlock(state, 0, plaintext, true, new Uint8Array(1023))), "format", "no room");
  },

  "Coffer's own parameters are those of the specification": async () => {
    same(COFFER, { encSegLen: 524288, rotationMask: 20 }, "parameters");
    const { header } = await startSeal(makeRandom(32), AAD);
    sameBytes(header.slice(0, 10), Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 0, 0, 32), "PARAM_ENCODE");
  },

  "new keys work together": async () => {
    const seed = makeIdentityKey();
    const publicKey = await deriveIdentityPublicKey(seed);
    await verifySignature(publicKey, TEXT, await sign(await importIdentityKey(seed), TEXT));
    const pair = await makeKeyPair();
    sameBytes(await derivePublicKey(pair.privateKey), pair.publicKey, "recomputed");
    const wrapped = await wrapOaep(await parsePublicKey(pair.publicKey), AAD, TEXT);
    same(wrapped.length, 384, "as long as the modulus");
    sameBytes(await unwrapOaep(await importPrivateKey(pair.privateKey), AAD, wrapped), TEXT, "unwrapped");
  },

  "new KDF parameters are within the policy and have a salt of their own": () => {
    const kdf = makeKdf();
    same(checkKdf(kdf), kdf, "checked");
    holds(kdf.salt !== makeKdf().salt, "salt repeats");
  },

  "a recovery key survives its words, and an error never names them": ({ codec }) => {
    const key = makeRecoveryKey();
    const words = encodeRecoveryWords(key, codec);
    sameBytes(decodeRecoveryWords(words, codec), key, "round trip");
    const wrong = `${words.split(" ").slice(1).join(" ")} nonsense`;
    try {
      decodeRecoveryWords(wrong, codec);
    } catch (error) {
      holds(error instanceof errors.FormatError && error.cause === undefined, "cause");
      holds(!words.split(" ").some((word) => word.length > 5 && String(error).includes(word)), "words in the message");
      return;
    }
    throw new Error("nonsense was accepted");
  },
};

/** @param {() => unknown} work */
function throwsRangeError(work) {
  try {
    work();
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
}
