import { unreachable } from '@lading/kernel';
import { enterInstances } from './R01.js';
import { creditClasses } from './R02.js';
import { requirePlaces } from './L3.js';
import { openTransfers } from './R06.js';
import { closeTransfers } from './R07.js';
import { voidTransfers } from './R08.js';
import { pack } from './R11.js';
import { unpack } from './R12.js';
import { associate } from './R14.js';
import { consumeInputs } from './R15.js';
import { createOutputs } from './R16.js';
import { joinGroup, noteTransformation } from './R17.js';
import { weigh } from './R18.js';
import { finish, observe } from './R19.js';
import { refuseFinal } from './R20.js';
import { inheritRecalls } from './R21.js';
import { checkExcursions } from './R22.js';
import { RECEIVING_STEPS, SALE_STEPS, SHIPPING_STEPS, VOIDING_STEP } from './steps.js';
import type { NamedItem, NamedQuantity } from '../event/model.js';
import type { EventScope, Violation } from './rule.js';

/** Finds what an event does by its type, action and business step, and applies the rules for it. */
export function applyRules(scope: EventScope): Violation | null {
  return refuseFinal(scope) ?? requirePlaces(scope) ?? applyType(scope) ?? checkExcursions(scope);
}

function applyType(scope: EventScope): Violation | null {
  const { event } = scope;
  switch (event.type) {
    case 'ObjectEvent':
      return applyObjectEvent(scope);
    case 'AggregationEvent':
      if (event.action === 'ADD') return pack(scope);
      if (event.action === 'DELETE') return unpack(scope);
      // A parent stands for what is in it; without one, the children are the objects.
      return event.parent === null
        ? move(scope, event.children, event.childQuantities)
        : move(scope, [event.parent], []);
    case 'TransformationEvent':
      return transform(scope);
    case 'AssociationEvent':
      return associate(scope);
    case 'TransactionEvent':
      // Paperwork is history: neither custody nor quantities follow from it.
      return null;
    default:
      return unreachable(event.type, 'event type');
  }
}

const transform = (scope: EventScope): Violation | null =>
  joinGroup(scope) ??
  consumeInputs(scope) ??
  createOutputs(scope) ??
  inheritRecalls(scope) ??
  weigh(scope) ??
  noteTransformation(scope);

function applyObjectEvent(scope: EventScope): Violation | null {
  const { event } = scope;
  if (event.action === 'ADD') return enterInstances(scope, event.epcs) ?? creditClasses(scope, event.quantities);
  if (event.action === 'DELETE' || SALE_STEPS.has(event.bizStep)) return finish(scope);
  return move(scope, event.epcs, event.quantities);
}

function move(
  scope: EventScope,
  items: readonly NamedItem[],
  quantities: readonly NamedQuantity[]
): Violation | null {
  const { bizStep } = scope.event;
  if (SHIPPING_STEPS.has(bizStep)) return openTransfers(scope, items, quantities);
  if (RECEIVING_STEPS.has(bizStep)) return closeTransfers(scope, items, quantities);
  if (bizStep === VOIDING_STEP) return voidTransfers(scope, items, quantities);
  return observe(scope);
}
