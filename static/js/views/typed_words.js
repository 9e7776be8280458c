// Comparing a recovery key typed back with the one shown: pure, so that it can be tested without a page.

/**
 * How far a typed key agrees. Case, numbering, punctuation and line breaks do not matter.
 * @param {readonly string[]} expected
 * @param {string} text
 * @returns {{right: number, wrong: number, complete: boolean}} `right` words agree from the start; `wrong` is the
 *   number (from 1) of the first word that differs, 0 for none; a last word still being typed is not wrong yet
 */
export function compareTyped(expected, text) {
  const typed = text.toLowerCase().normalize("NFKC").split(/[^\p{L}]+/u).filter((word) => word !== "");
  let right = 0;
  while (right < typed.length && typed[right] === expected[right]) {
    right += 1;
  }
  const unfinished = right === typed.length - 1 && /\p{L}$/u.test(text)
    && (expected[right] ?? "").startsWith(typed[right] ?? " ");
  const differs = right < typed.length && !unfinished;
  return { right, wrong: differs ? right + 1 : 0, complete: right === expected.length && typed.length === right };
}
