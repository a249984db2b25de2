import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Change, Files, Target, Tool } from './contract.js';
import type { Installed } from './install.js';

/** How long a tool may take for one run, in milliseconds. What waits for a lock of its own never ends. */
const patience = 45_000;

/** What a run of a tool left: whether it was content, and everything that it printed. */
export interface Run {
  readonly ok: boolean;
  readonly hung: boolean;
  readonly output: string;
}

/** A project of a tool in a folder, with a database. */
export interface Project {
  readonly target: Target;
  readonly folder: string;
  /** Lays the files; what stands there from the last time goes. */
  write(files: Files): void;
  up(): Promise<Run>;
  down(last: Change): Promise<Run | undefined>;
}

let count = 0;

/** A new project of a tool. It stands below the tool's packages, where Node.js looks for them. */
export function newProject(tool: Tool, { folder }: Installed, target: Target): Project {
  count += 1;
  const place = path.join(folder, `project-${process.pid}-${count}`);
  const environment = tool.environment?.(target) ?? {};
  const go = (words: readonly string[]) => runCommand(words, place, folder, environment);
  return {
    target,
    folder: place,
    write(files) {
      fs.rmSync(place, { recursive: true, force: true });
      for (const [file, text] of Object.entries({ ...manifest(tool), ...files })) {
        fs.mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
        fs.writeFileSync(path.join(place, file), text);
      }
    },
    up: () => go(tool.up(target)),
    down: async (last) => (tool.down ? go(tool.down(target, last)) : undefined),
  };
}

/** The dependencies of the project, as a project of Node.js says them. */
export function manifest({ source }: Tool): Files {
  return 'npm' in source ? { 'package.json': `${JSON.stringify({ private: true, dependencies: source.npm })}\n` } : {};
}

/** Runs a command; a first word that is a program of the tool's packages is taken from there. */
function runCommand(
  [program = '', ...words]: readonly string[],
  place: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Run> {
  const own = path.join(folder, 'node_modules', '.bin', program);
  const command = program === 'node' ? process.execPath : fs.existsSync(own) ? own : program;
  return new Promise((resolve) => {
    let output = '';
    let hung = false;
    const child = spawn(command, words, {
      cwd: place,
      env: { ...process.env, CI: '1', NO_COLOR: '1', DO_NOT_TRACK: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const take = (part: Buffer) => {
      output += part.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer = setTimeout(() => {
      hung = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, patience);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ ok: false, hung, output: `${output}${error.message}` });
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ ok: status === 0, hung, output });
    });
  });
}

/** Removes what the projects of this process have left. */
export function removeProjects({ folder }: Installed): void {
  for (const name of fs.readdirSync(folder))
    if (name.startsWith(`project-${process.pid}-`))
      fs.rmSync(path.join(folder, name), { recursive: true, force: true });
}
