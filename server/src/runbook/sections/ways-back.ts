import { isWrittenBack, losingSteps } from '../../review/losses.js';
import { withoutSecrets } from '../../sql/secrets.js';
import { baseName } from '../../frameworks/framework.js';
import { psqlCommand } from '../../frameworks/commands.js';
import type { PlannedMigration, RunStep } from '../migration.js';
import { type Block, code, heading, paragraph, shell, sql, strong, table, type Text } from '../../page/page.js';

/** How each migration is taken back: the last first. */
export function waysBack(migrations: readonly PlannedMigration[]): Block[] {
  const isRelease = migrations.length > 1;
  return [
    heading(2, 'Rollback'),
    ...(isRelease ? [paragraph('The last migration is taken back first.')] : []),
    ...[...migrations]
      .reverse()
      .flatMap((migration) => [...(isRelease ? [heading(3, migration.name)] : []), ...wayBack(migration)]),
  ];
}

function wayBack(migration: PlannedMigration): Block[] {
  const { rollback, proof } = migration;
  if (rollback.steps.length === 0 && rollback.files.length === 0) return [paragraph('There is nothing to take back.')];
  return [
    ...pointOfNoReturn(migration),
    ...(proof
      ? [paragraph('Proof: ', proof.text, '.')]
      : [paragraph('Nobody has run this way back yet: pg-airlock rehearse does.')]),
    ...commandsBack(migration),
    ...(rollback.steps.length > 0 ? [grades(migration)] : []),
  ];
}

function pointOfNoReturn({ analysis, rollback, steps }: PlannedMigration): Block[] {
  const [losing] = losingSteps(analysis, rollback);
  if (!losing) return [];
  const at = steps.find((run) => contains(run, losing.span.start));
  return [
    paragraph(
      strong(`Point of no return: step ${at?.number ?? '?'}.`),
      ' Before it has run, going back is safe. Behind it prefer to go forward: ',
      losing.reason,
    ),
  ];
}

function contains({ step: { span } }: RunStep, offset: number): boolean {
  return span.start <= offset && offset < span.end;
}

/** The author's own way back by the tool's command; otherwise the one that Airlock has written. */
function commandsBack(migration: PlannedMigration): Block[] {
  const { analysis, rollback, commands, shown } = migration;
  const isAuthors = isWrittenBack(analysis, rollback);
  if (isAuthors && commands.back !== undefined)
    return [paragraph('The way back that stands beside the migration, by its tool:'), shell(commands.back)];
  const [file] = rollback.files;
  if (!file) return [];
  const name = baseName(file.path);
  const isInFile = file.path === analysis.path;
  return [
    paragraph(
      isInFile
        ? 'The migration with its way back, as Airlock writes it: '
        : 'No way back is written; Airlock writes this one, ',
      code(name),
      isInFile ? '.' : '. Read it, and run it before it is needed.',
    ),
    sql(withoutSecrets(file.sql)),
    shell(commands.back !== undefined && isInFile ? commands.back : psqlCommand(shown(file.path))),
  ];
}

function grades({ analysis, rollback, steps }: PlannedMigration): Block {
  return table(
    ['Takes back', 'Grade', 'Why'],
    rollback.steps.map(({ span, grade, reason }): Text[] => {
      const at = steps.find((run) => contains(run, span.start));
      const [line = ''] = withoutSecrets(analysis.document.text.slice(span.start, span.end)).split(/\r?\n/, 1);
      return [
        [`step ${at?.number ?? '?'}: `, code(line.length > 60 ? `${line.slice(0, 59)}…` : line)],
        [grade],
        [reason],
      ];
    }),
  );
}
