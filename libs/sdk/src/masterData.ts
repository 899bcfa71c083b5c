import { operation, remarks, type Operation, type Remarks } from './operationPayload.js';

/** What organizations register about places, products, prefixes and themselves (spec/provenance.md §9). */

export interface NewLocation extends Remarks {
  /** URI of the place, such as https://id.gs1.org/414/4012345000016. */
  readonly location: string;
  /** The place that it is in. */
  readonly parent?: string;
  /** Decimal degrees as text; both or none. */
  readonly latitude?: string;
  readonly longitude?: string;
  /** Organizations that may use it beside its owner. */
  readonly users?: readonly string[];
}

export function putLocation(given: NewLocation): Operation {
  const { location, parent = '', latitude = '', longitude = '', users = [] } = given;
  return operation('location.put', { location, parent, latitude, longitude, users, ...remarks(given) });
}

/** What sensors may read of a product. */
export interface ProductLimit {
  /** Measurement of the GS1 web vocabulary: Temperature, … */
  readonly type: string;
  readonly uom: string;
  readonly min: string;
  readonly max: string;
}

export interface NewProduct extends Remarks {
  readonly gtin: string;
  readonly limits?: readonly ProductLimit[];
  /** Mass of a piece in kilograms, decimal text. */
  readonly netMass?: string;
  /** Made per thousand used, by mass; 0 as the upper one is no rule. */
  readonly yieldMin?: number;
  readonly yieldMax?: number;
}

export function putProduct(given: NewProduct): Operation {
  const { gtin, limits = [], netMass = '', yieldMin = 0, yieldMax = 0 } = given;
  return operation('product.put', { gtin, limits, netMass, yieldMin, yieldMax, ...remarks(given) });
}

/** Lets another organization act for one's company prefix; an empty list takes it back. */
export interface PrefixGrant extends Remarks {
  readonly prefix: string;
  readonly organization: string;
  readonly allows: readonly ('commission' | 'recall')[];
}

export const letPrefix = (given: PrefixGrant): Operation => {
  const { prefix, organization, allows } = given;
  return operation('gcp.put', { prefix, organization, allows, ...remarks(given) });
};

/** Lets another organization act on what one holds; an empty list takes it back. */
export interface AgentGrant extends Remarks {
  readonly organization: string;
  readonly allows: readonly ('observe' | 'pack' | 'move' | 'end')[];
}

export const letAgent = (given: AgentGrant): Operation =>
  operation('agent.put', { organization: given.organization, allows: given.allows, ...remarks(given) });

/** Rules that one's own events must keep beside the network's; '' for none. */
export const putProfile = (given: { readonly profile: 'custody' | 'pharma' | 'food' | '' } & Remarks): Operation =>
  operation('profile.put', { profile: given.profile, ...remarks(given) });

/** An address that the resolver gives for an identifier. */
export interface ItemLink {
  /** Link type of the GS1 web vocabulary: pip, … */
  readonly type: string;
  readonly href: string;
  readonly title: string;
  readonly language?: string;
  readonly media?: string;
}

/** Replaces all links of the identifier. */
export function putLinks(given: { readonly item: string; readonly links: readonly ItemLink[] } & Remarks): Operation {
  const links = given.links.map(({ type, href, title, language = '', media = '' }) => ({ type, href, title, language, media }));
  return operation('link.put', { item: given.item, links, ...remarks(given) });
}

/** Nothing more goes into, or comes out of, the transformation. */
export const closeTransformation = (given: { readonly transformationID: string } & Remarks): Operation =>
  operation('transformation.close', { transformationID: given.transformationID, ...remarks(given) });
