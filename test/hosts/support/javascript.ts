import { readFileSync } from 'node:fs';
import type { Code, Expression, Statement, Text } from '../../../server/src/hosts/code.js';
import { lowerJavaScript } from '../../../server/src/hosts/javascript.js';
import { initHostParser, parseTree } from '../../../server/src/hosts/syntax/parser.js';

export type JavaScript = 'javascript' | 'typescript' | 'tsx';

/** Loads the grammars; await it in `before`. */
export async function loadJavaScript(): Promise<void> {
  for (const language of ['javascript', 'typescript', 'tsx'] as const) {
    await initHostParser(language, (name) => readFileSync(require.resolve(`@vscode/tree-sitter-wasm/wasm/${name}`)));
  }
}

export function codeOf(text: string, language: JavaScript = 'typescript'): Code {
  const tree = parseTree(language, text);
  if (!tree) throw new Error(`no grammar of ${language}`);
  return lowerJavaScript(language, text, tree.root, tree.isBroken);
}

/** Every string of a file, from the outside in. */
export function textsOf(code: Code): Text[] {
  const found: Text[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) look(each);
    else if (typeof value === 'object' && value !== null) {
      if (isText(value)) found.push(value);
      for (const each of Object.values(value)) look(each);
    }
  };
  look(code.body);
  return found;
}

function isText(value: object): value is Text {
  return 'kind' in value && value.kind === 'text';
}

/** The value of the only statement of a file. */
export function expressionOf(text: string, language?: JavaScript): Expression | undefined {
  const statement: Statement | undefined = codeOf(text, language).body[0];
  if (statement?.kind === 'expression' || statement?.kind === 'assign') return statement.value;
  return undefined;
}

/** An expression in short, to be compared: what is a value in a string stands in braces. */
export function shown(value: Expression | undefined): string {
  switch (value?.kind) {
    case undefined:
      return 'nothing';
    case 'text': {
      const inner = value.parts.map((part) => (part.kind === 'value' ? `{${shown(part.value)}}` : part.text)).join('');
      return `${value.tag ? `${shown(value.tag)} ` : ''}<${inner}>`;
    }
    case 'call': {
      const args = value.args.map((each) => `${each.isSpread ? '...' : ''}${shown(each.value)}`).join(', ');
      return `${value.isNew ? 'new ' : ''}${shown(value.callee)}(${args})`;
    }
    case 'function':
      return `function ${value.name}(${value.params.join(', ')}) { ${value.body.map(shownStatement).join(' ')} }`;
    case 'number':
    case 'boolean':
      return String(value.value);
    case 'null':
      return 'null';
    case 'list':
      return `[${value.items.map(shown).join(', ')}]`;
    case 'record':
      return `{${value.entries.map(({ key, value: each }) => `${key ?? '?'}: ${shown(each)}`).join(', ')}}`;
    case 'name':
      return value.name;
    case 'member':
      return `${shown(value.object)}.${value.name}`;
    case 'not':
      return `!${shown(value.value)}`;
    case 'other':
      return `other(${value.parts.map(shown).join(', ')})`;
  }
}

export function shownStatement(statement: Statement): string {
  const all = (body: readonly Statement[]): string => `{ ${body.map(shownStatement).join(' ')} }`;
  switch (statement.kind) {
    case 'expression':
      return `${shown(statement.value)};`;
    case 'assign':
      return `${statement.target ? shown(statement.target) : '_'} = ${shown(statement.value)};`;
    case 'return':
      return statement.value ? `return ${shown(statement.value)};` : 'return;';
    case 'if':
      return `if ${shown(statement.condition)} ${all(statement.then)} else ${all(statement.otherwise)}`;
    case 'loop':
      return `for ${statement.names.join(', ')} of ${shown(statement.over)} ${all(statement.body)}`;
    case 'with':
      return `with ${all(statement.body)}`;
    case 'block':
      return `${statement.certain ? 'run' : 'maybe'} ${all(statement.body)}`;
    case 'function':
      return `${statement.isStatic ? 'static ' : ''}${shown(statement.value)}`;
    case 'class':
      return `class ${statement.name} < ${statement.bases.map(shown).join(', ')} ${all(statement.body)}`;
    case 'import':
      return `import ${statement.module} (${statement.names.map(({ imported, local }) => `${imported} as ${local}`).join(', ')});`;
    case 'exported':
      return `export ${shown(statement.value)};`;
  }
}
