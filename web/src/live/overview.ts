// What the overview shows, and how it is asked for. Each poll asks every panel's statement; one that
// the server refuses concerns its panel only, a lost connection all of them.
import type { Result } from '../trino/client.ts';
import { isMissingTable, StatementError } from '../trino/errors.ts';
import {
  parseTimestamp,
  quotedName,
  stringLiteral,
  timestampLiteral,
  toNumber,
  toText,
  type Value,
} from '../trino/values.ts';
import { type BoardRide, hasEnded, type Ride, updateBoard } from './rides.ts';
import { mergeWindows, type SurgeWindow } from './windows.ts';

export type PanelName = 'surge' | 'rides' | 'matching' | 'drivers' | 'watermarks' | 'jobs';

export interface Panel {
  state: 'loading' | 'ready' | 'missing' | 'failed';
  /** Why it is `missing` or `failed`. */
  problem: string | null;
}

export interface Job {
  name: string;
  state: string;
}

export interface Overview {
  panels: Record<PanelName, Panel>;
  windows: SurgeWindow[];
  rides: BoardRide[];
  /** Of the rides of the last minutes whose outcome is known, those that found a driver: 0 to 1. */
  matchRate: number | null;
  /** Rides that have a driver and have not ended: so many drivers are with one. */
  ridesUnderWay: number | null;
  /** The earliest watermark of all that the server reports. */
  watermark: number | null;
  jobs: Job[];
}

export type Query = (sql: string, signal: AbortSignal) => Promise<Result>;

const LOADING: Panel = { state: 'loading', problem: null };

export const EMPTY_OVERVIEW: Overview = {
  panels: {
    surge: LOADING,
    rides: LOADING,
    matching: LOADING,
    drivers: LOADING,
    watermarks: LOADING,
    jobs: LOADING,
  },
  windows: [],
  rides: [],
  matchRate: null,
  ridesUnderWay: null,
  watermark: null,
  jobs: [],
};

export const BOARD_PLACES = 24;
/** The match rate looks this far back, in the time of the events. */
export const LOOK_BACK_MINUTES = 10;
// A ride that was accepted longer ago has ended, though nothing says so.
const LONGEST_RIDE_MINUTES = 60;
const ENDED_RIDE_STAYS_MS = 15_000;
// A window may be committed some time after a later one.
const LATE_WINDOW_MS = 120_000;
const MAX_WINDOWS = 2_000;
// A table that is not there is asked for again after so many polls.
const POLLS_BETWEEN_TRIES = 15;

type Row = Record<string, Value | undefined>;

function toRows(result: Result): Row[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map(({ name }, i) => [name.toLowerCase(), row[i]])),
  );
}

function toWindow(row: Row): SurgeWindow[] {
  const endsAt = parseTimestamp(row['window_end']);
  if (endsAt === null) return [];
  const surge = toNumber(row['surge_multiplier']);
  return [{ endsAt, surge, demand: toNumber(row['demand_count']), supply: toNumber(row['supply_count']) }];
}

function toRide(row: Row): Ride[] {
  const rideId = toText(row['ride_id']);
  const updatedAt = parseTimestamp(row['updated_at']);
  if (rideId === null || updatedAt === null) return [];
  return [{ rideId, status: toText(row['status']) ?? 'UNKNOWN', updatedAt }];
}

function matchRateOf(rows: readonly Row[]): number | null {
  const counts = new Map(rows.map((row) => [toText(row['status']), toNumber(row['rides']) ?? 0]));
  const matched = (counts.get('ACCEPTED') ?? 0) + (counts.get('COMPLETED') ?? 0);
  const decided = matched + (counts.get('CANCELLED') ?? 0);
  return decided === 0 ? null : matched / decided;
}

/** The overview of one schema, as of its last poll. */
export class OverviewModel {
  readonly #query: Query;
  readonly #table: (name: string) => string;
  readonly #now: () => number;
  #rangeMs: number;
  // The range of which all windows have been asked for.
  #loadedRangeMs = 0;
  #overview = EMPTY_OVERVIEW;
  // The newest change of a ride; null until one is known and after the table came back empty.
  #newestRide: number | null = null;
  readonly #skipPolls = new Map<PanelName, number>();

  constructor(query: Query, catalog: string, schema: string, rangeMs: number, now: () => number) {
    this.#query = query;
    this.#table = (name) => quotedName(catalog, schema, name);
    this.#rangeMs = rangeMs;
    this.#now = now;
  }

  get overview(): Overview {
    return this.#overview;
  }

  /** The next poll asks for all windows of the new range. */
  setRange(rangeMs: number): void {
    this.#rangeMs = rangeMs;
  }

  /** Rejects when there is no answer to one of the statements; what others have brought is kept. */
  async poll(signal: AbortSignal): Promise<void> {
    const engine = [
      this.#panel('watermarks', () => this.#pollWatermarks(signal)),
      this.#panel('jobs', () => this.#pollJobs(signal)),
    ];
    const tables = [
      this.#panel('surge', () => this.#pollWindows(signal)),
      this.#panel('rides', () => this.#pollRides(signal)).then(() =>
        Promise.all([
          this.#panel('matching', () => this.#pollMatching(signal)),
          this.#panel('drivers', () => this.#pollDrivers(signal)),
        ]),
      ),
    ];
    const ended = await Promise.allSettled([...engine, ...tables]);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  async #panel(name: PanelName, poll: () => Promise<void>): Promise<void> {
    const skip = this.#skipPolls.get(name) ?? 0;
    if (skip > 0) {
      this.#skipPolls.set(name, skip - 1);
      return;
    }
    try {
      await poll();
      this.#setPanel(name, { state: 'ready', problem: null });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const missing = isMissingTable(error);
      const problem = missing ? error.message : `${error.errorName}: ${error.message}`;
      this.#setPanel(name, { state: missing ? 'missing' : 'failed', problem });
      // Tables of the engine come with the server, so they are worth a rare look only.
      if (name === 'watermarks' || name === 'jobs') this.#skipPolls.set(name, POLLS_BETWEEN_TRIES);
    }
  }

  #setPanel(name: PanelName, panel: Panel): void {
    this.#change({ panels: { ...this.#overview.panels, [name]: panel } });
  }

  #change(change: Partial<Overview>): void {
    this.#overview = { ...this.#overview, ...change };
  }

  async #rows(sql: string, signal: AbortSignal): Promise<Row[]> {
    return toRows(await this.#query(sql, signal));
  }

  async #pollWindows(signal: AbortSignal): Promise<void> {
    const rangeMs = this.#rangeMs;
    const newest = this.#loadedRangeMs < rangeMs ? undefined : this.#overview.windows.at(-1)?.endsAt;
    // The bound lets the server leave older files unread.
    const bound = newest === undefined ? '' : ` WHERE window_end > ${timestampLiteral(newest - LATE_WINDOW_MS)}`;
    const rows = await this.#rows(
      'SELECT window_end, demand_count, supply_count, surge_multiplier' +
        ` FROM ${this.#table('iceberg_surge_pricing')}${bound}` +
        ` ORDER BY window_end DESC LIMIT ${MAX_WINDOWS}`,
      signal,
    );
    const news = rows.flatMap(toWindow);
    // Not even the known ones are there: the table was made anew.
    const known = newest !== undefined && news.length === 0 ? [] : this.#overview.windows;
    this.#loadedRangeMs = known.length + news.length === 0 ? 0 : rangeMs;
    this.#change({ windows: mergeWindows(known, news, rangeMs) });
  }

  async #pollRides(signal: AbortSignal): Promise<void> {
    const columns = `SELECT ride_id, status, updated_at FROM ${this.#table('ride_states')}`;
    const bound = this.#sinceNewest(1);
    const newestFirst = `${columns}${bound} ORDER BY updated_at DESC LIMIT ${BOARD_PLACES}`;
    const followed = this.#overview.rides.filter((ride) => !hasEnded(ride));
    const ids = followed.map((ride) => stringLiteral(ride.rideId)).join(', ');
    const [newest, changed] = await Promise.all([
      this.#rows(newestFirst, signal),
      ids === '' ? [] : this.#rows(`${columns} WHERE ride_id IN (${ids})`, signal),
    ]);
    const rides = [...newest, ...changed].flatMap(toRide);
    const isGone = bound !== '' && rides.length === 0;
    const board = isGone ? [] : this.#overview.rides;
    this.#newestRide = rides.length === 0 ? null : Math.max(...rides.map((ride) => ride.updatedAt));
    this.#change({ rides: updateBoard(board, rides, this.#now(), BOARD_PLACES, ENDED_RIDE_STAYS_MS) });
  }

  #sinceNewest(minutes: number): string {
    if (this.#newestRide === null) return '';
    return ` WHERE updated_at > ${timestampLiteral(this.#newestRide - minutes * 60_000)}`;
  }

  async #pollMatching(signal: AbortSignal): Promise<void> {
    const rows = await this.#rows(
      `SELECT status, count(*) AS rides FROM ${this.#table('ride_states')}` +
        `${this.#sinceNewest(LOOK_BACK_MINUTES)} GROUP BY status`,
      signal,
    );
    this.#change({ matchRate: matchRateOf(rows) });
  }

  async #pollDrivers(signal: AbortSignal): Promise<void> {
    const since = this.#sinceNewest(LONGEST_RIDE_MINUTES);
    const rows = await this.#rows(
      `SELECT count(*) AS rides FROM ${this.#table('ride_states')}` +
        `${since}${since === '' ? ' WHERE' : ' AND'} status = 'ACCEPTED'`,
      signal,
    );
    this.#change({ ridesUnderWay: toNumber(rows[0]?.['rides']) });
  }

  async #pollWatermarks(signal: AbortSignal): Promise<void> {
    const rows = await this.#rows('SELECT * FROM system.floe.watermarks', signal);
    const times = rows.map((row) => parseTimestamp(row['watermark'])).filter((at) => at !== null);
    this.#change({ watermark: times.length === 0 ? null : Math.min(...times) });
  }

  async #pollJobs(signal: AbortSignal): Promise<void> {
    const rows = await this.#rows('SELECT * FROM system.floe.jobs', signal);
    const jobs = rows.flatMap((row) => {
      const name = toText(row['name']) ?? toText(row['job_name']) ?? toText(row['job_id']);
      return name === null ? [] : [{ name, state: toText(row['state']) ?? 'UNKNOWN' }];
    });
    this.#change({ jobs });
  }
}
