import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { demoStatus } from './control.js';
import { printDemo } from './print.js';

export async function run(call: Call): Promise<number> {
  printDemo(call, await demoStatus(call));
  call.out.say('  next    lading status   shows heights and agreement');
  return EXIT.ok;
}
