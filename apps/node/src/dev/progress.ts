import { performance } from 'node:perf_hooks';

const CLEAR_LINE = '\r\u001b[2K';

/** Prints one line a step: what is being done, then ✔ or ✖, what came of it, and the seconds it took. */
export class Progress {
  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }

  /** `title` while it runs; `describe` makes the sentence of the finished line. */
  async step<T>(title: string, run: (report: (note: string) => void) => Promise<T>, describe: (value: T) => string): Promise<T> {
    const started = performance.now();
    const show = (note: string): void => {
      if (this.out.isTTY) this.out.write(`${CLEAR_LINE} … ${title}${note === '' ? '' : `: ${note}`}`);
    };
    show('');
    try {
      const value = await run(show);
      this.#finish('✔', describe(value), started);
      return value;
    } catch (error) {
      this.#finish('✖', title, started);
      throw error;
    }
  }

  #finish(mark: string, text: string, started: number): void {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (this.out.isTTY) this.out.write(CLEAR_LINE);
    this.out.write(` ${mark} ${text.padEnd(66)} ${seconds.padStart(5)} s\n`);
  }
}
