import { useEffect, useState, useSyncExternalStore } from 'react';
import { EMPTY_OVERVIEW, type Overview, OverviewModel } from '../live/overview.ts';
import { Poller, type PollerState } from '../live/poller.ts';
import type { Settings } from '../live/settings.ts';
import { systemClock } from '../time/clock.ts';
import { TrinoClient } from '../trino/client.ts';

const POLL_TIMEOUT_MS = 20_000;
const BACKOFF = { firstMs: 500, maxMs: 15_000 };

export interface LiveState {
  connection: PollerState;
  overview: Overview;
}

/** Model, client and poller of one page; React sees their state as one immutable value. */
export class Live {
  readonly #model: OverviewModel;
  readonly #poller: Poller;
  readonly #listeners = new Set<() => void>();
  #state: LiveState;

  constructor(settings: Settings) {
    const { catalog, schema, intervalMs, rangeMinutes, paused } = settings;
    const session = { user: 'floe-page', source: 'floe-page', catalog, schema };
    const random = (): number => Math.random();
    const client = new TrinoClient(session, (url, init) => fetch(url, init), systemClock, random);
    const query = (sql: string, signal: AbortSignal) => client.query(sql, signal);
    this.#model = new OverviewModel(query, catalog, schema, rangeMinutes * 60_000, systemClock.now);
    this.#poller = new Poller({
      clock: systemClock,
      random,
      task: (signal) => this.#model.poll(signal),
      intervalMs,
      timeoutMs: POLL_TIMEOUT_MS,
      backoff: BACKOFF,
      onChange: (connection) => {
        this.#publish({ connection, overview: this.#model.overview });
      },
    });
    this.#state = { connection: this.#poller.state, overview: EMPTY_OVERVIEW };
    if (paused) this.#poller.hold('reader');
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): LiveState => this.#state;

  start(): void {
    this.#poller.start();
  }

  stop(): void {
    this.#poller.stop();
  }

  refresh(): void {
    this.#poller.refresh();
  }

  /** The reader's choice; it and the page's visibility are independent. */
  setPaused(paused: boolean): void {
    if (paused) this.#poller.hold('reader');
    else this.#poller.release('reader');
  }

  setVisible(visible: boolean): void {
    if (visible) this.#poller.release('hidden');
    else this.#poller.hold('hidden');
  }

  setRange(rangeMinutes: number): void {
    this.#model.setRange(rangeMinutes * 60_000);
    this.#poller.refresh();
  }

  #publish(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export function useLive(settings: Settings): [Live, LiveState] {
  const [live] = useState(() => new Live(settings));
  const state = useSyncExternalStore(live.subscribe, live.state);
  useEffect(() => {
    const followVisibility = (): void => {
      live.setVisible(document.visibilityState === 'visible');
    };
    document.addEventListener('visibilitychange', followVisibility);
    live.start();
    followVisibility();
    return () => {
      document.removeEventListener('visibilitychange', followVisibility);
      live.stop();
    };
  }, [live]);
  return [live, state];
}

/** The time, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(systemClock.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(systemClock.now());
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
