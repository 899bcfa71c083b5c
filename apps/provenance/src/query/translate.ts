import type { JsonNode, JsonObject } from '@lading/ledger';

/** An identifier as the asker wants it; what cannot be translated stays. */
export type Translate = (uri: string) => string;

const LISTS = ['epcList', 'childEPCs', 'inputEPCList', 'outputEPCList'];
const MEMBERS: Readonly<Record<string, string>> = {
  quantityList: 'epcClass',
  childQuantityList: 'epcClass',
  inputQuantityList: 'epcClass',
  outputQuantityList: 'epcClass',
  sourceList: 'source',
  destinationList: 'destination',
  bizTransactionList: 'bizTransaction'
};

/** The text of an event's members with its identifiers translated; everything else keeps its bytes. */
export function translatedMembers(content: Buffer, event: JsonObject, translate: Translate): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, node] of event.members) {
    const found: JsonNode[] = [];
    collect(name, node, found);
    texts.set(name, spliced(content, node, found, translate));
  }
  return texts;
}

/** Nodes of the identifiers in one member of an event. */
function collect(name: string, node: JsonNode, found: JsonNode[]): void {
  const items = node.type === 'array' ? node.items : [];
  const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
  if (name === 'parentID') found.push(node);
  else if (LISTS.includes(name)) found.push(...items);
  else if (member !== undefined) for (const item of items) push(item, member, found);
  else if (name === 'readPoint' || name === 'bizLocation') push(node, 'id', found);
  else if (name === 'sensorElementList') for (const element of items) devices(element, found);
}

function devices(element: JsonNode, found: JsonNode[]): void {
  if (element.type !== 'object') return;
  push(element.members.get('sensorMetadata'), 'deviceID', found);
  const reports = element.members.get('sensorReport');
  for (const report of reports?.type === 'array' ? reports.items : []) push(report, 'deviceID', found);
}

function push(node: JsonNode | undefined, member: string, found: JsonNode[]): void {
  const value = node?.type === 'object' ? node.members.get(member) : undefined;
  if (value !== undefined) found.push(value);
}

function spliced(content: Buffer, node: JsonNode, found: readonly JsonNode[], translate: Translate): string {
  let text = '';
  let at = node.start;
  for (const identifier of [...found].sort((a, b) => a.start - b.start)) {
    if (identifier.type !== 'string') continue;
    const translated = translate(identifier.value);
    if (translated === identifier.value) continue;
    text += content.toString('utf8', at, identifier.start) + JSON.stringify(translated);
    at = identifier.end;
  }
  return text + content.toString('utf8', at, node.end);
}
