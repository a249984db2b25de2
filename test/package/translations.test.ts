import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const root = path.resolve(__dirname, '..', '..', '..');

type Texts = Readonly<Record<string, string>>;

const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([each]) => each).sort();

/** What is wrong with a translation of these texts: a text that there is not, a placeholder more or less. */
function faultsOf(texts: Texts, translation: Texts): string[] {
  return Object.entries(translation).flatMap(([key, translated]) => {
    const text = texts[key];
    if (text === undefined) return [`There is no text "${key}".`];
    const [own, wanted] = [placeholders(translated), placeholders(text)];
    return own.join() === wanted.join() ? [] : [`"${key}" has ${own.join(' ')} in place of ${wanted.join(' ')}.`];
  });
}

const read = (file: string): Texts => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Texts;

/** The files of translations beside a file of texts. */
const translationsOf = (folder: string, name: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((each) => each.startsWith(`${name}.`) && each.endsWith('.json') && each !== `${name}.json`)
    .map((each) => path.join(folder, each));

/** The words of a string or template; "" for any other node. */
function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return '';
  return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('');
}

/** Texts with several words that do not go through `l10n.t`, and are no line of the log. */
function untranslated(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    const called = ts.isCallExpression(node) ? node.expression.getText(source) : '';
    if (/l10n\.t$|(?:output|log)\.(?:info|warn|error|debug)$|RegExp$/.test(called)) return;
    if (/[A-Z][a-z]+ [a-z]{2,}/.test(textOf(node))) found.push(`${file}: ${textOf(node)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('translations', () => {
  for (const [folder, name] of [
    ['.', 'package.nls'],
    ['l10n', 'bundle.l10n'],
  ] as const)
    it(`of ${name} keep its texts and their placeholders`, () => {
      const texts = read(path.join(folder, `${name}.json`));
      assert.ok(Object.keys(texts).length > 50);
      for (const file of translationsOf(folder, name)) assert.deepEqual(faultsOf(texts, read(file)), [], file);
      assert.deepEqual(faultsOf({ 'Stop {0}': 'Stop {0}' }, { 'Stop {0}': 'Halt', Go: 'Los' }), [
        '"Stop {0}" has  in place of {0}.',
        'There is no text "Go".',
      ]);
    });

  it('can be made of every text that the extension shows', () => {
    const folder = path.join(root, 'client', 'src');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    // What these write is the log, which is read where the fault is looked for.
    const shown = sources.filter((file) => !file.startsWith('log'));
    assert.ok(shown.length > 30);
    assert.deepEqual(
      shown.flatMap((file) => untranslated(file, readFileSync(path.join(folder, file), 'utf8'))),
      [],
    );
    assert.deepEqual(untranslated('a.ts', "show('Nothing to do here');"), ['a.ts: Nothing to do here']);
  });
});
