import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { switchNode } from './control.js';
import { printDemo } from './print.js';

export async function run(call: Call): Promise<number> {
  const status = await switchNode(call, 'stop');
  printDemo(call, status);
  const { organizations } = status;
  const running = organizations.filter((one) => one.running).length;
  const n = organizations.length;
  // ⌈(n+f+1)/2⌉ with f = ⌊(n−1)/3⌋, as spec/consensus.md §1 has it.
  const needed = Math.ceil((n + Math.floor((n - 1) / 3) + 1) / 2);
  call.out.say(
    running >= needed
      ? `${running} of ${n} run, ${needed} are needed: blocks continue.`
      : `${running} of ${n} run, ${needed} are needed: the network waits. Nothing is lost.`
  );
  call.out.say(`  undo    lading dev start ${call.arg(0)}`);
  call.out.say('  next    lading status');
  return EXIT.ok;
}
