// What a vector calls beyond the core's own functions; the same procedures in Python: tests/client/procedures.py.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */
/** @import {Params} from "../../../static/js/core/floe.js" */
/** @import {Argon2id, WordCodec} from "../../../static/js/core/passphrase.js" */

import { blockCount, blockPlaintextLength, openBlock, sealBlock } from "../../../static/js/core/blocks.js";
import { sha256 } from "../../../static/js/core/bytes.js";
import { openSegment, startOpen, startSeal } from "../../../static/js/core/floe.js";
import { importPrivateKey, unwrapOaep } from "../../../static/js/core/oaep.js";
import { decodeRecoveryWords, deriveRoot, encodeRecoveryWords } from "../../../static/js/core/passphrase.js";
import { importAeadKey, openAead } from "../../../static/js/core/primitives.js";
import { importIdentityKey, sign } from "../../../static/js/core/signatures.js";
import { fixedRandom, withRandom } from "./random.js";
import { VAULT_PROCEDURES } from "./vault_procedures.js";

/**
 * What stands around a call: where plaintext goes that came out, and what the core has injected.
 * @typedef {{release: (plaintext: Bytes) => void, argon2id: Argon2id, codec: WordCodec}} Around
 */

/** @type {Record<string, (around: Around, ...rest: any[]) => unknown>} */
export const PROCEDURES = {
  /** Open under a key of bytes. @param {Around} _ @param {Bytes} key @param {Bytes} aad @param {Bytes} sealed */
  open_aead: async (_, key, aad, sealed) => openAead(await importAeadKey(key), aad, sealed),

  /** Sign under a seed. @param {Around} _ @param {Bytes} seed @param {Bytes} message */
  sign: async (_, seed, message) => sign(await importIdentityKey(seed), message),

  /** Unwrap under PKCS #8. @param {Around} _ @param {Bytes} key @param {Bytes} label @param {Bytes} wrapped */
  unwrap_oaep: async (_, key, label, wrapped) => unwrapOaep(await importPrivateKey(key), label, wrapped),

  /** @param {Around} around @param {string} password @param {unknown} kdf */
  derive_root: ({ argon2id }, password, kdf) => deriveRoot(password, kdf, argon2id),

  /** @param {Around} around @param {Bytes} key */
  encode_recovery_words: ({ codec }, key) => encodeRecoveryWords(key, codec),

  /** @param {Around} around @param {string} text */
  decode_recovery_words: ({ codec }, text) => decodeRecoveryWords(text, codec),

  /**
   * Open segments one after the other at the positions given.
   * @param {Around} around
   * @param {Bytes} key
   * @param {Bytes} aad
   * @param {Params} params
   * @param {Bytes} header
   * @param {[number, boolean, Bytes][]} placed
   */
  open_segments: async ({ release }, key, aad, params, header, placed) => {
    const state = await startOpen(key, aad, header, params);
    for (const [counter, isFinal, segment] of placed) {
      release(await openSegment(state, counter, segment, isFinal));
    }
  },

  /**
   * Open what was served as a client does: as many blocks as the length demands, or more.
   * @param {Around} around
   * @param {Bytes} key
   * @param {Bytes} aad
   * @param {Params} params
   * @param {Bytes} header
   * @param {number} length
   * @param {Bytes[]} blocks
   */
  open_blocks: async ({ release }, key, aad, params, header, length, blocks) => {
    const state = await startOpen(key, aad, header, params);
    const count = Math.max(blockCount(length, params), blocks.length);
    for (let index = 0; index < count; index += 1) {
      release(await openBlock(state, index, blocks[index] ?? new Uint8Array(), length));
    }
  },

  /**
   * Seal one block under a new header.
   * @param {Around} _
   * @param {Bytes} key
   * @param {Bytes} aad
   * @param {Params} params
   * @param {number} blockIndex
   * @param {Bytes} plaintext
   * @param {boolean} isLast
   */
  seal_block: async (_, key, aad, params, blockIndex, plaintext, isLast) => {
    const { state } = await startSeal(key, aad, params);
    await sealBlock(state, blockIndex, plaintext, isLast);
  },

  /**
   * Seal bytes 0..250 over and over under fixed randomness, and open them again.
   * @param {Around} around
   * @param {Bytes} key
   * @param {Bytes} aad
   * @param {Params} params
   * @param {number} length
   * @returns {Promise<Bytes[]>} the header and the blocks' digests
   */
  seal_content: ({ release }, key, aad, params, length) => withRandom(fixedRandom, async () => {
    const plaintext = Uint8Array.from({ length }, (_, index) => index % 251);
    const { header, state } = await startSeal(key, aad, params);
    const opener = await startOpen(key, aad, header, params);
    const count = blockCount(length, params);
    const result = [header];
    for (let index = 0, offset = 0; index < count; index += 1) {
      const end = offset + blockPlaintextLength(length, index, params);
      const block = await sealBlock(state, index, plaintext.subarray(offset, end), index === count - 1);
      release(await openBlock(opener, index, block, length));
      result.push(await sha256(block));
      offset = end;
    }
    return result;
  }),

  ...VAULT_PROCEDURES,
};
