import { createHash } from 'node:crypto';
import type { FileProblem, Files } from '../../workspace/files.js';
import { filesOnDefaultBranch, type GitFiles } from '../../workspace/git.js';
import { nodeFiles } from '../../workspace/node-files.js';
import { todayInUtc } from '../../workspace/day.js';

/** All that a command learns of the world behind its words: files, folders, git, and what day it is. */
export interface System {
  readonly files: Files;
  readonly filesOnDefaultBranch: (migrations: readonly string[], since?: string) => GitFiles | undefined;
  readonly today: () => string;
}

export const ownSystem: System = { files: nodeFiles, filesOnDefaultBranch, today: todayInUtc };

const kinds = ['read', 'exists', 'walk', 'list', 'leadsOut', 'git', 'day'] as const;

/** A question to the system: what is asked, and of which path; of git, which paths, with a NUL between them. */
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
export function answerNow({ kind, about }: Question, { files, filesOnDefaultBranch: git, today }: System): string {
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
  }
}

/** A system that answers as another does, and writes down what it was asked and what it has answered. */
export class Noting implements System {
  private readonly noted = new Map<string, Answered>();
  /** False when one question was answered in two ways: the files have changed meanwhile. */
  isSteady = true;
  readonly files: Files;

  constructor(private readonly system: System) {
    const { files } = system;
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

/** Git names a content by its hash, so what stands in the files need not be asked for. */
function ofGit(answer: GitFiles | undefined): string {
  const named = (files: GitFiles['files']): string[][] => [...files].map(([path, { blob }]) => [path, blob]);
  return hash(answer ? JSON.stringify([named(answer.files), named(answer.gone)]) : 'unknown');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}
