import * as vscode from 'vscode';
import { languages } from './languages.js';

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[] | string;
  readonly description?: string;
}

/**
 * Offers the snippets in the languages of other PostgreSQL extensions. package.json contributes them to "sql" only,
 * because VS Code reports an error for each contributed language that no installed extension has.
 */
export function registerSnippets(file: vscode.Uri): vscode.Disposable {
  let items: Promise<vscode.CompletionItem[]> | undefined;
  const others = languages.filter((language) => language !== 'sql');
  return vscode.languages.registerCompletionItemProvider([...others], {
    async provideCompletionItems(document, position) {
      // Read when they are first asked for, once.
      items ??= readSnippets(file);
      const snippets = await items;
      // A prefix has hyphens, at which a word of the language ends: without a range, what stands before one would stay.
      const range = document.getWordRangeAtPosition(position, /[\w-]+/);
      return range === undefined
        ? snippets
        : snippets.map((item) => ranged(item, new vscode.Range(range.start, position)));
    },
  });
}

async function readSnippets(file: vscode.Uri): Promise<vscode.CompletionItem[]> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  return Object.entries(JSON.parse(text) as Record<string, Snippet>).map(([name, { prefix, body, description }]) => {
    const item = new vscode.CompletionItem({ label: prefix, description: name }, vscode.CompletionItemKind.Snippet);
    item.insertText = new vscode.SnippetString(typeof body === 'string' ? body : body.join('\n'));
    if (description !== undefined) item.documentation = description;
    return item;
  });
}

function ranged(
  { label, kind, insertText, documentation }: vscode.CompletionItem,
  range: vscode.Range,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(label, kind);
  if (insertText !== undefined) item.insertText = insertText;
  if (documentation !== undefined) item.documentation = documentation;
  item.range = range;
  return item;
}
