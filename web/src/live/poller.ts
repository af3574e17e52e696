// When to ask: one poll at a time, a pause between two, longer ones while the server is away, none
// while paused or while nobody looks.
import { type Backoff, backoffMs, type Clock } from '../time/clock.ts';

export type Connection =
  | 'connecting' // no poll has ended yet
  | 'live'
  | 'reconnecting' // the last poll failed; the next comes by itself
  | 'paused'; // asked for, or the page is not visible

export interface PollerState {
  connection: Connection;
  /** When the last successful poll ended. */
  answeredAt: number | null;
  /** Why the last poll failed; null after a success. */
  problem: string | null;
  /** When the next poll starts; null while one is under way or none will. */
  nextAt: number | null;
}

export interface PollerOptions {
  clock: Clock;
  /** Gives [0, 1). */
  random: () => number;
  /** One poll. A rejection is a failure of the connection; an abort means that it is not wanted. */
  task: (signal: AbortSignal) => Promise<void>;
  /** From the end of a successful poll to the start of the next. */
  intervalMs: number;
  /** A poll that takes longer is given up and counts as failed. */
  timeoutMs: number;
  backoff: Backoff;
  onChange: (state: PollerState) => void;
}

const NOT_WANTED = new DOMException('the poll is not wanted any more', 'AbortError');

// In a call, since the compiler takes it for constant across an await.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

export class Poller {
  readonly #options: PollerOptions;
  readonly #holds = new Set<string>();
  #state: PollerState = { connection: 'connecting', answeredAt: null, problem: null, nextAt: null };
  #failures = 0;
  // The running sequence of polls and waits; aborted and replaced, never two.
  #run: AbortController | null = null;
  #settled: Promise<void> = Promise.resolve();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  get state(): PollerState {
    return this.#state;
  }

  start(): void {
    if (this.#holds.size === 0) this.#restart();
  }

  /** Asks now, whatever the interval or backoff; while a poll is under way, or on hold, nothing. */
  refresh(): void {
    if (this.#holds.size === 0 && this.#state.nextAt !== null) this.#restart();
  }

  /** Stops polling for `reason` and cancels what is under way. */
  hold(reason: string): void {
    this.#holds.add(reason);
    this.#run?.abort(NOT_WANTED);
    this.#run = null;
    this.#change({ connection: 'paused', nextAt: null });
  }

  /** Takes `reason` back; polls at once when no other is left. */
  release(reason: string): void {
    if (!this.#holds.delete(reason) || this.#holds.size > 0) return;
    this.#change({ connection: this.#connection() });
    this.#restart();
  }

  /** Ends for good. */
  stop(): void {
    this.#run?.abort(NOT_WANTED);
    this.#run = null;
  }

  #connection(): Connection {
    if (this.#state.problem !== null) return 'reconnecting';
    return this.#state.answeredAt === null ? 'connecting' : 'live';
  }

  #change(change: Partial<PollerState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange(this.#state);
  }

  #restart(): void {
    this.#run?.abort(NOT_WANTED);
    const run = new AbortController();
    this.#run = run;
    // An aborted poll may need a moment to end; the new one waits for it.
    this.#settled = this.#settled.then(() => this.#loop(run.signal));
  }

  async #loop(signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = await this.#poll(signal);
      if (waitMs === null) return;
      this.#change({ connection: this.#connection(), nextAt: this.#options.clock.now() + waitMs });
      try {
        await this.#options.clock.sleep(waitMs, signal);
      } catch {
        return;
      }
    }
  }

  // Polls once; gives how long to wait then, or null where it is not wanted any more.
  async #poll(signal: AbortSignal): Promise<number | null> {
    if (signal.aborted) return null;
    const { clock, task, timeoutMs, intervalMs, backoff, random } = this.#options;
    const poll = new AbortController();
    const giveUp = (): void => {
      poll.abort(NOT_WANTED);
    };
    signal.addEventListener('abort', giveUp);
    clock.sleep(timeoutMs, poll.signal).then(
      () => {
        poll.abort(new Error(`no answer within ${timeoutMs / 1000} s`));
      },
      () => undefined,
    );
    this.#change({ nextAt: null });
    try {
      await task(poll.signal);
      if (isAborted(signal)) return null;
      this.#failures = 0;
      this.#change({ answeredAt: clock.now(), problem: null });
      return intervalMs;
    } catch (error) {
      if (isAborted(signal)) return null;
      this.#failures += 1;
      this.#change({ problem: error instanceof Error ? error.message : String(error) });
      return backoffMs(this.#failures, backoff, random);
    } finally {
      signal.removeEventListener('abort', giveUp);
      giveUp();
    }
  }
}
