// A server for the page's tests: Trino's protocol as it was recorded from a real one (a POST that
// never executes, two queued pages, columns before rows, an empty last page), over a City; and the
// built page, with the headers that the program sends with it.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { City } from './city.ts';
import { answer, type Answer, Refusal } from './statements.ts';

const DIST = join(import.meta.dirname, '../../dist');
const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
// The same as in src/server/page/page.h.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';" +
  " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Statement {
  sql: string;
  token: number;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      resolve(Buffer.concat(parts).toString());
    });
    request.on('error', reject);
  });
}

export class ScriptedServer {
  readonly city: City;
  /** Ids of the statements that a client cancelled. */
  readonly cancelled: string[] = [];
  /** Highest number of statements that were open at a time. */
  mostOpen = 0;
  /** While set, no statement goes beyond its queued pages. */
  stalls = false;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #statements = new Map<string, Statement>();
  #port = 0;
  #count = 0;

  constructor(city: City) {
    this.city = city;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Any free port the first time; the same one again after `kill`. */
  async start(port = this.#port): Promise<void> {
    const server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection and forgets every statement, as a killed process does. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    this.#statements.clear();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    if (path === '/v1/statement') {
      await this.#post(request, response);
    } else if (path.startsWith('/v1/statement/')) {
      await this.#page(path, request.method ?? '', response);
    } else {
      this.#file(path, response);
    }
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sql = await bodyOf(request);
    if (request.headers['x-trino-user'] === undefined) {
      response.writeHead(401).end('Basic authentication or X-Trino-User must be sent');
    } else if (sql === '') {
      response.writeHead(400).end('Error 400 Bad Request: SQL statement is empty');
    } else {
      const id = `20260101_000000_${String(this.#count++).padStart(5, '0')}_float`;
      this.#statements.set(id, { sql, token: 0 });
      this.mostOpen = Math.max(this.mostOpen, this.#statements.size);
      this.#send(response, id, { nextUri: this.#uri('queued', id, 1) });
    }
  }

  // The host is one that only a proxy would know: a client that follows it as it stands fails.
  #uri(kind: string, id: string, token: number): string {
    return `http://behind-a-proxy.invalid:8080/v1/statement/${kind}/${id}/y0123/${token}`;
  }

  async #page(path: string, method: string, response: ServerResponse): Promise<void> {
    const [, , , kind, id = '', , token] = path.split('/');
    const statement = this.#statements.get(id);
    if (statement === undefined) {
      response.writeHead(404).end('Error 404 Not Found: Query not found');
    } else if (method === 'DELETE') {
      this.#statements.delete(id);
      this.cancelled.push(id);
      response.writeHead(204).end();
    } else if (kind === 'queued') {
      if (this.stalls) await new Promise((resolve) => setTimeout(resolve, 100));
      const isReady = token === '2' && !this.stalls;
      this.#send(response, id, { nextUri: isReady ? this.#uri('executing', id, 0) : this.#uri('queued', id, 2) });
    } else {
      this.#execute(id, statement.sql, Number(token), response);
    }
  }

  #execute(id: string, sql: string, token: number, response: ServerResponse): void {
    let result: Answer;
    try {
      result = answer(this.city, sql);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#statements.delete(id);
      const { message, errorName, errorCode } = error;
      this.#send(response, id, { error: { message, errorCode, errorName, errorType: 'USER_ERROR' } });
      return;
    }
    const { columns, rows } = result;
    if (token === 0) {
      this.#send(response, id, { columns, nextUri: this.#uri('executing', id, 1) });
    } else if (token === 1) {
      this.#send(response, id, { columns, data: rows, nextUri: this.#uri('executing', id, 2) });
    } else {
      this.#statements.delete(id);
      this.#send(response, id, { columns });
    }
  }

  #send(response: ServerResponse, id: string, page: object): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const infoUri = `${this.url}/ui/query.html?${id}`;
    response.end(JSON.stringify({ id, infoUri, ...page, stats: { state: 'RUNNING' }, warnings: [] }));
  }

  #file(path: string, response: ServerResponse): void {
    const name = normalize(path === '/' ? '/index.html' : path);
    let body: Buffer;
    try {
      body = readFileSync(join(DIST, name));
    } catch {
      response.writeHead(404).end();
      return;
    }
    const type = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': POLICY });
    response.end(body);
  }
}
