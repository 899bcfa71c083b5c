import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createKeyFile, FileSigner, inspectKeyFile, sodiumVerify, writeSecretFile } from '../index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lading-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

type KeyFileJson = Record<string, unknown>;

const at = (name: string): string => join(folder, name);
const SEED = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

async function change(path: string, edit: (file: KeyFileJson) => void): Promise<void> {
  const file = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  edit(file);
  await writeFile(path, JSON.stringify(file));
}

describe('key files', () => {
  it('keep a demo key in the clear, marked so, and sign with it', async () => {
    const { publicKey } = await createKeyFile(at('k.json'), 'finca-alta/ana', { devOnly: true }, SEED);
    const signer = await FileSigner.open(at('k.json'));
    expect(signer).toMatchObject({ owner: 'finca-alta/ana', devOnly: true, publicKey });
    const message = Uint8Array.of(1, 2, 3);
    expect(sodiumVerify(signer.sign(message), message, publicKey)).toBe(true);
    expect(await readdir(folder)).toEqual(['k.json']);
    expect((await stat(at('k.json'))).mode & 0o777).toBe(0o600);
  });

  it('seal a key with a passphrase that comes from a file, and open for no other', async () => {
    await writeSecretFile(at('pass'), 'correct horse\n');
    await writeSecretFile(at('wrong'), 'correct horsf\n');
    await createKeyFile(at('k.json'), 'finca-alta', { passphrase: 'correct horse' }, SEED);
    expect(await inspectKeyFile(at('k.json'))).toMatchObject({ owner: 'finca-alta', devOnly: false });
    const signer = await FileSigner.open(at('k.json'), at('pass'));
    expect(signer.devOnly).toBe(false);
    await expect(FileSigner.open(at('k.json'), at('wrong'))).rejects.toThrow('KEY_PASSPHRASE');
    await expect(FileSigner.open(at('k.json'))).rejects.toThrow('KEY_PASSPHRASE');
    const text = await readFile(at('k.json'), 'utf8');
    expect(text).not.toContain(Buffer.from(SEED).toString('base64url'));

    await change(at('k.json'), (file) => (file['owner'] = 'port-logistics'));
    await expect(FileSigner.open(at('k.json'), at('pass'))).rejects.toThrow('KEY_PASSPHRASE');
  });

  it('are refused when others can read them, whatever they hold', async () => {
    await createKeyFile(at('k.json'), 'finca-alta', { devOnly: true });
    for (const mode of [0o640, 0o604, 0o660, 0o644]) {
      await chmod(at('k.json'), mode);
      await expect(FileSigner.open(at('k.json'))).rejects.toThrow('KEY_FILE_MODE');
    }
    await chmod(at('k.json'), 0o400);
    await FileSigner.open(at('k.json'));
  });

  it('are never replaced, and nothing half-written stays behind', async () => {
    await createKeyFile(at('k.json'), 'finca-alta', { devOnly: true }, SEED);
    const before = await readFile(at('k.json'));
    await expect(createKeyFile(at('k.json'), 'finca-alta', { devOnly: true })).rejects.toThrow('KEY_FILE_EXISTS');
    expect(await readFile(at('k.json'))).toEqual(before);
    expect(await readdir(folder)).toEqual(['k.json']);
    await expect(FileSigner.open(at('none.json'))).rejects.toThrow('KEY_FILE_MISSING');
  });

  it('with a member changed are refused by name, without showing a secret', async () => {
    const seed = Buffer.from(SEED).toString('base64url');
    const edits: readonly [string, (file: KeyFileJson) => void][] = [
      ['version', (file) => (file['version'] = 2)],
      ['kind', (file) => (file['kind'] = 'rsa')],
      ['owner', (file) => (file['owner'] = '../etc')],
      ['seed', (file) => (file['seed'] = `${seed}=`)],
      ['publicKey', (file) => (file['publicKey'] = seed)],
      ['encrypted', (file) => delete file['devOnly']],
      ['"n"', (file) => {
        delete file['devOnly'];
        file['encrypted'] = { kdf: 'scrypt', n: 2, r: 8, p: 1, cipher: 'aes-256-gcm' };
      }]
    ];
    for (const [index, [name, edit]] of edits.entries()) {
      const path = at(`${index}.json`);
      await createKeyFile(path, 'finca-alta', { devOnly: true }, SEED);
      await change(path, edit);
      const error = await FileSigner.open(path).catch((thrown: Error) => thrown);
      expect(String(error)).toMatch('KEY_FILE_FORMAT');
      expect(String(error)).toContain(name.replaceAll('"', ''));
      expect(String(error)).not.toContain(seed);
    }
    await writeSecretFile(at('junk.json'), `not json ${seed}`);
    const error = await FileSigner.open(at('junk.json')).catch((thrown: Error) => thrown);
    expect(inspect(error)).not.toContain(seed);
  });

  it('make signers that print as their public key only', async () => {
    await createKeyFile(at('k.json'), 'finca-alta', { devOnly: true }, SEED);
    const signer = await FileSigner.open(at('k.json'));
    const canaries = [Buffer.from(SEED).toString('base64url'), Buffer.from(SEED).toString('hex'), '1, 2, 3, 4'];
    for (const text of [inspect(signer, { depth: 9, showHidden: true }), JSON.stringify(signer), String(signer)])
      for (const canary of canaries) expect(text).not.toContain(canary);
  });
});
