// The process of the benchmark's baseline without consensus: node scripts/benchInsertServer.mjs FOLDER DATABASE_URL
import './typescript.mjs';

const { insertServerMain } = await import('../bench/baseline/insertServer.ts');
await insertServerMain(process.argv[2] ?? '', process.argv[3] ?? '');
