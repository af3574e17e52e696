import { describe, expect, it } from 'vitest';
import { Poller, type PollerState } from '../../src/live/poller.ts';
import { backoffMs } from '../../src/time/clock.ts';
import { ManualClock, settle } from './manual_clock.ts';

function setUp() {
  const clock = new ManualClock();
  const polls: { signal: AbortSignal; end: () => void; fail: (error: Error) => void }[] = [];
  const states: PollerState[] = [];
  let running = 0;
  let most = 0;
  const poller = new Poller({
    clock,
    random: () => 1,
    task: (signal) => {
      most = Math.max(most, ++running);
      return new Promise<void>((resolve, reject) => {
        polls.push({ signal, end: resolve, fail: reject });
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }).finally(() => --running);
    },
    intervalMs: 2_000,
    timeoutMs: 20_000,
    backoff: { firstMs: 500, maxMs: 4_000 },
    onChange: (state) => states.push(state),
  });
  return { clock, polls, poller, states, most: () => most };
}

describe('the poller', () => {
  it('waits for a poll to end, however long, before the interval begins', async () => {
    const { clock, polls, poller, most } = setUp();
    poller.start();
    await clock.advance(15_000);
    expect(polls).toHaveLength(1);
    expect(poller.state.connection).toBe('connecting');
    polls[0]?.end();
    await clock.advance(1_999);
    expect(polls).toHaveLength(1);
    expect(poller.state).toMatchObject({ connection: 'live', answeredAt: 1_015_000 });
    await clock.advance(1);
    expect(polls).toHaveLength(2);
    expect(most()).toBe(1);
  });

  it('comes back later after each failure up to the maximum, and at the interval after a success', async () => {
    const { clock, polls, poller } = setUp();
    poller.start();
    for (const waitMs of [500, 1_000, 2_000, 4_000, 4_000]) {
      await settle();
      const count = polls.length;
      polls.at(-1)?.fail(new Error('away'));
      await clock.advance(waitMs - 1);
      expect(polls).toHaveLength(count);
      expect(poller.state).toMatchObject({ connection: 'reconnecting', problem: 'away' });
      await clock.advance(1);
      expect(polls).toHaveLength(count + 1);
    }
    polls.at(-1)?.end();
    await settle();
    expect(poller.state).toMatchObject({ connection: 'live', problem: null });
    expect(poller.state.nextAt).toBe(clock.now() + 2_000);
  });

  it('gives up a poll that takes too long, and says so', async () => {
    const { clock, polls, poller } = setUp();
    poller.start();
    await clock.advance(20_000);
    expect(polls[0]?.signal.aborted).toBe(true);
    expect(poller.state).toMatchObject({ connection: 'reconnecting', problem: 'no answer within 20 s' });
  });

  it('on hold cancels the poll and asks nothing; the last release asks at once', async () => {
    const { clock, polls, poller, most } = setUp();
    poller.start();
    await settle();
    poller.hold('reader');
    poller.hold('hidden');
    expect(polls[0]?.signal.aborted).toBe(true);
    await clock.advance(60_000);
    expect(polls).toHaveLength(1);
    expect(poller.state).toMatchObject({ connection: 'paused', problem: null, nextAt: null });
    poller.refresh();
    poller.release('hidden');
    await clock.advance(60_000);
    expect(polls).toHaveLength(1);
    poller.release('reader');
    await settle();
    expect(polls).toHaveLength(2);
    expect(most()).toBe(1);
  });

  it('refresh cuts a wait short, and does nothing during a poll', async () => {
    const { polls, poller } = setUp();
    poller.start();
    await settle();
    poller.refresh();
    await settle();
    expect(polls).toHaveLength(1);
    polls[0]?.fail(new Error('away'));
    await settle();
    poller.refresh();
    await settle();
    expect(polls).toHaveLength(2);
  });
});

describe('backoff', () => {
  it('doubles, is capped, and is drawn from the upper half', () => {
    const backoff = { firstMs: 100, maxMs: 1_000 };
    expect([1, 2, 3, 4, 5, 60].map((n) => backoffMs(n, backoff, () => 1))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect([1, 5].map((n) => backoffMs(n, backoff, () => 0))).toEqual([50, 500]);
  });
});
