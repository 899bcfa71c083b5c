/**
 * @lading/provenance — the supply-chain domain: EPCIS 2.0 events (reading and checking), GS1 identifiers, the contract
 * that applies events to state by rules R1–R24, the index of an event for queries, and tracing. Not here: HTTP,
 * storage, consensus, clocks. May import: membership, ledger, kernel.
 */
export * from './event/dateTime.js';
export * from './event/eventShapes.js';
export * from './event/faults.js';
export * from './event/model.js';
export * from './event/namespaces.js';
export * from './event/remainingParts.js';
export * from './event/parseDocument.js';
export * from './hash/eventHash.js';
export * from './hash/hashWork.js';
export * from './hash/preHash.js';
export * from './identifiers/canonicalItem.js';
export * from './identifiers/checkDigit.js';
export * from './identifiers/companyPrefix.js';
export * from './identifiers/digitalLink.js';
export * from './identifiers/epcPattern.js';
export * from './identifiers/epcUrn.js';
export * from './identifiers/gs1Id.js';
export * from './identifiers/toEpcUrn.js';
export * from './identifiers/translateEpc.js';
export * from './identifiers/syntax/aiDictionary.js';
export * from './identifiers/syntax/aiElements.js';
export * from './identifiers/syntax/aiRules.js';
export * from './identifiers/syntax/digitalLinkElements.js';
export * from './identifiers/syntax/lint.js';
export * from './identifiers/syntax/linters.js';
export * from './identifiers/syntax/scan.js';
export * from './identifiers/syntax/writeScan.js';
export * from './event/namedItems.js';
export * from './event/textRules.js';
export {
  bareWord,
  BIZ_STEPS,
  COMPONENTS,
  DISPOSITIONS,
  ERROR_REASONS,
  PARTY_TYPES,
  TRANSACTION_TYPES,
  type Vocabulary
} from './event/vocabulary.js';
export * from './event/translateEvent.js';
export * from './capture/applyEvent.js';
export * from './capture/captureLimits.js';
export * from './capture/captureRequest.js';
export * from './capture/contract.js';
export * from './capture/eventOutcomes.js';
export * from './operations/operationRequest.js';
export * from './operations/operationScope.js';
export * from './operations/parseOperation.js';
export * from './rules/L3.js';
export * from './rules/profiles.js';
export * from './rules/rule.js';
export * from './rules/ruleSheet.js';
export * from './rules/R18.js';
export { matches as isInRecallScope } from './rules/R21.js';
export * from './rules/R22.js';
export * from './rules/speed.js';
export * from './rules/steps.js';
export * from './rules/ownProfile.js';
export * from './state/agency.js';
export * from './state/balances.js';
export * from './state/delegation.js';
export * from './state/disputeRecord.js';
export * from './state/linkRecord.js';
export * from './state/locationRecord.js';
export * from './state/productRecord.js';
export * from './state/profileRecord.js';
export * from './state/recallRecord.js';
export * from './state/transformationRecord.js';
export * from './state/eventRecord.js';
export * from './state/itemBook.js';
export * from './state/itemState.js';
export * from './state/parties.js';
export * from './event/indexEvent.js';
export * from './trace/model.js';
export * from './trace/trace.js';
export * from './trace/traceEvent.js';
export * from './questions/assertedLater.js';
export * from './questions/claims.js';
export * from './questions/clones.js';
export * from './questions/conditions.js';
export * from './questions/custody.js';
export * from './questions/gaps.js';
export * from './questions/recallReach.js';
export * from './questions/siteBalance.js';
export * from './questions/story.js';
export * from './questions/touched.js';
export { decimalText } from './units/units.js';
