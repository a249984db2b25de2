import { spawnSync } from 'node:child_process';
import { Script } from 'node:vm';
import ts from 'typescript';
import { hostLanguageOf } from '../../../server/src/hosts/index.js';
import { parseTree } from '../../../server/src/hosts/syntax/parser.js';

/** Code with a name that says its language. */
export interface NamedCode {
  readonly path: string;
  readonly text: string;
}

/** Compilers of two languages, which read texts as JSON and answer with what is wrong with each, or null. */
const python = `import json, sys
def wrong(text):
    try:
        compile(text, 'x', 'exec')
    except (SyntaxError, ValueError) as error:
        return str(error)
print(json.dumps([wrong(each) for each in json.load(sys.stdin)]))`;
const ruby = `require 'json'
puts(JSON.parse($stdin.read).map do |each|
  RubyVM::InstructionSequence.compile(each)
  nil
rescue SyntaxError => error
  error.message
end.to_json)`;

/** What the compilers of their languages say against some files: a line for each that does not compile. */
export function compileErrors(files: readonly NamedCode[]): string[] {
  const of = (...languages: string[]) => files.filter(({ path }) => languages.includes(hostLanguageOf(path) ?? ''));
  return [
    ...of('javascript', 'typescript', 'tsx').flatMap((file) => said(file, scriptError(file))),
    ...byProgram(of('python'), 'python3', ['-c', python]),
    ...byProgram(of('ruby'), 'ruby', ['-e', ruby]),
  ];
}

function said({ path, text }: NamedCode, wrong: string | null | undefined): string[] {
  return wrong === null || wrong === undefined ? [] : [`${path}: ${wrong}\n${text}`];
}

/** What TypeScript says; else what the engine says of what it makes of it: `await` in a function that is not async. */
function scriptError({ path, text }: NamedCode): string | undefined {
  const { diagnostics = [], outputText } = ts.transpileModule(text, {
    fileName: path.replace(/\.[cm]?js$/, '.jsx'),
    reportDiagnostics: true,
    compilerOptions: { allowJs: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.CommonJS },
  });
  const [first] = diagnostics;
  if (first) return ts.flattenDiagnosticMessageText(first.messageText, ' ');
  try {
    new Script(outputText);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}

/** Where the program is not installed, our parser of the language has to find no error. */
function byProgram(files: readonly NamedCode[], program: string, words: readonly string[]): string[] {
  if (files.length === 0) return [];
  const run = spawnSync(program, words, {
    input: JSON.stringify(files.map(({ text }) => text)),
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  const found: unknown = run.status === 0 ? JSON.parse(run.stdout) : undefined;
  return files.flatMap((file, index) => {
    if (Array.isArray(found)) return said(file, found[index] === null ? null : String(found[index]));
    const language = hostLanguageOf(file.path);
    return said(file, language && parseTree(language, file.text)?.isBroken ? 'does not parse' : null);
  });
}
