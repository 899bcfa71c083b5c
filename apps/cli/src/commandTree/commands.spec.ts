import { COMMANDS, NOUNS } from './commands.js';

describe('the commands', () => {
  it('have names of their own, a summary, and examples that call them', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, summary, examples } of COMMANDS) {
      expect(summary).not.toBe('');
      expect({ name, examples: examples.some(([line]) => line.includes(`lading ${name}`)) }).toEqual({
        name,
        examples: true
      });
    }
  });

  it('of two words stand under a noun that the help shows', () => {
    const nouns = new Set(NOUNS.map(({ name }) => name));
    for (const { name, group } of COMMANDS) {
      const [noun = '', verb] = name.split(' ');
      expect(verb === undefined ? group !== undefined : nouns.has(noun)).toBe(true);
    }
  });

  it.each(COMMANDS.map(({ name, load }) => [name, load] as const))(
    '%s has code that can be loaded',
    async (_, load) => {
      expect(typeof (await load()).run).toBe('function');
    }
  );
});
