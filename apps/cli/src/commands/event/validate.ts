import { parseCapture, type CaptureRejection } from '@lading/provenance';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { readInput } from '../../files/readInput.js';
import { shellWord } from '../../text/shell.js';
import { safeText } from '../../text/safe.js';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Layers L0–L2 of spec/provenance.md, as every node checks them; what the ledger's state decides is not known. */
export async function run(call: Call): Promise<number> {
  const name = call.arg(0);
  const bytes = await readInput(name);
  const file = BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  const parsed = parseCapture(file);
  const faults = parsed.ok ? [] : faultsOf(parsed);
  if (call.out.isJson) {
    call.out.json({ valid: parsed.ok, events: parsed.ok ? parsed.value.document.events.length : null, faults });
  } else if (parsed.ok) {
    const { events } = parsed.value.document;
    call.out.line(`✔ ${safeText(name)}: ${events.length} valid event${events.length === 1 ? '' : 's'}`);
    call.out.say('  – not checked: what the ledger knows, such as who holds an item');
    call.out.say(`  next    lading event submit ${shellWord(name)}`);
  } else {
    call.out.line(`✖ ${safeText(name)}: not valid`);
    for (const { pointer, code, detail } of faults)
      call.out.line(`  ${pointer === '' ? '(document)' : safeText(pointer)}  ${safeText(detail)}  ${code}`);
  }
  return parsed.ok ? EXIT.ok : EXIT.negative;
}

interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

function faultsOf(rejection: CaptureRejection): readonly Fault[] {
  if ('faults' in rejection)
    return rejection.faults.map(({ pointer, code, message }) => ({ pointer, code, detail: message }));
  return [{ pointer: rejection.pointer ?? '', code: rejection.code, detail: rejection.detail }];
}
