import { describe, expect, it } from 'vitest';
import { OverviewModel } from '../../src/live/overview.ts';
import { type BoardRide, updateBoard } from '../../src/live/rides.ts';
import { readConfig, readSettings, writeSettings } from '../../src/live/settings.ts';
import { axisRange, mergeWindows } from '../../src/live/windows.ts';
import { formatAge } from '../../src/time/age.ts';
import type { Result } from '../../src/trino/client.ts';
import { ConnectionError, StatementError } from '../../src/trino/errors.ts';
import { City } from '../page/city.ts';
import { answer, Refusal } from '../page/statements.ts';
import { decodeValue } from '../../src/trino/values.ts';

const ride = (rideId: string, status: string, updatedAt: number) => ({ rideId, status, updatedAt });
const ids = (board: BoardRide[]) => board.map((one) => `${one.rideId}:${one.status[0] ?? ''}`).join(' ');

describe('ages', () => {
  it.each([
    [-5_000, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [80_000, '1 min 20 s'],
    [120_000, '2 min'],
    [11_100_000, '3 h 5 min'],
    [90_000_000, '1 d 1 h'],
    [583_000_000_000, '18 y 173 d'],
  ])('%d ms is %s', (ageMs, text) => {
    expect(formatAge(ageMs)).toBe(text);
  });
});

describe('the board of rides', () => {
  const update = (board: BoardRide[], rides: ReturnType<typeof ride>[], now: number) =>
    updateBoard(board, rides, now, 3, 100);

  it('keeps places, marks changes, and gives the place of an ended ride to the newest', () => {
    let board = update([], [ride('a', 'REQUESTED', 1), ride('b', 'REQUESTED', 2), ride('c', 'REQUESTED', 3)], 10);
    expect(ids(board)).toBe('c:R b:R a:R');
    expect(board[0]?.changedAt).toBe(0);
    board = update(board, [ride('b', 'COMPLETED', 5), ride('d', 'REQUESTED', 6), ride('e', 'REQUESTED', 7)], 20);
    expect(ids(board)).toBe('c:R b:C a:R');
    expect(board.map((one) => one.changedAt)).toEqual([0, 20, 0]);
    board = update(board, [ride('d', 'REQUESTED', 6), ride('e', 'REQUESTED', 7), ride('f', 'CANCELLED', 8)], 120);
    expect(ids(board)).toBe('c:R e:R a:R');
  });

  it('does not go back to an older state, nor take an ended ride for an ended one', () => {
    let board = update([], [ride('a', 'ACCEPTED', 5)], 10);
    board = update(board, [ride('a', 'REQUESTED', 1)], 20);
    expect(ids(board)).toBe('a:A');
    board = update(board, [ride('a', 'COMPLETED', 6), ride('b', 'ACCEPTED', 6), ride('c', 'ACCEPTED', 6)], 30);
    board = update(board, [ride('x', 'CANCELLED', 9)], 900);
    expect(ids(board)).toBe('a:C b:A c:A');
  });
});

describe('windows', () => {
  const window = (endsAt: number, surge = 1) => ({ endsAt, surge, demand: 1, supply: 1 });

  it('are put in by their end, newest value, oldest dropped', () => {
    const merged = mergeWindows([window(10), window(20), window(30)], [window(40), window(20, 2)], 25);
    expect(merged.map((one) => [one.endsAt, one.surge])).toEqual([[20, 2], [30, 1], [40, 1]]);
  });

  it('the axis moves with the clock near the data, and stays at data of the past', () => {
    expect(axisRange(100_000, 110_000, 60_000)).toEqual([50, 110]);
    expect(axisRange(100_000, 900_000, 60_000)).toEqual([40, 100]);
  });
});

describe('settings', () => {
  it('come from the address, then the server, then the usual names', () => {
    expect(readSettings('', readConfig(null))).toEqual({
      catalog: 'iceberg', schema: 'ride_hailing', intervalMs: 2_000, rangeMinutes: 30, paused: false,
    });
    const config = readConfig({ catalog: 'lake', schema: 7 });
    expect(readSettings('?schema=s&interval=1&range=120&paused=1', config)).toEqual({
      catalog: 'lake', schema: 's', intervalMs: 250, rangeMinutes: 120, paused: true,
    });
    expect(readSettings('?interval=x&range=11', config)).toMatchObject({ intervalMs: 2_000, rangeMinutes: 30 });
    expect(writeSettings('?schema=s&paused=1', { rangeMinutes: 10, paused: false })).toBe('?schema=s&range=10');
  });
});

describe('the overview', () => {
  function setUp(city: City) {
    const statements: string[] = [];
    let isAway = false;
    const query = (sql: string): Promise<Result> => {
      statements.push(sql);
      if (isAway) return Promise.reject(new ConnectionError('away'));
      try {
        const { columns, rows } = answer(city, sql);
        const decoded = rows.map((row) => row.map((json, i) => decodeValue(columns[i]?.type ?? '', json)));
        return Promise.resolve({ queryId: 'q', columns, rows: decoded });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { message, errorName, errorCode } = error;
        return Promise.reject(new StatementError({ message, errorName, errorCode, errorType: 'USER_ERROR' }, 'q'));
      }
    };
    const model = new OverviewModel(query, 'iceberg', 'ride_hailing', 600_000, () => city.now);
    const poll = async () => {
      statements.length = 0;
      await model.poll(new AbortController().signal);
      return model.overview;
    };
    return { model, poll, statements, leave: () => (isAway = true) };
  }

  it('reads every panel; a missing table concerns its panel, and is not asked for each time', async () => {
    const city = City.lively(1_700_000_000_000);
    const { poll, statements } = setUp(city);
    const overview = await poll();
    expect(overview.windows).toHaveLength(60);
    expect(overview.rides).toHaveLength(24);
    expect(overview.matchRate).toBeCloseTo(18 / 20);
    expect(overview.ridesUnderWay).toBe(14);
    expect(overview.watermark).toBe(city.watermark);
    expect(overview.panels.jobs.state).toBe('missing');
    expect(overview.panels.surge.state).toBe('ready');
    await poll();
    expect(statements.some((sql) => sql.includes('floe.jobs'))).toBe(false);
    expect(statements.find((sql) => sql.includes('surge'))).toContain(' WHERE window_end > TIMESTAMP');
  });

  it('asks for a longer range as a whole, and starts anew with a table that was made anew', async () => {
    const city = City.lively(1_700_000_000_000);
    const { model, poll } = setUp(city);
    await poll();
    model.setRange(1_200_000);
    expect((await poll()).windows).toHaveLength(120);
    city.windows.length = 0;
    city.rides.length = 0;
    expect((await poll()).windows).toEqual([]);
    expect((await poll()).rides).toEqual([]);
    city.windows.push({ windowEnd: 5_000, demand: 1, supply: 1, surge: 1 });
    expect((await poll()).windows).toHaveLength(1);
  });

  it('a lost connection fails the poll and keeps what is known', async () => {
    const { model, poll, leave } = setUp(City.lively(1_700_000_000_000));
    await poll();
    leave();
    await expect(poll()).rejects.toThrow('away');
    expect(model.overview.windows).toHaveLength(60);
  });
});
