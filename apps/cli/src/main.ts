import { EXIT } from './exitCodes.js';
import { runProgram } from './program.js';

// A reader that closes early (`lading event list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
process.exitCode = await runProgram(process.argv.slice(2));
