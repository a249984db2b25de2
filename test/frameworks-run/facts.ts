import fs from 'node:fs';
import path from 'node:path';

/** What tools did, by their name with the version and by the fact. A person reads it in git's diff. */
export type Facts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const file = path.resolve(__dirname, '../../../test/frameworks-run/facts.json');

export function readFacts(): Facts {
  const facts: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (typeof facts !== 'object' || facts === null) throw new Error(`${file} holds no object`);
  const seen: Record<string, Record<string, string>> = {};
  for (const [tool, row] of Object.entries(facts)) {
    const texts: Record<string, string> = {};
    for (const [fact, text] of Object.entries(typeof row === 'object' && row !== null ? row : {}))
      texts[fact] = String(text);
    seen[tool] = texts;
  }
  return seen;
}

/** Writes what was seen over what stood there; tools and facts that were not run stay. */
export function writeFacts(seen: Facts): void {
  const facts: Record<string, Readonly<Record<string, string>>> = { ...readFacts() };
  for (const [tool, row] of Object.entries(seen)) facts[tool] = { ...facts[tool], ...row };
  fs.writeFileSync(file, `${JSON.stringify(facts, null, 2)}\n`);
}
