// The member's own chain as this page knows it: reads what is new, and appends to a verified head alone (spec §5.2).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Directory} from "../core/directory.js" */
/** @import {StatementFields} from "../core/statements.js" */
/** @import {Api} from "../transport/api.js" */
/** @import {CipherClient} from "../workers/cipher_client.js" */
/** @import {Job} from "./batch.js" */
/** @import {Mark, Marks} from "./marks.js" */

import { encodeBase64, encodeHex } from "../core/bytes.js";
import { applyStatement, chainHead, checkMark, newDirectory, replay } from "../core/directory.js";
import { CofferError, FormatError, TamperedError } from "../core/errors.js";
import { MAX_ITEMS } from "../core/items.js";
import { EMPTY_ROOT } from "../core/merkle.js";
import { buildStatement, statementHash } from "../core/statements.js";
import { retry } from "../transport/retry.js";
import { Batch } from "./batch.js";

/** No checkpoint has been verified. */
const SEEN = Object.freeze({ root: encodeHex(EMPTY_ROOT), size: 0 });
/** So often may others be faster before a change is given up. */
const ATTEMPTS = 5;
/** A change that has been posted is seen through. */
const NEVER = new AbortController().signal;
/** Refusals that one item of a statement can bring upon all. */
const OF_ONE_ITEM = [
  "conflict", "invalid", "not_found", "quota", "stale_generation", "statement_invalid", "storage_full", "too_large",
  "upload_incomplete",
];

/** One item of a statement and the bytes whose hashes it names. @typedef {{item: object, bytes: Record<string, Bytes>}} Built */

/**
 * One change, built for the directory as it is when the statement is signed, and built anew when the chain has grown.
 * Throws when the directory no longer permits it.
 * @typedef {(directory: Directory) => Built | Promise<Built>} Change
 */

/** Sends `change` when the directory is another. */
export class Chain extends EventTarget {
  #api;
  #cipher;
  #marks;
  #directory;
  /** Work takes turns, so that one statement is built on one head. @type {Promise<unknown>} */
  #turn = Promise.resolve();
  #batches;

  /**
   * @param {{api: Api, cipher: CipherClient, marks: Marks}} tools
   * @param {string} user UUID
   */
  constructor({ api, cipher, marks }, user) {
    super();
    this.#api = api;
    this.#cipher = cipher;
    this.#marks = marks;
    this.#directory = newDirectory(user);
    /** @type {(type: "upload" | "label") => Batch<Change>} */
    const batch = (type) => new Batch(MAX_ITEMS, (jobs) => this.quiet(() => this.#commit(type, jobs)));
    this.#batches = { upload: batch("upload"), label: batch("label") };
  }

  /** What the chain says, up to the verified head. @returns {Directory} */
  get directory() {
    return this.#directory;
  }

  /** @returns {Mark} the verified head */
  get head() {
    return chainHead(this.#directory);
  }

  /**
   * Reads the chain from its beginning.
   * @param {(directory: Directory) => Promise<void>} check proves that the chain is the member's, before it is believed
   * @throws {TamperedError} a chain that is not whole, or older than what this browser has seen
   */
  open(check) {
    return this.quiet(() => this.#catchUp(check));
  }

  /** Begins a chain with its `register` statement, made here and accepted by the server. @param {Bytes} statement */
  begin(statement) {
    return this.quiet(() => this.#follow(statement));
  }

  /** Reads what is new. */
  sync() {
    return this.quiet(() => this.#catchUp());
  }

  /**
   * Appends one change; changes of one type that are asked for at the same time share a statement.
   * @param {"upload" | "label"} type
   * @param {Change} change
   * @returns {Promise<void>} when the server has it
   */
  append(type, change) {
    return this.#batches[type].add(change);
  }

  /**
   * Runs while nothing else of this page reads or appends.
   * @template Result
   * @param {(catchUp: () => Promise<void>) => Promise<Result>} work gets what sync does, for use within
   * @returns {Promise<Result>}
   */
  quiet(work) {
    const result = this.#turn.then(() => work(() => this.#catchUp()));
    this.#turn = result.catch(() => {});
    return result;
  }

  /** @param {(directory: Directory) => Promise<void>} [check] */
  async #catchUp(check) {
    const user = this.#directory.user;
    const directory = await replay(this.#directory, await this.#readAfter(this.head.seq));
    checkMark(directory, this.#marks.read(user));
    await check?.(directory);
    this.#accept(directory);
  }

  /** @param {number} seq */
  async #readAfter(seq) {
    const statements = [];
    for (let after = seq, more = true; more;) {
      const { next, results } = await retry(() => this.#api.statements(after), NEVER);
      more = next !== "";
      for (const row of results) {
        // A list that turns back on itself would never end.
        if (row.seq !== after + 1) {
          throw new TamperedError("tampered_statement", "statements: not in order of seq");
        }
        after = row.seq;
        statements.push({ signature: row.signature, statement: row.statement });
      }
      if (more && results.length === 0) {
        throw new FormatError("format", "statements: an empty page that is not the last");
      }
    }
    return statements;
  }

  /** @param {Bytes} statement made here */
  async #follow(statement) {
    this.#accept(await applyStatement(this.#directory, statement));
  }

  /** @param {Directory} directory verified */
  #accept(directory) {
    this.#directory = directory;
    this.#marks.raise(directory.user, this.head);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {"upload" | "label"} type
   * @param {Job<Change>[]} jobs
   * @returns {Promise<void>}
   */
  async #commit(type, jobs) {
    for (let attempt = 1; ; attempt += 1) {
      const ready = await this.#build(jobs);
      if (ready.length === 0) {
        return;
      }
      try {
        await this.#post(type, ready.map(({ built }) => built));
        ready.forEach(({ job }) => job.resolve());
        return;
      } catch (error) {
        const code = error instanceof CofferError ? error.code : "";
        if (code !== "stale_head" || attempt === ATTEMPTS) {
          await this.#commitApart(type, ready.map(({ job }) => job), error);
          return;
        }
      }
      // Never merely signed again: what is new is verified first, then every item is built on it.
      await this.#catchUp();
    }
  }

  /** @param {Job<Change>[]} jobs @returns {Promise<{job: Job<Change>, built: Built}[]>} those that the directory permits */
  async #build(jobs) {
    const ready = [];
    for (const job of jobs) {
      try {
        ready.push({ job, built: await job.item(this.#directory) });
      } catch (error) {
        job.reject(error);
      }
    }
    return ready;
  }

  /** @param {"upload" | "label"} type @param {Built[]} builts */
  async #post(type, builts) {
    const { hash, seq } = this.head;
    const fields = { items: builts.map(({ item }) => item), prev: hash, seen: SEEN, seq: seq + 1, time: Date.now(), type, user: this.#directory.user };
    const statement = await buildStatement(/** @type {StatementFields} */ (fields));
    const signature = await this.#cipher.keeper("sign", statement);
    const posted = {
      items: builts.map(({ bytes }) => encodeAll(bytes)),
      signature: encodeBase64(signature),
      statement: encodeBase64(statement),
    };
    // Posting again is safe: a statement that is in the chain already gives the first answer.
    const { statements } = await retry(() => this.#api.postStatements([posted]), NEVER);
    if (statements.length !== 1 || statements[0].hash !== (await statementHash(statement))) {
      throw new FormatError("format", "statements: an answer about another one");
    }
    await this.#follow(statement);
  }

  /**
   * One item that the server refuses must not fail the others: halves are tried until it stands alone.
   * @param {"upload" | "label"} type
   * @param {Job<Change>[]} jobs
   * @param {unknown} error
   * @returns {Promise<void>}
   */
  async #commitApart(type, jobs, error) {
    const ofOne = error instanceof CofferError && OF_ONE_ITEM.includes(error.code);
    if (jobs.length === 1 || !ofOne) {
      jobs.forEach((job) => job.reject(error));
      return;
    }
    const half = Math.ceil(jobs.length / 2);
    await this.#commit(type, jobs.slice(0, half));
    await this.#commit(type, jobs.slice(half));
  }
}

/** @param {Record<string, Bytes>} bytes @returns {Record<string, string>} */
function encodeAll(bytes) {
  return Object.fromEntries(Object.entries(bytes).map(([name, value]) => [name, encodeBase64(value)]));
}
