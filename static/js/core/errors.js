// Errors of the core: one small tree with stable codes (spec §8).

/**
 * Root of everything that Coffer raises on purpose. Code branches on `code` or on the class, never on the message,
 * which is for a developer; a person reads the sentence that the templates hold for the code.
 */
export class CofferError extends Error {
  /** The codes that this class may carry; null: any. @type {readonly string[] | null} */
  static codes = null;

  /**
   * @param {string} code stable code of spec §8
   * @param {string} message what happened, without any secret or file content
   * @param {{cause?: unknown}} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    const allowed = new.target.codes;
    if (allowed !== null && !allowed.includes(code)) {
      throw new RangeError(`${new.target.name} has no code ${code}`);
    }
    this.name = new.target.name;
    this.code = code;
  }
}

/** They lied: what arrived cannot be trusted. */
export class VerificationError extends CofferError {}

/** The wire failed, or the server's state stood in the way; nothing is wrong with the data. */
export class TransportError extends CofferError {}

/** Bytes that are not of their one form. */
export class FormatError extends VerificationError {
  /** @type {readonly string[]} */
  static codes = ["format"];
}

/** A secret does not open what it should: a wrong password and an altered seal are not told apart. */
export class WrongKeyError extends VerificationError {
  /** @type {readonly string[]} */
  static codes = ["wrong_key"];
}

/** What was served is not what the member made. */
export class TamperedError extends VerificationError {
  /** @type {readonly string[]} */
  static codes = [
    "tampered_content", "tampered_manifest", "tampered_wrap", "tampered_label", "tampered_statement",
    "tampered_rollback", "tampered_unlisted", "tampered_keyring", "tampered_key",
  ];
}

/** A pinned key is another now. */
export class KeyChangedError extends VerificationError {
  /** @type {readonly string[]} */
  static codes = ["key_changed"];
}

/** The log contradicts what was seen of it. */
export class LogError extends VerificationError {
  /** @type {readonly string[]} */
  static codes = ["log_fork", "log_truncated", "log_proof"];
}

/** Weaker than the floor. */
export class PolicyError extends VerificationError {
  /** @type {readonly string[]} */
  static codes = ["policy_kdf", "policy_password", "policy_key_size"];
}

/** No answer, or none that could be used. */
export class NetworkError extends TransportError {
  /** @type {readonly string[]} */
  static codes = ["network"];
}

/** Someone was faster; nothing was changed. */
export class ConflictError extends TransportError {
  /** @type {readonly string[]} */
  static codes = ["conflict"];
}

/** No room. */
export class QuotaError extends TransportError {
  /** @type {readonly string[]} */
  static codes = ["quota"];
}

const CLASSES = [
  FormatError, WrongKeyError, TamperedError, KeyChangedError, LogError, PolicyError,
  NetworkError, ConflictError, QuotaError,
];

/**
 * An error of the class that owns a code; a code outside the table becomes a plain CofferError.
 * @param {string} code
 * @param {string} message
 * @returns {CofferError}
 */
export function fromCode(code, message) {
  const owner = CLASSES.find((candidate) => candidate.codes.includes(code));
  return owner === undefined ? new CofferError(code, message) : new owner(code, message);
}

/**
 * An error as plain data for a worker boundary, where a structured clone would lose the class. The message of an
 * unexpected error stays behind: nobody has checked it for secrets.
 * @param {unknown} error
 * @returns {{code: string, detail: string}}
 */
export function toWire(error) {
  if (error instanceof CofferError) {
    return { code: error.code, detail: error.message };
  }
  return { code: "internal", detail: error instanceof Error ? error.name : "unknown" };
}

/**
 * The error that toWire took apart.
 * @param {{code: string, detail: string}} wire
 * @returns {CofferError}
 */
export function fromWire(wire) {
  return fromCode(wire.code, wire.detail);
}
