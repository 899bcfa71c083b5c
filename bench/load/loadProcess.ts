import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoadJob, LoadMessage, LoadResult } from './job.js';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'benchLoadProcess.mjs');

/** What is done when the window of a load begins and ends, e.g. reading processor times. */
export interface WindowEvents {
  begin?(): void;
  end?(): void;
}

/** A load in a process of its own. */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  private constructor(job: LoadJob) {
    this.#child = spawn(process.execPath, ['--max-old-space-size=8192', SCRIPT, JSON.stringify(job)], { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('a process without output');
    stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Resolves when all transactions are signed. */
  static async prepare(job: LoadJob): Promise<LoadProcess> {
    const load = new LoadProcess(job);
    const message = await load.#next();
    if (message.at !== 'ready') throw new Error(`a load process began with ${message.at}`);
    return load;
  }

  async #next(): Promise<LoadMessage> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the load process ended: ${this.#errors.slice(-2000)}`);
    return JSON.parse(value) as LoadMessage;
  }

  async run(events: WindowEvents = {}): Promise<LoadResult> {
    this.#child.stdin?.write('go\n');
    for (;;) {
      const message = await this.#next();
      if (message.at === 'begin') events.begin?.();
      else if (message.at === 'end') events.end?.();
      else if (message.at === 'result') return message.result;
    }
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
