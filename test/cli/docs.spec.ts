import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseNodeConfig } from '@lading/api';
import { fromBase64Url, toBase64Url } from '@lading/kernel';
import { decodeCompactJws, verifyC1Noble, verifyTransaction } from '@lading/ledger';
import { parseEpcisDocument } from '@lading/provenance';
import { COMMANDS } from '../../apps/cli/src/commandTree/commands.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const pages = [
  'README.md',
  ...['members', 'auditors', 'operators', 'developers'].flatMap((folder) =>
    readdirSync(join(root, 'docs', folder)).map((name) => `docs/${folder}/${name}`)
  )
].filter((path) => path.endsWith('.md'));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Blocks of code by the words after their fence: "json header" → text. */
const blocksOf = (path: string): Map<string, string> =>
  new Map(
    [...textOf(path).matchAll(/^```(\S.*)\n([\s\S]*?)\n```$/gm)].map((match) => [match[1] ?? '', match[2] ?? ''])
  );

/** Every `lading …` in code, as the words that follow. */
function commandsIn(path: string): readonly string[] {
  const text = textOf(path);
  const code = [...text.matchAll(/`([^`\n]+)`|^```sh\n([\s\S]*?)\n```$/gm)].map(
    (match) => match[1] ?? match[2] ?? ''
  );
  return code.flatMap((one) =>
    [...one.matchAll(/(?:^|\n|&& |\$\()(?:npx )?lading ([^\n#&|]+)/g)].map((match) => (match[1] ?? '').trim())
  );
}

describe('the documents', () => {
  const known = new Map(COMMANDS.map((command) => [command.name, command]));
  const commandOf = (words: string) => {
    const [first = '', second = ''] = words.split(/\s+/);
    return known.get(`${first} ${second}`) ?? known.get(first);
  };

  it('show only commands and flags that exist', () => {
    const wrong: string[] = [];
    const global = [
      '--json',
      '--profile',
      '--member',
      '--passphrase-file',
      '--timeout',
      '--no-input',
      '--debug',
      '--help'
    ];
    for (const page of pages) {
      for (const words of commandsIn(page)) {
        if (/^(NOUN|verify`)/.test(words)) continue;
        const command = commandOf(words);
        const flags = [...words.matchAll(/(?:^|\s)(--[a-z-]+)/g)].map((match) => match[1] ?? '');
        const allowed = [
          ...global,
          ...(command?.options ?? []).flatMap(({ flags: text }) => text.match(/--[a-z-]+/g) ?? [])
        ];
        if (command === undefined || flags.some((flag) => !allowed.includes(flag)))
          wrong.push(`${page}: lading ${words}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('list every command that exists', () => {
    const listed = new Set(commandsIn('docs/developers/command-line.md').map((words) => commandOf(words)?.name));
    expect(COMMANDS.map(({ name }) => name).filter((name) => !listed.has(name))).toEqual([]);
  });

  it('begin with an event that a node would take', () => {
    const [event = ''] = [...blocksOf('docs/members/first-event.md')]
      .filter(([info]) => info === 'json')
      .map(([, text]) => text);
    const first = /```json\n([\s\S]*?)\n```/.exec(textOf('docs/members/first-event.md'))?.[1] ?? '';
    expect(parseEpcisDocument(new TextEncoder().encode(first))).toMatchObject({ ok: true });
    expect(event).not.toBe('');
  });

  it('name every member of node.json', () => {
    const table = textOf('docs/operators/install.md');
    const example = {
      organization: 'a',
      genesis: 'g',
      dataDirectory: 'd',
      http: { host: 'h', port: 1 },
      peer: { host: 'h', port: 2 },
      peers: {},
      database: { urlFile: 'u' },
      keys: { validator: 'v', tlsKey: 'k', tlsCertificate: 'c', service: 's', passphraseFile: 'p' },
      log: 'human',
      publicUrl: 'http://a'
    };
    expect(parseNodeConfig(example).ok).toBe(true);
    const names = Object.entries(example).flatMap(([name, value]) =>
      name === 'keys'
        ? Object.keys(value).map((key) => `keys.${key}`)
        : [name === 'database' ? 'database.urlFile' : name]
    );
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the worked example of signing', () => {
  const blocks = blocksOf('docs/developers/signing.md');
  const of = (info: string): string => blocks.get(info) ?? '';
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

  it('is a transaction whose signature and id are the ones shown', () => {
    const jws = [of('json header'), of('json payload')]
      .map((text) => toBase64Url(new TextEncoder().encode(text)))
      .join('.');
    const tx = decodeCompactJws(`${jws}.${of('text signature')}`);
    if (!tx.ok) throw new Error(`${tx.code} ${tx.detail}`);
    expect(verifyTransaction(tx.value, verifyC1Noble)).toBe(true);
    expect(toBase64Url(tx.value.txId)).toBe(of('text txId'));
    expect(tx.value.publicKey).toEqual(fromBase64Url(of('text public-key')));
  });

  it('comes out of the JavaScript shown', async () => {
    const module = (await import(`data:text/javascript,${encodeURIComponent(of('js'))}`)) as {
      compactJws(seed: Uint8Array, header: string, payload: string): string;
    };
    expect(module.compactJws(seed, of('json header'), of('json payload')).split('.')[2]).toBe(of('text signature'));
  });
});
