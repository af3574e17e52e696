// The windows of the surge table as the page keeps them: by time, the newest range of them.

export interface SurgeWindow {
  endsAt: number;
  surge: number | null;
  demand: number | null;
  supply: number | null;
}

/**
 * `known` with `news` put in, a window with the same end replaced; what is more than `rangeMs` older
 * than the newest end is dropped. Both in ascending or any order; the result ascends.
 */
export function mergeWindows(
  known: readonly SurgeWindow[],
  news: readonly SurgeWindow[],
  rangeMs: number,
): SurgeWindow[] {
  const byEnd = new Map<number, SurgeWindow>();
  for (const window of known) byEnd.set(window.endsAt, window);
  for (const window of news) byEnd.set(window.endsAt, window);
  const all = [...byEnd.values()].sort((a, b) => a.endsAt - b.endsAt);
  const newest = all.at(-1)?.endsAt ?? 0;
  return all.filter((window) => window.endsAt > newest - rangeMs);
}

export interface Columns {
  /** Seconds since 1970. */
  at: number[];
  surge: (number | null)[];
  demand: (number | null)[];
  supply: (number | null)[];
}

export function toColumns(windows: readonly SurgeWindow[]): Columns {
  return {
    at: windows.map((window) => window.endsAt / 1000),
    surge: windows.map((window) => window.surge),
    demand: windows.map((window) => window.demand),
    supply: windows.map((window) => window.supply),
  };
}

/** What the time axis shows: it moves with the clock while data comes, and stays at data of the past. */
export function axisRange(newestEnd: number, now: number, rangeMs: number): [from: number, to: number] {
  const age = now - newestEnd;
  const to = age >= 0 && age < rangeMs / 2 ? now : newestEnd;
  return [(to - rangeMs) / 1000, to / 1000];
}
