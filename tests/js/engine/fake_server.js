// An honest server in memory behind the methods of transport/api.js; a test replaces a method to make it lie or fail.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */

import { decodeBase64 } from "../../../static/js/core/bytes.js";
import { fromCode } from "../../../static/js/core/errors.js";
import { parseStatement, statementHash } from "../../../static/js/core/statements.js";

const PAGE = 3;

/** @typedef {{generation: number, manifest: Bytes, metadata: Bytes, thumbnail: Bytes, digests: Bytes, wrap: Bytes, file: string, version: string}} StoredVersion */

export class FakeServer {
  user = "";
  username = "";
  /** @type {any} */
  account = null;
  /** @type {{seq: number, signature: Bytes, statement: Bytes, hash: string}[]} */
  chain = [];
  /** @type {Map<string, {generation: number, label: Bytes}>} */
  listed = new Map();
  /** @type {Map<string, StoredVersion>} */
  versions = new Map();
  /** Blocks by "version/index". @type {Map<string, Blob>} */
  blocks = new Map();
  /** @type {string[]} */
  log = [];
  capability = "first";

  async session() {
    return { user: this.user, username: this.username };
  }

  async kdf() {
    return this.account.slots[0].kdf;
  }

  async openSession() {
    this.log.push("sign in");
    return this.session();
  }

  async closeSession() {
    this.log.push("sign out");
  }

  /** @param {any} account */
  async register(account) {
    this.account = account;
    const statement = decodeBase64(account.statement);
    const parsed = await parseStatement(statement);
    this.user = parsed.user;
    this.username = parsed.type === "register" ? parsed.items[0].username : "";
    await this.#store(statement, decodeBase64(account.signature));
    return this.session();
  }

  async vault() {
    const head = this.chain[this.chain.length - 1];
    return {
      head: { hash: head.hash, seq: head.seq },
      keyring: { revision: 1, sealed: decodeBase64(this.account.keyring) },
      slots: this.account.slots,
      user: this.user,
      username: this.username,
    };
  }

  /** @param {number} after */
  async statements(after) {
    const results = this.chain.slice(after, after + PAGE);
    return { next: after + PAGE < this.chain.length ? "more" : "", results };
  }

  /** @param {string} cursor */
  async labels(cursor) {
    const start = Number(cursor);
    const rows = [...this.listed].map(([file, row]) => ({ file, ...row }));
    return { next: start + PAGE < rows.length ? String(start + PAGE) : "", results: rows.slice(start, start + PAGE) };
  }

  /** @param {any[]} posted */
  async postStatements([posted]) {
    const statement = decodeBase64(posted.statement);
    const hash = await statementHash(statement);
    const parsed = await parseStatement(statement);
    if (!this.chain.some((known) => known.hash === hash)) {
      const head = this.chain[this.chain.length - 1];
      if (parsed.seq !== head.seq + 1 || parsed.prev !== head.hash) {
        throw fromCode("stale_head", "stale");
      }
      this.#apply(parsed, posted.items);
      await this.#store(statement, decodeBase64(posted.signature));
    }
    return { statements: [{ entry: 1, hash, seq: parsed.seq }] };
  }

  /** @param {string} version */
  async openUpload(version) {
    this.log.push(`open ${version}`);
    return {};
  }

  /** @param {{version: string, index: number, body: Blob}} block @param {AbortSignal} signal @param {(bytes: number) => void} onProgress */
  async putBlock({ version, index, body }, signal, onProgress) {
    if (signal.aborted) {
      throw fromCode("cancelled", "cancelled");
    }
    onProgress(body.size);
    this.blocks.set(`${version}/${index}`, body);
    return {};
  }

  /** @param {string} version */
  async dropUpload(version) {
    this.log.push(`drop ${version}`);
  }

  /** @param {string[]} versions */
  async openDownloads(versions) {
    this.log.push("download");
    return { capability: this.capability, versions: versions.map((version) => this.versions.get(version)) };
  }

  /** @param {{version: string, index: number, capability: string}} block */
  async getBlock({ version, index, capability }) {
    if (capability !== this.capability) {
      throw fromCode("capability_invalid", "expired");
    }
    return /** @type {Blob} */ (this.blocks.get(`${version}/${index}`));
  }

  /** @param {import("../../../static/js/core/statements.js").Statement} parsed @param {any[]} items */
  #apply(parsed, items) {
    if (parsed.type === "upload") {
      parsed.items.forEach(({ file, version, generation }, index) => {
        const { label, digests, manifest, metadata, wrap } = decodeAll(items[index]);
        this.listed.set(file, { generation, label });
        this.versions.set(version, { file, version, generation, digests, manifest, metadata, wrap, thumbnail: new Uint8Array() });
      });
    } else if (parsed.type === "label") {
      parsed.items.forEach(({ file, generation }, index) => {
        this.listed.set(file, { generation, label: decodeBase64(items[index].label) });
      });
    }
  }

  /** @param {Bytes} statement @param {Bytes} signature */
  async #store(statement, signature) {
    this.chain.push({ seq: this.chain.length + 1, signature, statement, hash: await statementHash(statement) });
  }
}

/** @param {Record<string, string>} item @returns {Record<string, Bytes>} */
function decodeAll(item) {
  return Object.fromEntries(Object.entries(item).map(([name, text]) => [name, decodeBase64(text)]));
}
