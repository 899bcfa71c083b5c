/** Who and what the coffee story is about. GS1 prefix 952 is reserved for demonstrations (GS1 General Specifications). */

export const DEMO_ORGANIZATIONS = [
  { id: 'finca-alta', name: 'Finca Alta', companyPrefix: '9520001', role: 'grower' },
  { id: 'port-logistics', name: 'Port Logistics', companyPrefix: '9520002', role: 'carrier' },
  { id: 'nordic-roast', name: 'Nordic Roast', companyPrefix: '9520003', role: 'roaster' },
  { id: 'food-authority', name: 'Food Authority', companyPrefix: '9520004', role: 'regulator' }
] as const;
export type DemoOrganizationId = (typeof DEMO_ORGANIZATIONS)[number]['id'];

/** GS1 check digit: weights 3, 1, 3 … from the right (GS1 General Specifications §7.9). */
export function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return digits + String((10 - (sum % 10)) % 10);
}

const prefixOf = (organization: DemoOrganizationId): string => {
  const found = DEMO_ORGANIZATIONS.find((candidate) => candidate.id === organization);
  if (found === undefined) throw new Error(`no such demo organization: ${organization}`);
  return found.companyPrefix;
};

/** 13 digits; number 0 is the organization itself (its party GLN). */
export const gln = (organization: DemoOrganizationId, number: number): string =>
  withCheckDigit(prefixOf(organization) + String(number).padStart(5, '0'));
export const party = (organization: DemoOrganizationId): string => `https://id.gs1.org/417/${gln(organization, 0)}`;
export const place = (organization: DemoOrganizationId, number: number): string =>
  `https://id.gs1.org/414/${gln(organization, number)}`;

const gtin = (organization: DemoOrganizationId, item: number): string =>
  withCheckDigit(`0${prefixOf(organization)}${String(item).padStart(5, '0')}`);
export const lot = (organization: DemoOrganizationId, item: number, number: string): string =>
  `https://id.gs1.org/01/${gtin(organization, item)}/10/${number}`;
export const unit = (organization: DemoOrganizationId, item: number, serial: string): string =>
  `https://id.gs1.org/01/${gtin(organization, item)}/21/${serial}`;
export const sscc = (organization: DemoOrganizationId, serial: number): string =>
  `https://id.gs1.org/00/${withCheckDigit(`0${prefixOf(organization)}${String(serial).padStart(9, '0')}`)}`;
export const giai = (organization: DemoOrganizationId, asset: string): string =>
  `https://id.gs1.org/8004/${prefixOf(organization)}${asset}`;

/** Products: item references under each organization's prefix. */
export const PRODUCT = { cherries: 1, greenCoffee: 2, bag: 3, roasted: 1, pack: 2 } as const;
export const FARMS = [
  { name: 'La Loma', location: 11 },
  { name: 'El Roble', location: 12 },
  { name: 'Las Nubes', location: 13 }
] as const;
