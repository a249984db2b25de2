import { createHash, randomUUID } from 'node:crypto';
import type { FileProblem, Files } from '../../workspace/files.js';
import { filesOnDefaultBranch, type GitFiles } from '../../workspace/git.js';
import { type CodeFiles, type CodeListing, type CodePlace, listNow, nodeCode } from '../../workspace/code-files.js';
import { nodeFiles } from '../../workspace/node-files.js';
import { todayInUtc } from '../../workspace/day.js';

/** All that a command learns of the world behind its words: files, folders, git, and what day it is. */
export interface System {
  readonly files: Files;
  /** The code of the application; what was listed of it stands for its texts. */
  readonly code: CodeFiles;
  readonly filesOnDefaultBranch: (migrations: readonly string[], since?: string) => GitFiles | undefined;
  readonly today: () => string;
}

export const ownSystem: System = { files: nodeFiles, code: nodeCode, filesOnDefaultBranch, today: todayInUtc };

const kinds = ['read', 'exists', 'walk', 'list', 'leadsOut', 'git', 'day', 'code'] as const;

/** A question to the system: what is asked, and of which path; of git, which paths, with a NUL between them; of code, where. */
export interface Question {
  readonly kind: (typeof kinds)[number];
  readonly about: string;
}

/** A question and the hash of its answer. */
export type Answered = readonly [kind: Question['kind'], about: string, answer: string];

export function isKind(value: unknown): value is Question['kind'] {
  return kinds.some((kind) => kind === value);
}

/** The hash of the answer that the system gives now. */
export function answerNow(
  { kind, about }: Question,
  { files, code, filesOnDefaultBranch: git, today }: System,
): string {
  switch (kind) {
    case 'read':
      return ofRead(files.read(about));
    case 'exists':
      return hash(String(files.exists(about)));
    case 'walk': {
      const problems: FileProblem[] = [];
      return ofWalk(
        files.walk(about, (problem) => problems.push(problem)),
        problems,
      );
    }
    case 'list':
      return ofPaths(files.list(about));
    case 'leadsOut':
      return hash(String(files.leadsOut(about)));
    case 'git':
      return ofGit(git(about.split('\0')));
    case 'day':
      return hash(today());
    case 'code':
      return ofCode(listNow(code, readPlace(about)));
  }
}

/** A system that answers as another does, and writes down what it was asked and what it has answered. */
export class Noting implements System {
  private readonly noted = new Map<string, Answered>();
  /** False when one question was answered in two ways: the files have changed meanwhile. */
  isSteady = true;
  readonly files: Files;
  readonly code: CodeFiles;

  constructor(private readonly system: System) {
    const { files, code } = system;
    this.files = {
      read: (path) => this.note('read', path, files.read(path), ofRead),
      exists: (path) => this.note('exists', path, files.exists(path), (kind) => hash(String(kind))),
      walk: (directory, onProblem = () => {}) => {
        const problems: FileProblem[] = [];
        const found = files.walk(directory, (problem) => {
          problems.push(problem);
          onProblem(problem);
        });
        return this.note('walk', directory, found, (paths) => ofWalk(paths, problems));
      },
      list: (directory) => this.note('list', directory, files.list(directory), ofPaths),
      leadsOut: (path) => this.note('leadsOut', path, files.leadsOut(path), (leads) => hash(String(leads))),
    };
    const note = (place: CodePlace, listing: CodeListing): CodeListing =>
      this.note('code', JSON.stringify(place), listing, ofCode);
    this.code = {
      read: (path) => code.read(path),
      *list(place) {
        return note(place, yield* code.list(place));
      },
    };
  }

  readonly filesOnDefaultBranch = (migrations: readonly string[]): GitFiles | undefined =>
    this.note('git', migrations.join('\0'), this.system.filesOnDefaultBranch(migrations), ofGit);

  readonly today = (): string => this.note('day', '', this.system.today(), hash);

  get answers(): readonly Answered[] {
    return [...this.noted.values()];
  }

  private note<Answer>(kind: Question['kind'], about: string, answer: Answer, hashOf: (answer: Answer) => string) {
    const key = `${kind} ${about}`;
    const known = this.noted.get(key);
    const hashed = hashOf(answer);
    if (known === undefined) this.noted.set(key, [kind, about, hashed]);
    else if (known[2] !== hashed) this.isSteady = false;
    return answer;
  }
}

function ofRead(result: ReturnType<Files['read']>): string {
  return hash('text' in result ? `text ${result.text}` : `problem ${result.problem.message}`);
}

function ofPaths(paths: readonly string[]): string {
  return hash(paths.join('\0'));
}

function ofWalk(paths: readonly string[], problems: readonly FileProblem[]): string {
  return hash(JSON.stringify([paths, problems]));
}

/**
 * Of code the sizes and times stand for the texts, as they do for git: thousands of files are asked for in some 50 ms.
 * What was written in this very moment may be written once more in it, and nobody would see: such an answer holds for
 * this run only.
 */
function ofCode({ files, isCut }: CodeListing): string {
  const recent = Date.now() - RECENT;
  const isFresh = files.some(({ changed }) => changed > recent);
  return hash(JSON.stringify([isCut, files.map(({ path, stamp }) => [path, stamp]), isFresh ? randomUUID() : '']));
}

/** The clock of a file system goes in steps of up to 10 ms, on some of 2 s (in ms). */
const RECENT = 2100;

function readPlace(about: string): CodePlace {
  const place: CodePlace = JSON.parse(about);
  return place;
}

/** Git names a content by its hash, so what stands in the files need not be asked for. */
function ofGit(answer: GitFiles | undefined): string {
  const named = (files: GitFiles['files']): string[][] => [...files].map(([path, { blob }]) => [path, blob]);
  return hash(answer ? JSON.stringify([named(answer.files), named(answer.gone)]) : 'unknown');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}
