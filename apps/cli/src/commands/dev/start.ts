import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { switchNode } from './control.js';
import { printDemo } from './print.js';

export async function run(call: Call): Promise<number> {
  printDemo(call, await switchNode(call, 'start'));
  call.out.say('It fetches the blocks that it missed and votes again.');
  call.out.say(`  undo    lading dev stop ${call.arg(0)}`);
  call.out.say('  next    lading status');
  return EXIT.ok;
}
