import { ApiFault, type ProblemError } from '@lading/api';
import type { CaptureRejection } from '@lading/provenance';

const IN_LIST = /^((?:\/document)?\/epcisBody(?:\/queryResults\/resultsBody)?\/eventList\/)([0-9]+)/;

/**
 * A refused document as a problem with a pointer to every fault. `first`: index of the part's first event; `base`: pointer
 * of the document in what was read, which its sender does not know.
 */
export function invalidDocument(rejection: CaptureRejection, first = 0, base = ''): ApiFault {
  if (!('faults' in rejection)) {
    const pointer = rejection.pointer ?? '';
    const error = { pointer, code: rejection.code, detail: rejection.detail };
    return new ApiFault(rejection.code, `${pointer}: ${rejection.detail}`, { errors: [error] });
  }
  const errors: ProblemError[] = rejection.faults.map(({ pointer, code, message }) => ({
    pointer: sentPointer(pointer.startsWith(base) ? pointer.slice(base.length) : pointer, first),
    code,
    detail: message
  }));
  const [fault] = errors;
  const where = fault === undefined || fault.pointer === '' ? 'the document' : fault.pointer;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ApiFault(codeOf(fault?.code ?? ''), `${where}: ${fault?.detail ?? rejection.detail}${more}`, { errors });
}

const sentPointer = (pointer: string, first: number): string =>
  pointer.replace(IN_LIST, (_, list: string, index: string) => `${list}${Number(index) + first}`);

function codeOf(first: string): string {
  if (first === 'EVENT_LIMIT') return 'CAPTURE_LIMIT';
  return first.startsWith('JSON_') ? first : 'EPCIS_INVALID';
}
