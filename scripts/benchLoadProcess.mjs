// A process that loads a network, started by `npm run bench` and `npm run bench:load`; its argument is a job (bench/load/job.ts).
import './typescript.mjs';

const { loadMain } = await import('../bench/load/main.ts');
await loadMain(process.argv[2] ?? '');
