import { storeDocumentsIn } from '../../sql/parse.js';
import { markedProject } from '../../workspace/node-files.js';
import type { Terminal } from '../session.js';
import { marked, unmarked } from '../output.js';
import { type CacheFolder, cacheFolder } from './folder.js';
import { ParsedFiles } from './parsed-files.js';
import { answerNow, type Answered, isKind, Noting, ownSystem, type System } from './questions.js';

/** A run of a command: what it says to the terminal, and its exit code. */
export type Run = (terminal: Terminal, system: System) => Promise<number>;

/** Goes up when the form of an entry changes. */
const FORM = 1;

/** Words with which a command writes, reads standard input or is asked to work anew. */
const apart = /^(?:-|--fix|--no-cache|--stdin-path(?:=.*)?)$/s;

/**
 * Runs a command, or says again what it has said when the same words were run before and everything that it asked of
 * files, folders and git is still answered as it was. What it says depends on nothing else, so whether an entry holds
 * is found by asking the same questions again: no list of what to watch can be forgotten. In: the words of the call,
 * the command's name among them; what marks this build off from every other one.
 */
export async function remembered(
  words: readonly string[],
  terminal: Terminal,
  run: Run,
  build: string,
): Promise<number> {
  const isApart = words.some((word) => apart.test(word));
  const folder = isApart ? undefined : cacheFolder({ env: process.env, cwd: process.cwd(), words });
  if (!folder) return run(terminal, ownSystem);
  const name = JSON.stringify([FORM, build, process.version, process.cwd(), terminal.colour, words]);
  const parsed = (): ParsedFiles => {
    const cwd = process.cwd();
    return new ParsedFiles(folder, JSON.stringify(['parsed', FORM, build, process.version, markedProject(cwd) ?? cwd]));
  };
  return rememberedIn(folder, name, terminal, withStore(parsed, run), ownSystem);
}

/** The same run, in which files that were parsed before are not parsed again. */
export function withStore(open: () => ParsedFiles, run: Run): Run {
  return async (terminal, system) => {
    const parsed = open();
    storeDocumentsIn(parsed);
    try {
      return await run(terminal, system);
    } finally {
      storeDocumentsIn(undefined);
      parsed.save();
    }
  };
}

/** The same in a folder, under a name that says all about the call. */
export async function rememberedIn(
  folder: CacheFolder,
  name: string,
  terminal: Terminal,
  run: Run,
  system: System,
): Promise<number> {
  const known = entryOf(folder.read(name));
  if (known?.answers.every(([kind, about, answer]) => answerNow({ kind, about }, system) === answer)) {
    for (const [stream, parts] of known.said) terminal[stream](marked(parts));
    return known.code;
  }
  const noting = new Noting(system);
  const said: Said[] = [];
  let complaints = 0;
  const code = await run(
    {
      colour: terminal.colour,
      progress: terminal.progress,
      out: (text) => {
        said.push(['out', unmarked(text)]);
        terminal.out(text);
      },
      data: (text) => {
        said.push(['data', unmarked(text)]);
        terminal.data(text);
      },
      err: (text) => {
        complaints++;
        terminal.err(text);
      },
    },
    noting,
  );
  // A run with a complaint is one that people look into and repeat: it is done again each time.
  if ((code === 0 || code === 1) && complaints === 0 && noting.isSteady)
    folder.write(name, Buffer.from(JSON.stringify({ code, said, answers: noting.answers } satisfies Entry)));
  return code;
}

/** What was written to a stream: the parts between our colours. */
type Said = readonly [stream: 'out' | 'data', parts: readonly string[]];

interface Entry {
  readonly code: number;
  readonly said: readonly Said[];
  readonly answers: readonly Answered[];
}

/** An entry of the cache; undefined when it is not made as ours are. */
function entryOf(bytes: Buffer | undefined): Entry | undefined {
  if (bytes === undefined) return undefined;
  try {
    const entry: unknown = JSON.parse(bytes.toString('utf8'));
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  if (!('code' in value && 'said' in value && 'answers' in value)) return false;
  const { code, said, answers } = value;
  return (
    (code === 0 || code === 1) &&
    isList(
      said,
      (each) => Array.isArray(each) && (each[0] === 'out' || each[0] === 'data') && isList(each[1], isText),
    ) &&
    isList(answers, (each) => Array.isArray(each) && isKind(each[0]) && isText(each[1]) && isText(each[2]))
  );
}

function isList(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
