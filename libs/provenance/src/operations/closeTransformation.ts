import { modeFor } from '../rules/ownProfile.js';
import { profilesOf } from '../state/profileRecord.js';
import { groupMasses, isTooMuch } from '../rules/R18.js';
import { change, refuse, type OperationScope, type Refusal } from './operationScope.js';

/** R17, R18: nothing more goes in or comes out, so what came out is compared with what went in. */
export function closeTransformation(scope: OperationScope, uri: string): Refusal {
  const group = scope.book.get(uri);
  if (group === null || group.status === 'UNKNOWN') return refuse('GROUP_UNKNOWN', uri);
  if (group.status === 'INACTIVE') return refuse('GROUP_CLOSED', uri);
  change(scope, uri, 'group', { ...group, status: 'INACTIVE' });
  const masses = groupMasses(group);
  if (masses === null || !isTooMuch(masses.input, masses.output, profilesOf(scope))) return null;
  if (modeFor(scope, 'MASS_BALANCE') === 'off') return null;
  const parameters = [masses.input.toString(), masses.output.toString()];
  scope.flags.push({ code: 'MASS_BALANCE', item: uri, parameters });
  return null;
}
