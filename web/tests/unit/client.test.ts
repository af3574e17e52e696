import { describe, expect, it } from 'vitest';
import { TrinoClient } from '../../src/trino/client.ts';
import { ConnectionError, isMissingTable, StatementError } from '../../src/trino/errors.ts';
import { ManualClock, settle } from './manual_clock.ts';

interface Call {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

type Reply = { status?: number; body?: string } | Error;

const COLUMNS = '"columns":[{"name":"n","type":"bigint"},{"name":"t","type":"timestamp(6)"}]';
const next = (token: number, more = ''): Reply => ({
  body: `{"id":"q1","nextUri":"http://elsewhere:1/v1/statement/executing/q1/y/${token}?maxWait=1s"${more}}`,
});

function setUp(replies: Reply[]) {
  const clock = new ManualClock();
  const calls: Call[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    const headers = init.headers as Record<string, string>;
    calls.push({ method: init.method ?? '', url, headers, body: init.body });
    if (init.method === 'DELETE') return Promise.resolve(new Response(null, { status: 204 }));
    const reply = replies.shift() ?? new Error('no reply left');
    if (reply instanceof Error) return Promise.reject(reply);
    return Promise.resolve(new Response(reply.body ?? '', { status: reply.status ?? 200 }));
  };
  const session = { user: 'u', source: 's', catalog: 'c', schema: 'd' };
  const client = new TrinoClient(session, fetch, clock, () => 0.5);
  const abort = new AbortController();
  return { clock, calls, abort, query: () => client.query('SELECT 1', abort.signal) };
}

describe('a statement', () => {
  it('is posted with its session, and followed on the own origin to the page without nextUri', async () => {
    const { clock, calls, query } = setUp([
      next(0),
      next(1, `,${COLUMNS}`),
      next(2, `,${COLUMNS},"data":[[9223372036854775807,"2024-01-01 00:00:00.123456"]]`),
      { body: `{"id":"q1",${COLUMNS},"data":[[1,null]]}` },
    ]);
    const answer = query();
    await clock.advance(1_000);
    expect((await answer).rows).toEqual([
      [9223372036854775807n, '2024-01-01 00:00:00.123456'],
      [1n, null],
    ]);
    expect(calls.map((call) => `${call.method} ${call.url}`)).toEqual([
      'POST /v1/statement',
      'GET /v1/statement/executing/q1/y/0?maxWait=1s',
      'GET /v1/statement/executing/q1/y/1?maxWait=1s',
      'GET /v1/statement/executing/q1/y/2?maxWait=1s',
    ]);
    expect(calls[0]?.body).toBe('SELECT 1');
    expect(calls[0]?.headers).toMatchObject({
      'X-Trino-User': 'u',
      'X-Trino-Catalog': 'c',
      'X-Trino-Schema': 'd',
      'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    });
  });

  it('that fails gives name, code and text, though the status is 200; nothing is cancelled', async () => {
    const { calls, query } = setUp([
      { body: '{"id":"q1","error":{"message":"no t","errorName":"TABLE_NOT_FOUND","errorType":"USER_ERROR","errorCode":46}}' },
    ]);
    const error = await query().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StatementError);
    expect(error).toMatchObject({ errorName: 'TABLE_NOT_FOUND', errorCode: 46, queryId: 'q1', message: 'no t' });
    expect(isMissingTable(error)).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('asks a busy page again, later each time, and gives up at last', async () => {
    const busy = { status: 503, body: 'busy' };
    const again = setUp([next(0), busy, busy, { body: `{"id":"q1",${COLUMNS}}` }]);
    const answer = again.query();
    await settle();
    expect(again.calls).toHaveLength(2);
    await again.clock.advance(74);
    expect(again.calls).toHaveLength(2);
    await again.clock.advance(1);
    expect(again.calls).toHaveLength(3);
    await again.clock.advance(150);
    expect((await answer).rows).toEqual([]);

    const never = setUp([next(0), busy, busy, busy, busy]);
    const failed = never.query().catch((thrown: unknown) => thrown);
    await never.clock.advance(10_000);
    expect(await failed).toMatchObject({ name: 'ConnectionError', status: 503 });
    expect(never.calls.at(-1)?.method).toBe('DELETE');
  });

  it('is cancelled by DELETE of the next page when it is aborted', async () => {
    const { calls, abort, query } = setUp([0, 1, 2, 3, 4].map((token) => next(token)));
    const answer = query();
    // The fifth page in a row without rows is followed by a pause.
    await settle();
    expect(calls).toHaveLength(5);
    abort.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', url: '/v1/statement/executing/q1/y/4?maxWait=1s' });
  });

  it.each([
    ['no connection', new TypeError('failed to fetch')],
    ['a page of something else', { body: '<html>' }],
    ['JSON of something else', { body: '[]' }],
    ['a refusal', { status: 401, body: 'who are you' }],
  ])('gives ConnectionError for %s', async (_, reply) => {
    await expect(setUp([reply]).query()).rejects.toBeInstanceOf(ConnectionError);
  });
});
