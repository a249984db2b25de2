import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Extensions, PGlite, types } from '@electric-sql/pglite';
import { hashOf, keepIn, keptIn, mayKeepIn } from '../../workspace/kept-beside.js';
import type { Result } from '../engine.js';
import type { Answer, Question } from './messages.js';

/** The embedded PostgreSQL in a thread of its own: the only way to end what runs there is to end the thread. */
let db: PGlite | undefined;

/** Values as PostgreSQL writes them: nothing is converted that is only compared or shown. */
const asText = Object.fromEntries(
  [types.BOOL, types.BYTEA, types.JSON, types.JSONB, types.DATE, types.TIMESTAMP, types.TIMESTAMPTZ, types.INT8].map(
    (type) => [type, (value: string) => value],
  ),
);

async function answerTo(question: Question): Promise<Answer> {
  if (question.kind === 'open') return open(question.state, question.extensions);
  if (db === undefined) return { kind: 'lost', message: 'The embedded PostgreSQL is not open.' };
  if (question.kind === 'keep') return { kind: 'kept', bytes: new Uint8Array(await stateOf(db)) };
  return run(db, question.sql);
}

/** The whole cluster, packed at the quickest level: a state is read again soon, or never. */
async function stateOf(open: PGlite): Promise<Buffer> {
  const dump = await open.dumpDataDir('none');
  return gzipSync(await dump.arrayBuffer(), { level: 1 });
}

async function open(state: Uint8Array<ArrayBuffer> | undefined, names: readonly string[]): Promise<Answer> {
  await db?.close().catch(() => undefined);
  db = undefined;
  const extensions = extensionsOf(names);
  db = await (state ? openState(state, extensions) : openEmpty(extensions));
  const { rows } = await db.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  return { kind: 'opened', version: rows[0]?.version ?? '' };
}

function openState(state: Uint8Array<ArrayBuffer>, extensions: Extensions): Promise<PGlite> {
  return PGlite.create({ extensions, loadDataDir: new Blob([gunzipSync(state)], { type: 'application/x-tar' }) });
}

/**
 * An empty cluster. initdb takes three seconds of processor time and always makes the same, so what it has made once is
 * kept beside this program.
 */
async function openEmpty(extensions: Extensions): Promise<PGlite> {
  const program = fileOf('pglite.wasm');
  const file = path.join(__dirname, 'empty-cluster.kept');
  const origin = program === undefined ? undefined : hashOf(fs.readFileSync(program));
  const kept = origin && keptIn(file, origin);
  if (kept) return openState(new Uint8Array(kept), extensions);
  const made = await PGlite.create({ extensions });
  if (origin && mayKeepIn(__dirname)) keepIn(file, origin, await stateOf(made));
  return made;
}

async function run(open: PGlite, sql: string): Promise<Answer> {
  const notices: string[] = [];
  try {
    // exec() sends the simple protocol, as psql does, so CONCURRENTLY and COMMIT inside DO work.
    const found = await open.exec(sql, {
      onNotice: ({ message }) => {
        if (message !== undefined && notices.length < 100) notices.push(message);
      },
      parsers: asText,
    });
    const results: Result[] = found.map(({ rows, affectedRows }) => ({
      rows,
      affected: affectedRows ?? 0,
      notices: [],
    }));
    const last = results.pop();
    if (last) results.push({ ...last, notices });
    return (await answers(open)) ? { kind: 'results', results } : noAnswer;
  } catch (error) {
    const refused = error as {
      message: string;
      code?: string;
      position?: string;
      detail?: string;
      constraint?: string;
    };
    if (refused.code === undefined) return { kind: 'lost', message: refused.message };
    const { message, code, detail, constraint } = refused;
    if (!(await answers(open))) return noAnswer;
    const position = refused.position === undefined ? undefined : Number(refused.position);
    return { kind: 'refused', message, code, position, detail, constraint };
  }
}

const noAnswer: Answer = { kind: 'lost', message: 'The embedded PostgreSQL no longer answers SELECT 42.' };

/** After `COPY … PROGRAM` every statement "succeeds" with nothing (measured), so each is followed by a question. */
async function answers(open: PGlite): Promise<boolean> {
  try {
    const [result] = await open.exec('SELECT 42 AS n');
    return result?.rows[0]?.n === 42;
  } catch (error) {
    // 25P02: the transaction is aborted and PostgreSQL says so, which is an answer.
    return (error as { code?: string }).code === '25P02';
  }
}

/** In: names as in CREATE EXTENSION. Those of which no files are there are left to PostgreSQL to refuse. */
function extensionsOf(names: readonly string[]): Extensions {
  const found: Extensions = {};
  for (const name of names) {
    const file = fileOf(`${name}.tar.gz`);
    if (file !== undefined) found[name] = { name, setup: async () => ({ bundlePath: pathToFileURL(file) }) };
  }
  return found;
}

/** Beside the bundle, or in the package where nothing is bundled. */
function fileOf(name: string): string | undefined {
  const beside = path.join(__dirname, name);
  if (fs.existsSync(beside)) return beside;
  try {
    const inPackage = path.join(path.dirname(require.resolve('@electric-sql/pglite')), name);
    return fs.existsSync(inPackage) ? inPackage : undefined;
  } catch {
    return undefined;
  }
}

parentPort?.on('message', (question: Question) => {
  answerTo(question)
    .catch(
      (error: unknown): Answer => ({ kind: 'lost', message: error instanceof Error ? error.message : String(error) }),
    )
    .then((answer) => parentPort?.postMessage(answer, answer.kind === 'kept' ? [answer.bytes.buffer] : []));
});
