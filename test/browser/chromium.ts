import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';

type Json = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly message: string };
}

interface Evaluated<T> {
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  readonly result: { readonly value: T };
}

const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

/** A real Chromium with one page, driven over the DevTools protocol through pipes: no port is opened. */
export class Chromium {
  #nextId = 1;
  #session: string | undefined;
  readonly #waiting = new Map<number, (message: Message) => void>();
  /** Every URL that the page asked for. */
  readonly requested: string[] = [];
  readonly #loads: (() => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string
  ) {
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#take(JSON.parse(part) as Message);
    });
  }

  static async start(program: string): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), 'lading-chromium-'));
    // The sandbox of Chromium cannot be set up by root, as in containers; the page is our own.
    const isRoot = process.getuid?.() === 0;
    const args = [...FLAGS, ...(isRoot ? ['--no-sandbox'] : []), `--user-data-dir=${profile}`, 'about:blank'];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    const browser = new Chromium(child, profile);
    const { targetInfos } = (await browser.send('Target.getTargets')) as { targetInfos: { type: string; targetId: string }[] };
    const target = targetInfos.find(({ type }) => type === 'page');
    const attached = await browser.send('Target.attachToTarget', { targetId: target?.targetId, flatten: true });
    browser.#session = attached['sessionId'] as string;
    for (const domain of ['Page', 'Runtime', 'DOM', 'Network']) await browser.send(`${domain}.enable`);
    return browser;
  }

  send(method: string, params: Json = {}): Promise<Json> {
    const id = this.#nextId++;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  async open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#loads.push(resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** The value of `body`, a function's body over `input`, in the page; it may await. */
  async run<T>(body: string, input: unknown = null): Promise<T> {
    const expression = `(async (input) => { ${body} })(${JSON.stringify(input)})`;
    const answer = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const { exceptionDetails: fault, result } = answer as unknown as Evaluated<T>;
    if (fault !== undefined) throw new Error(fault.exception?.description ?? 'a fault in the page');
    return result.value;
  }

  /** Chooses a file in the page, as a person does. */
  async choose(selector: string, path: string): Promise<void> {
    const { root } = (await this.send('DOM.getDocument')) as { root: { nodeId: number } };
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    await this.send('DOM.setFileInputFiles', { nodeId, files: [path] });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #take(message: Message): void {
    if (message.id !== undefined) {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    } else if (message.method === 'Page.loadEventFired') {
      for (const resolve of this.#loads.splice(0)) resolve();
    } else if (message.method === 'Network.requestWillBeSent') {
      this.requested.push((message.params as { request: { url: string } }).request.url);
    }
  }
}
