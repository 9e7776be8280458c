// Says `change` at once, then at most ten times a second: a page draws no faster than a person reads.

const INTERVAL = 100;

/**
 * @param {() => void} tell
 * @returns {() => void} call it after every change; the last one is always told
 */
export function throttle(tell) {
  let waiting = false;
  let resting = false;
  const rest = () => {
    resting = true;
    setTimeout(() => {
      resting = false;
      if (waiting) {
        waiting = false;
        rest();
        tell();
      }
    }, INTERVAL);
  };
  return () => {
    if (resting) {
      waiting = true;
    } else {
      rest();
      tell();
    }
  };
}
