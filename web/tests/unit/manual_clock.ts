import type { Clock } from '../../src/time/clock.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** Stands still until it is moved; wakes sleepers in order of their time. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  #sleepers: Sleeper[] = [];

  readonly now = (): number => this.#now;

  readonly sleep = (durationMs: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper: Sleeper = { at: this.#now + durationMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason as Error);
      });
    });

  async advance(durationMs: number): Promise<void> {
    const end = this.#now + durationMs;
    for (;;) {
      await settle();
      const next = this.#sleepers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#now = next.at;
      next.wake();
    }
    this.#now = end;
  }
}

/** Lets everything run that waits for no clock. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
