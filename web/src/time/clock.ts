// The world's time and chance as a value, so that a test can hold both still.

export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Resolves after `durationMs`; rejects with the signal's reason when that is aborted first. */
  sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve, reject) => {
      const fail = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', fail);
        resolve();
      }, durationMs);
      if (signal.aborted) fail();
      else signal.addEventListener('abort', fail, { once: true });
    }),
};

export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/**
 * How long to wait before attempt `failures` + 1: doubled for each failure up to the maximum, then
 * drawn from its upper half, so that many pages do not come back in the same moment. `random` gives
 * [0, 1).
 */
export function backoffMs(failures: number, backoff: Backoff, random: () => number): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (0.5 + 0.5 * random()));
}
