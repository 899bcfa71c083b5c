import { ITEM_URI_LIMIT } from '../identifiers/canonicalItem.js';
import type { Faults } from './faults.js';
import type { EpcisEvent } from './model.js';

/** Rules that the text of EPCIS 2.0 states and its JSON schema does not enforce (layer L2). */
export function checkTextRules(event: EpcisEvent, pointer: string, faults: Faults): void {
  if (event.type === 'AggregationEvent' && event.parent === null && event.action !== 'OBSERVE') {
    // EPCIS 2.0 §7.4.3: parentID may be left out only when action is OBSERVE.
    const message = `an AggregationEvent with action ${event.action} needs parentID`;
    faults.add(`${pointer}/parentID`, 'FIELD_MISSING', message);
  }
  if (event.transformationID.length > ITEM_URI_LIMIT) {
    faults.add(`${pointer}/transformationID`, 'ID_SYNTAX', `longer than ${ITEM_URI_LIMIT} characters`);
  }
  const declaration = event.errorDeclaration;
  if (declaration !== null && declaration.reason === 'did_not_occur' && declaration.correctiveEventIDs.length > 0) {
    // CBV 2.0 §7.5: an event that did not occur has nothing that corrects it.
    const at = `${pointer}/errorDeclaration/correctiveEventIDs`;
    faults.add(at, 'TEXT_RULE', 'did_not_occur carries no corrective events');
  }
}

const locations = (list: EpcisEvent['sources']): number => list.filter(({ type }) => type === 'location').length;

/** Items that the event names, each mention counted: what {@link namedItems} lists, but for the group. */
export const countItems = (event: EpcisEvent): number =>
  event.epcs.length +
  event.quantities.length +
  event.children.length +
  event.childQuantities.length +
  event.inputs.length +
  event.inputQuantities.length +
  event.outputs.length +
  event.outputQuantities.length +
  (event.parent === null ? 0 : 1) +
  (event.readPoint === null ? 0 : 1) +
  (event.bizLocation === null ? 0 : 1) +
  locations(event.sources) +
  locations(event.destinations);
