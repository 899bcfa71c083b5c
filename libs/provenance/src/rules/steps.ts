/** Business steps by what the rules make of them (CBV 2.0 §7.1.2). */
export const SHIPPING_STEPS: ReadonlySet<string> = new Set(['shipping', 'departing', 'consigning']);
export const RECEIVING_STEPS: ReadonlySet<string> = new Set(['receiving', 'accepting']);
export const VOIDING_STEP = 'void_shipping';
export const SALE_STEPS: ReadonlySet<string> = new Set(['retail_selling', 'dispensing']);
/** Steps by which others than the holder may report on an item; they change nothing (rule R5). */
export const THIRD_PARTY_STEPS: ReadonlySet<string> = new Set(['inspecting', 'sensor_reporting', 'arriving']);

/** Whether an OBSERVE moves, sells or gives back: then a late one is refused, not kept as history (rule R10). */
export const isMoving = (bizStep: string): boolean =>
  SHIPPING_STEPS.has(bizStep) || RECEIVING_STEPS.has(bizStep) || SALE_STEPS.has(bizStep) || bizStep === VOIDING_STEP;
