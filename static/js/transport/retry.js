// Tries again, later and later, what failed for a reason that may pass; pure but for the wait.

import { CofferError } from "../core/errors.js";

/** Codes of a wire or a server in trouble; every other code would be the same the next time. */
const PASSING = ["network", "server_error", "unavailable", "throttled"];
const FIRST = 500;
const LONGEST = 15_000;
const ATTEMPTS = 8;

/**
 * @template Result
 * @param {() => Promise<Result>} operation safe to repeat
 * @param {AbortSignal} signal ends the waiting
 * @param {(milliseconds: number, signal: AbortSignal) => Promise<void>} [wait]
 * @returns {Promise<Result>}
 * @throws {CofferError} the last failure, after about a minute; or the first that will not pass
 */
export async function retry(operation, signal, wait = pause) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof CofferError) || !PASSING.includes(error.code)) {
        throw error;
      }
    }
    // Jitter, so that clients of a server that came back do not all return in the same instant.
    await wait(Math.min(LONGEST, FIRST * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2), signal);
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 * @throws {CofferError} `cancelled`
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new CofferError("cancelled", "cancelled while waiting"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) {
      stop();
    } else {
      signal.addEventListener("abort", stop, { once: true });
    }
  });
}
