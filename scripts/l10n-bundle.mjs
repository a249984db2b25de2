// The texts of the client that can be translated, as VS Code reads them (`l10n` in package.json): the first argument of
// every call of `vscode.l10n.t`. A translation is a copy beside it, bundle.l10n.<language>.json.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** In: the folder of the client's sources. Out: each text as its own key, sorted. Throws where a text is no plain string. */
export function l10nBundle(folder) {
  const texts = new Set();
  for (const name of fs.readdirSync(folder, { recursive: true }).filter((each) => each.endsWith('.ts'))) {
    const source = ts.createSourceFile(name, fs.readFileSync(path.join(folder, name), 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node) => {
      if (ts.isCallExpression(node) && /(?:^|\.)l10n\.t$/.test(node.expression.getText(source))) {
        const [text] = node.arguments;
        if (!text || !ts.isStringLiteralLike(text)) {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
          throw new Error(`${name}:${line + 1}: l10n.t takes a plain string, or nobody can translate it.`);
        }
        texts.add(text.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return Object.fromEntries([...texts].sort().map((text) => [text, text]));
}
