import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migration, migrationName } from './generate.js';
import { schemaChange } from './history.js';
import { measureEditing } from './editing.js';
import { measureNavigating } from './navigating.js';
import { repeat, type Row, shown, table, timesOf } from './measure.js';
import { airlock, makeProject, type Project, root, squawk } from './project.js';
import { forgetCompiled, keepCompiled, measureMemory, run } from './running.js';

// Measures what is promised about speed and prints it as a table. With --assert it exits with 1 when a bar is missed.
//   node out/test/bench/bench.js [--assert] [--only edit,navigate,cli,fix,start,growth,memory,rehearse,package]

const server = [...airlock, 'lsp', '--stdio'] as const;

type Section = () => Promise<Row[]>;

async function within<T>(project: Project, work: (project: Project) => Promise<T>): Promise<T> {
  try {
    return await work(project);
  } finally {
    project.remove();
  }
}

async function edit(): Promise<Row[]> {
  const rows: Row[] = [];
  const ours: number[] = [];
  for (const { statements, bar, peerEdits } of [
    { statements: 1000, bar: 50, peerEdits: 7 },
    { statements: 10_000, bar: 300, peerEdits: 2 },
  ]) {
    await within(makeProject(1, statements), async (project) => {
      const own = await measureEditing(server, project, 31);
      const peer = await measureEditing([...squawk, 'server'], project, peerEdits);
      ours.push(own.edit.median);
      const count = statements.toLocaleString('en');
      rows.push(
        {
          work: `edit → diagnostics over LSP, ${count} statements (${own.findings} findings)`,
          measured: shown(own.edit),
          bar: `≤ ${bar} ms`,
          holds: own.edit.median <= bar,
        },
        {
          work: `… squawk's server (${peer.findings} findings)`,
          measured: shown(peer.edit),
          bar: `not ahead of us: ${(peer.edit.median / own.edit.median).toFixed(1)} × ours`,
          holds: peer.edit.median >= own.edit.median,
        },
        {
          work: "… opening it, ours and squawk's",
          measured: `${own.open.toFixed(0)} ms and ${peer.open.toFixed(0)} ms`,
          bar: '',
          holds: undefined,
        },
      );
      const quote = await measureEditing(server, project, 3, "'");
      rows.push({
        work: `… an opening quote typed in the middle of ${count}`,
        measured: shown(quote.edit),
        bar: '',
        holds: undefined,
      });
    });
  }
  const [small = 0, large = 0] = ours;
  rows.push({
    work: 'growth of an edit, 10 × the statements',
    measured: `${(large / small).toFixed(1)} ×`,
    bar: '≤ 12 ×',
    holds: large <= 12 * small,
  });
  return rows;
}

async function cli(): Promise<Row[]> {
  return within(makeProject(1000, 7), async ({ directory, files }) => {
    const own: number[] = [];
    const again: number[] = [];
    const peer: number[] = [];
    const caches = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-bench-cache-'));
    const kept = { PG_AIRLOCK_NO_CACHE: '', XDG_CACHE_HOME: caches };
    forgetCompiled();
    await run([...airlock, 'check', directory], kept);
    // In turns, so that a busy moment of the machine falls on both.
    for (let turn = 0; turn < 7; turn++) {
      own.push((await repeat(1, () => run([...airlock, 'check', directory]))).median);
      again.push((await repeat(1, () => run([...airlock, 'check', directory], kept))).median);
      peer.push((await repeat(1, () => run([...squawk, ...files]))).median);
    }
    fs.rmSync(caches, { recursive: true, force: true });
    const [ours, second, theirs] = [timesOf(own), timesOf(again), timesOf(peer)];
    return [
      {
        work: 'CLI, 1,000 files of 7 statements',
        measured: shown(ours),
        bar: `≤ 2 × squawk: ${(ours.median / theirs.median).toFixed(1)} ×`,
        holds: ours.median <= 2 * theirs.median,
      },
      {
        work: '… a second time, from the cache',
        measured: shown(second),
        bar: `≤ 1 × squawk: ${(second.median / theirs.median).toFixed(1)} ×`,
        holds: second.median <= theirs.median,
      },
      { work: '… squawk’s npm command', measured: shown(theirs), bar: '', holds: undefined },
    ];
  });
}

async function fix(): Promise<Row[]> {
  return within(makeProject(1, 10_000), async ({ files }) => {
    const [, file = ''] = files;
    await keepCompiled(file);
    const own = await repeat(5, () => run([...airlock, 'fix', file]));
    return [
      {
        work: 'fix of one file of 10,000 statements',
        measured: shown(own),
        bar: '≤ 3,000 ms',
        holds: own.median <= 3000,
      },
    ];
  });
}

async function start(): Promise<Row[]> {
  return within(makeProject(0, 0), async ({ directory }) => {
    const file = path.join(directory, '00001_small.sql');
    fs.writeFileSync(file, migration(3));
    const first = await repeat(5, () => {
      forgetCompiled();
      return run([...airlock, 'check', file]);
    });
    await keepCompiled(file);
    const own = await repeat(15, () => run([...airlock, 'check', file]));
    const peer = await repeat(15, () => run([...squawk, file]));
    const node = await repeat(15, () => run([process.execPath, '-e', '0']));
    return [
      { work: 'CLI start, 1 small file', measured: shown(own), bar: '≤ 150 ms', holds: own.median <= 150 },
      { work: '… the first time after it was installed', measured: shown(first), bar: '', holds: undefined },
      {
        work: '… squawk’s npm command; node -e 0',
        measured: `${shown(peer)}; ${shown(node)}`,
        bar: '',
        holds: undefined,
      },
    ];
  });
}

async function growth(): Promise<Row[]> {
  const timed = (files: number): Promise<number> =>
    within(
      makeProject(files, 7),
      async ({ directory }) => (await repeat(3, () => run([...airlock, 'check', directory]))).median,
    );
  const [small, large] = [await timed(1000), await timed(10_000)];
  return [
    {
      work: 'growth, 1,000 → 10,000 files with their history',
      measured: `${small.toFixed(0)} → ${large.toFixed(0)} ms: ${(large / small).toFixed(1)} ×`,
      bar: '≤ 12 ×',
      holds: large <= 12 * small,
    },
  ];
}

async function memory(): Promise<Row[]> {
  return within(makeProject(5000, 7), async (project) => {
    const { edited, named } = await measureMemory(server, project);
    const row = (work: string, used: typeof edited): Row => ({
      work,
      measured: used ? `${used.now.toFixed(0)} MB (peak ${used.peak.toFixed(0)})` : 'not known on this system',
      bar: '≤ 250 MB',
      holds: used && used.now <= 250,
    });
    return [
      row('memory of the server, 5,000 files, 20 of them open and edited', edited),
      row('… and all names looked up', named),
    ];
  });
}

async function navigate(): Promise<Row[]> {
  return within(makeProject(5000, 7), async (project) => {
    const results = await measureNavigating(server, project, 15);
    return results.map(({ name, first, warm }) => ({
      work: `${name}, 5,000 files (the first one ${first.toFixed(0)} ms)`,
      measured: shown(warm),
      bar: '≤ 50 ms',
      holds: warm.median <= 50,
    }));
  });
}

async function packaged(): Promise<Row[]> {
  const name = fs.readdirSync(root).find((each) => each.endsWith('.vsix'));
  if (!name) return [{ work: '.vsix', measured: 'not packaged here', bar: '≤ 12 MB', holds: undefined }];
  const size = fs.statSync(path.join(root, name)).size / 1024 / 1024;
  return [{ work: name, measured: `${size.toFixed(2)} MB`, bar: '≤ 12 MB', holds: size <= 12 }];
}

/** Whole runs of the command, the start of the embedded PostgreSQL included. */
async function rehearsing(): Promise<Row[]> {
  return within(makeProject(0, 0), async ({ directory }) => {
    const [first = ''] = fs.readdirSync(directory);
    fs.rmSync(path.join(directory, first));
    for (let n = 0; n < 500; n++) fs.writeFileSync(path.join(directory, migrationName(n)), schemaChange(n));
    const own = await repeat(1, () => run([...airlock, 'rehearse', directory]));
    const example = path.join(root, 'examples', 'shop');
    const pending = await repeat(3, () => run([...airlock, 'rehearse', '--pending', example]));
    return [
      {
        work: 'rehearsing 500 files, 150 tables at the end: up, back and up again',
        measured: shown(own),
        bar: '≤ 60,000 ms',
        holds: own.median <= 60_000,
      },
      {
        work: "… the example's pending files, cold",
        measured: shown(pending),
        bar: '≤ 10,000 ms',
        holds: pending.median <= 10_000,
      },
    ];
  });
}

const sections: Readonly<Record<string, Section>> = {
  start,
  cli,
  fix,
  growth,
  edit,
  navigate,
  memory,
  rehearse: rehearsing,
  package: packaged,
};

async function main(words: readonly string[]): Promise<number> {
  const place = words.indexOf('--only');
  const only = place < 0 ? Object.keys(sections) : (words[place + 1] ?? '').split(',');
  const unknown = only.find((name) => !(name in sections));
  if (unknown !== undefined || !fs.existsSync(airlock[1] as string)) {
    process.stderr.write(
      unknown === undefined
        ? 'There is no dist/cli.js: npm run build\n'
        : `--only takes ${Object.keys(sections).join(', ')}.\n`,
    );
    return 2;
  }
  const rows: Row[] = [];
  for (const name of only) {
    process.stderr.write(`${name} …\n`);
    rows.push(...(await (sections[name] as Section)()));
  }
  const [cpu] = os.cpus();
  const load = os.loadavg()[0] ?? 0;
  process.stdout.write(
    `${table(rows)}\n\nMedian (smallest–largest). Node ${process.version}, ${os.cpus().length} × ${cpu?.model ?? 'unknown'}, load ${load.toFixed(1)}.\n`,
  );
  return words.includes('--assert') && rows.some((row) => row.holds === false) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 2;
  },
);
