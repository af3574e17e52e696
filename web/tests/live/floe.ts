// A real Floe for the page's tests: the example's project in a directory of its own, on a free port
// that it keeps when it is killed and started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '../../../examples/ride_hailing');
const START_TIMEOUT_MS = 30_000;
const HISTORY_TAKES_MS = 8_000;

/** The program of FLOE_BIN_DIR. */
function program(): string {
  const directory = process.env['FLOE_BIN_DIR'];
  if (directory === undefined || directory === '') {
    throw new Error('FLOE_BIN_DIR does not say where the program is: run `make test-web`');
  }
  return join(directory, 'floe');
}

function replaced(text: string, old: string, by: string): string {
  if (!text.includes(old)) throw new Error(`the example has no ${old} any more`);
  return text.replaceAll(old, by);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

export class Floe {
  readonly url: string;
  readonly #port: number;
  readonly #directory: string;
  #process: ChildProcess | null = null;
  #simulator: ChildProcess | null = null;
  #stderr = '';

  private constructor(port: number, directory: string) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#directory = directory;
  }

  /** The example at the pace of a test: a window of 6 s each second, an epoch each half second. */
  static async quick(): Promise<Floe> {
    const floe = new Floe(await freePort(), mkdtempSync(join(tmpdir(), 'floe-page-')));
    let job = readFileSync(join(EXAMPLE, 'job.sql'), 'utf8');
    job = replaced(job, "'execution.checkpointing.interval' = '10 s'", "'execution.checkpointing.interval' = '500 ms'");
    job = replaced(job, "INTERVAL '10' SECOND, INTERVAL '60' SECOND", "INTERVAL '1' SECOND, INTERVAL '6' SECOND");
    const project = replaced(readFileSync(join(EXAMPLE, 'floe.yaml'), 'utf8'), 'rides-per-second: 1', 'rides-per-second: 5');
    floe.#write(job, project);
    return floe;
  }

  /** The example's job over a city of its own, larger one; see `liveCity`. */
  static async demo(): Promise<Floe> {
    const floe = new Floe(await freePort(), mkdtempSync(join(tmpdir(), 'floe-page-')));
    const project = readFileSync(join(EXAMPLE, 'floe.yaml'), 'utf8');
    floe.#write(readFileSync(join(EXAMPLE, 'job.sql'), 'utf8'), project.replace(/^simulate:\n( .*\n)*/m, ''));
    return floe;
  }

  /** Puts a city's last `minutes` into the topics at once, and goes on with it as time goes. */
  async liveCity(minutes: number): Promise<void> {
    // What the hour takes to be made has passed when it is there.
    const start = new Date(Date.now() - minutes * 60_000 + HISTORY_TAKES_MS).toISOString();
    const city = [
      ...['simulate', '--data-dir', this.#data, '--start-time', start.slice(0, 19).replace('T', ' ')],
      ...['--drivers', '1800', '--driver-events-per-second', '400', '--rides-per-second', '1'],
    ];
    await new Promise<void>((resolve, reject) => {
      const history = spawn(program(), [...city, '--duration', `${minutes} min`, '--speed', 'max'], { stdio: 'ignore' });
      history.once('error', reject);
      history.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`floe simulate: ${String(code)}`));
      });
    });
    this.#simulator = spawn(program(), [...city, '--speed', '1'], { stdio: 'ignore' });
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('Floe does not run');
    return pid;
  }

  get #data(): string {
    return join(this.#directory, 'data');
  }

  /** Starts it on the data that is there; done when its jobs run. */
  async start(): Promise<void> {
    this.#stderr = '';
    const started = spawn(
      program(),
      ['up', this.#directory, '--http-port', String(this.#port), '--data-dir', this.#data],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = started;
    started.stderr.on('data', (part: Buffer) => (this.#stderr += part.toString()));
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => () => {
        reject(new Error(`${why}: ${this.#stderr}`));
      };
      const timer = setTimeout(fail('Floe does not start'), START_TIMEOUT_MS);
      started.once('exit', fail('Floe has ended'));
      started.once('error', fail('Floe cannot be started'));
      started.stderr.on('data', () => {
        if (!this.#stderr.includes('ready after')) return;
        clearTimeout(timer);
        started.removeAllListeners('exit');
        resolve();
      });
    });
  }

  /** Ends it without a chance to say anything. */
  async kill(): Promise<void> {
    const ended = this.#process;
    this.#process = null;
    if (ended?.exitCode !== null) return;
    const gone = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    this.#simulator?.kill('SIGKILL');
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #write(job: string, project: string): void {
    writeFileSync(join(this.#directory, 'job.sql'), job);
    writeFileSync(join(this.#directory, 'floe.yaml'), project);
  }
}
