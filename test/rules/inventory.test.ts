import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { categories } from '../../rules/engine/define-rule.js';
import { rules } from '../../rules/index.js';

const root = path.resolve(__dirname, '..', '..', '..');

/** Rules as files: category and id. */
const files = fs
  .readdirSync(path.join(root, 'rules'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['engine', 'questions', 'fixes'].includes(entry.name))
  .flatMap(({ name: category }) =>
    fs
      .readdirSync(path.join(root, 'rules', category))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ category, id: name.slice(0, -'.ts'.length) })),
  )
  .sort((a, b) => (a.id < b.id ? -1 : 1));

describe('inventory of the rules', () => {
  it('has every file in rules/index.ts, under its own name and in its folder', () => {
    assert.deepEqual(
      rules.map(({ meta }) => ({ category: meta.category as string, id: meta.id })),
      files,
    );
  });

  it('has no folder that is not a category', () => {
    for (const { category } of files) assert.ok((categories as readonly string[]).includes(category), category);
  });

  it('calls every rule by its id and its aliases alone', () => {
    const names = rules.flatMap(({ meta }) => [meta.id, ...(meta.aliases ?? [])]);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  for (const { meta, check, checkStatement, checkProblem } of rules) {
    const { id, category, messages, summary } = meta;

    describe(id, () => {
      it('has a page and a test', () => {
        for (const file of [`rules/${category}/${id}.md`, `test/rules/${category}/${id}.test.ts`]) {
          assert.ok(fs.existsSync(path.join(root, file)), `${file} is missing`);
        }
      });

      it('begins with a verb that says what it wants', () => {
        assert.match(id, /^(no|require|prefer)-[a-z]+(-[a-z]+)*$/);
      });

      it('speaks in whole sentences, to the point', () => {
        for (const text of [summary, ...Object.values(messages).flatMap((message) => message.split('\n'))]) {
          assert.match(text, /^(?:[A-Z{]|SET\b)/, text);
          // A comment to copy stands without a full stop.
          assert.match(text, /(?:\.|\}|<reason>)$/, text);
          assert.doesNotMatch(text, /\bplease\b|\bshould\b|!|\s{2}|[“”]/i, text);
        }
      });

      it('says what happens in one line and what to do in the next', () => {
        // What PostgreSQL cannot read, the author alone can mend.
        const withoutAdvice = ['limit', 'refused'];
        for (const [name, text] of Object.entries(messages)) {
          const lines = text.split('\n').length;
          assert.ok(lines === 2 || (lines === 1 && withoutAdvice.includes(name)), name);
        }
      });

      it('names the object in every message', () => {
        const silent = ['noRule', 'noStatement', 'now', 'block', 'commits'];
        for (const [name, text] of Object.entries(messages)) {
          if (!silent.includes(name)) assert.match(text, /\{\w+\}/, name);
        }
      });

      it('has a source for what it says of PostgreSQL', () => {
        for (const source of meta.sources) assert.match(source, /^https:\/\/www\.postgresql\.org\/docs\/current\/\S+$/);
        const ofEngine = !check && !checkStatement && !checkProblem;
        assert.equal(meta.sources.length === 0, ofEngine);
      });

      it('says since which version it is there', () => {
        assert.match(meta.since, /^\d+\.\d+\.\d+$/);
      });

      it('is tested with every message', () => {
        const test = fs.readFileSync(path.join(root, 'test', 'rules', category, `${id}.test.ts`), 'utf8');
        // The engine reports the rules that are about comments; their tests look at the text.
        if (!check && !checkStatement && !checkProblem) return;
        for (const name of Object.keys(messages)) assert.ok(test.includes(`'${name}'`), `no case expects "${name}"`);
      });
    });
  }
});
