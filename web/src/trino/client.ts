// A client of Trino's REST protocol for a browser: one statement per call, pages followed to the
// end, nothing kept between calls.
//
// Rules of the protocol that are easy to miss: a failed statement answers 200 with an `error`; the
// end is the absence of `nextUri`, not a state; columns and rows may come on different pages; 429,
// 502, 503 and 504 mean "again later" for a page, whose last token may be asked for twice.
import { type Backoff, backoffMs, type Clock } from '../time/clock.ts';
import { ConnectionError, StatementError } from './errors.ts';
import { parseJson } from './json.ts';
import { type Column, decodeValue, type Value } from './values.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Session {
  user: string;
  source: string;
  catalog: string;
  schema: string;
}

export interface Result {
  queryId: string;
  columns: Column[];
  rows: Value[][];
}

interface Page {
  id: string;
  nextUri?: string;
  columns?: Column[];
  data?: unknown[][];
  error?: { message: string; errorName: string; errorType: string; errorCode: number };
}

const RETRIED = new Set([429, 502, 503, 504]);
const MAX_PAGE_ATTEMPTS = 4;
const PAGE_BACKOFF: Backoff = { firstMs: 100, maxMs: 2_000 };
// A statement has a few pages without rows before its first. A server that goes on to answer at once
// while the statement runs is not asked more often than this; the real one holds back its answer.
const USUAL_EMPTY_PAGES = 4;
const MIN_EMPTY_PAGE_MS = 50;
// More rows than the page ever asks for: a statement without LIMIT ends here, not in an empty heap.
const MAX_ROWS = 20_000;

function sessionHeaders(session: Session): Record<string, string> {
  return {
    'X-Trino-User': session.user,
    'X-Trino-Source': session.source,
    'X-Trino-Catalog': session.catalog,
    'X-Trino-Schema': session.schema,
    'X-Trino-Time-Zone': 'UTC',
    // Without it timestamps come rounded to milliseconds.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  };
}

// The server names itself in `nextUri` as it is seen from a proxy; the page stays on its own origin.
function ownAddress(uri: string): string {
  const { pathname, search } = new URL(uri, 'http://localhost');
  return pathname + search;
}

function asPage(body: unknown): Page {
  if (typeof body !== 'object' || body === null || typeof (body as Page).id !== 'string') {
    throw new ConnectionError('the server does not answer in the form of the Trino protocol');
  }
  return body as Page;
}

export class TrinoClient {
  readonly #session: Session;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #random: () => number;

  /** `random` gives [0, 1). */
  constructor(session: Session, fetch: Fetch, clock: Clock, random: () => number) {
    this.#session = session;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * All rows of `sql`. Throws StatementError, ConnectionError, or the signal's reason when it is
   * aborted; then the statement is cancelled on the server too.
   */
  async query(sql: string, signal: AbortSignal): Promise<Result> {
    const result: Result = { queryId: '', columns: [], rows: [] };
    let page = await this.#request('/v1/statement', 'POST', signal, sql);
    for (let emptyPages = 0; ; ) {
      this.#take(page, result);
      if (page.nextUri === undefined) return result;
      const next = ownAddress(page.nextUri);
      emptyPages = page.data === undefined ? emptyPages + 1 : 0;
      try {
        if (emptyPages > USUAL_EMPTY_PAGES) await this.#clock.sleep(MIN_EMPTY_PAGE_MS, signal);
        page = await this.#nextPage(next, signal);
        if (result.rows.length > MAX_ROWS) {
          throw new ConnectionError(`the statement has more than ${MAX_ROWS} rows`);
        }
      } catch (error) {
        this.#cancel(next);
        throw error;
      }
    }
  }

  #take(page: Page, result: Result): void {
    if (page.error !== undefined) throw new StatementError(page.error, page.id);
    result.queryId = page.id;
    if (page.columns !== undefined) {
      result.columns = page.columns.map(({ name, type }) => ({ name, type }));
    }
    for (const row of page.data ?? []) {
      result.rows.push(row.map((json, i) => decodeValue(result.columns[i]?.type ?? '', json)));
    }
  }

  async #nextPage(address: string, signal: AbortSignal): Promise<Page> {
    for (let attempt = 1; ; ++attempt) {
      try {
        return await this.#request(address, 'GET', signal);
      } catch (error) {
        const again = error instanceof ConnectionError && RETRIED.has(error.status);
        if (!again || attempt === MAX_PAGE_ATTEMPTS) throw error;
        await this.#clock.sleep(backoffMs(attempt, PAGE_BACKOFF, this.#random), signal);
      }
    }
  }

  async #request(address: string, method: string, signal: AbortSignal, body?: string): Promise<Page> {
    const init: RequestInit = { method, headers: sessionHeaders(this.#session), signal, cache: 'no-store' };
    if (body !== undefined) init.body = body;
    let text: string;
    let status: number;
    try {
      const response = await this.#fetch(address, init);
      status = response.status;
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      throw new ConnectionError(error instanceof Error ? error.message : String(error));
    }
    if (status !== 200) {
      throw new ConnectionError(`HTTP ${status}${text === '' ? '' : `: ${text.slice(0, 200)}`}`, status);
    }
    try {
      return asPage(parseJson(text));
    } catch (error) {
      if (error instanceof SyntaxError) throw new ConnectionError('the answer is not JSON', status);
      throw error;
    }
  }

  // Best effort: where it does not arrive, the server's own time limit ends the statement.
  #cancel(address: string): void {
    const init = { method: 'DELETE', headers: sessionHeaders(this.#session), keepalive: true };
    this.#fetch(address, init).catch(() => undefined);
  }
}
