// The high-water mark of a member's chain, kept in the clear and never going back (spec §5.2).

/** @typedef {{seq: number, hash: string}} Mark */

const PREFIX = "coffer/v1/mark/";
const START = Object.freeze({ seq: 0, hash: "0".repeat(64) });

/**
 * Marks by member, for this origin: localStorage is one per origin. A mark is a hash that the server knows anyway, so
 * it needs no seal; whoever can write it can only make this browser refuse the vault.
 */
export class Marks {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /**
   * @param {string} user UUID
   * @returns {Readonly<Mark>} seq 0 when this browser has seen nothing of the chain
   */
  read(user) {
    const [seq, hash] = (this.#storage.getItem(PREFIX + user) ?? "").split(" ");
    return /^[1-9][0-9]{0,15}$/.test(seq) && /^[0-9a-f]{64}$/.test(hash) ? { seq: Number(seq), hash } : START;
  }

  /**
   * @param {string} user UUID
   * @param {Mark} mark verified; an older one than another tab has written changes nothing
   */
  raise(user, { seq, hash }) {
    if (seq > this.read(user).seq) {
      this.#storage.setItem(PREFIX + user, `${seq} ${hash}`);
    }
  }
}
