import {
  type Block,
  code,
  heading,
  joined,
  list,
  type Page,
  paragraph,
  strong,
  table,
  type Text,
} from '../page/page.js';
import { columnWords, type Fate, type RelationChange, schemaChange } from './change.js';
import type { Named, Reference, RelationDescription, SchemaDescription } from './describe.js';
import { drawingOf, type Marks } from './drawing.js';
import { erDiagram } from './mermaid.js';

/** More tables make no picture that anybody reads. */
const MOST_DRAWN = 60;

/** The schema behind a migration. In: what is said below the title, as "As of 0019_x.sql". */
export function schemaPage(schema: SchemaDescription, about: string): Page {
  const { relations, enums } = schema;
  const tables = relations.filter(({ kind }) => kind !== 'view' && kind !== 'materialized view');
  const drawn = tables.filter(({ kind }) => kind !== 'partition');
  const partial = tables.filter(({ isWhole }) => !isWhole).length;
  return {
    title: 'Schema',
    blocks: [
      paragraph(
        `${about}: ${counts(relations, enums.length)}.`,
        ...(partial > 0
          ? [` Of ${partial} of the tables the migrations do not show everything: they are marked.`]
          : []),
      ),
      ...picture(drawn, `Tables and the foreign keys between them. ${about}.`),
      ...relations.filter(({ kind }) => kind !== 'partition').flatMap(relationBlocks),
      ...(enums.length > 0
        ? [
            heading(2, 'Types'),
            table(
              ['Enum', 'Values', 'Comment'],
              enums.map(({ name, labels, comment }) => [[code(name)], joined(labels.map(code)), [comment]]),
            ),
          ]
        : []),
    ],
  };
}

function counts(relations: readonly RelationDescription[], enums: number): string {
  const number = (...kinds: RelationDescription['kind'][]): number =>
    relations.filter(({ kind }) => kinds.includes(kind)).length;
  const words = [
    [number('table', 'partitioned table', 'foreign table'), 'table', 'tables'],
    [number('partition'), 'partition', 'partitions'],
    [number('view', 'materialized view'), 'view', 'views'],
    [enums, 'enum', 'enums'],
  ] as const;
  const shown = words.flatMap(([count, one, many]) => (count > 0 ? [`${count} ${count === 1 ? one : many}`] : []));
  return shown.length === 0 ? 'It is empty' : shown.join(', ');
}

function picture(relations: readonly RelationDescription[], title: string, marks?: Marks): Block[] {
  if (relations.length === 0) return [];
  if (relations.length > MOST_DRAWN) return [paragraph(`${relations.length} tables are too many for one picture.`)];
  return [
    { kind: 'picture', picture: { title, mermaid: erDiagram(relations), svg: drawingOf(relations, title, marks) } },
  ];
}

function relationBlocks(relation: RelationDescription): Block[] {
  const { label, kind, comment, columns, constraints, indexes, partitions, others, references, referencedBy, isWhole } =
    relation;
  return [
    heading(2, label),
    ...(kind === 'table' && isWhole
      ? []
      : [paragraph(`${kind}${isWhole ? '' : ', of which the migrations do not show everything'}`)]),
    ...(comment === '' ? [] : [paragraph(comment)]),
    ...(columns.length > 0
      ? [
          table(
            ['Column', 'Type', 'NULL', 'Default', 'Comment'],
            columns.map(({ name, type, notNull, value, comment: words, isPrimaryKey }) => [
              isPrimaryKey ? [code(name), ' (key)'] : [code(name)],
              type === '' ? ['not known'] : [code(type)],
              [notNull ? 'no' : 'yes'],
              value === '' ? [] : [code(value)],
              [words],
            ]),
          ),
        ]
      : []),
    ...namedList('Constraints', constraints),
    ...namedList('Indexes', indexes),
    ...namedList('Partitions', partitions),
    ...(others.length > 0 ? [paragraph(`Besides: ${others.join(', ')}.`)] : []),
    ...(references.length > 0 ? [paragraph('Refers to:'), list(references.map(referenceText))] : []),
    ...(referencedBy.length > 0 ? [paragraph('Referred to by:'), list(referencedBy.map(referenceText))] : []),
  ];
}

function namedList(title: string, all: readonly Named[]): Block[] {
  return all.length === 0
    ? []
    : [paragraph(`${title}:`), list(all.map(({ name, definition }) => [code(name), ' ', code(definition)]))];
}

function referenceText({ label, columns, onDelete }: Reference): Text {
  const deletes = /^(?:no action|restrict|)$/i.test(onDelete)
    ? 'on delete refused while rows refer'
    : `on delete ${onDelete.toLowerCase()}`;
  return [code(label), ' by ', code(columns.join(', ')), `, ${deletes}`];
}

const words: Readonly<Record<Fate, string>> = { new: 'New', gone: 'Gone', changed: 'Changed' };

/** What a migration does to the schema, as text and as a picture of the tables that it touches. In: its name. */
export function schemaChangePage(before: SchemaDescription, after: SchemaDescription, name: string): Page {
  const changes = schemaChange(before, after);
  const touched = changes.filter(({ relation: { kind } }) => kind !== 'view' && kind !== 'materialized view');
  const shown = touched.map(withGone(before));
  return {
    title: `What ${name} changes`,
    blocks: [
      ...(changes.length === 0
        ? [paragraph('Nothing of a table or a view: it changes rows, or what this page does not show.')]
        : []),
      ...picture(shown, `The tables that ${name} changes.`, marksOf(touched)),
      ...changes.flatMap(changeBlocks),
    ],
  };
}

/** A changed table with the columns that it has lost, for the picture. */
function withGone(before: SchemaDescription): (change: RelationChange) => RelationDescription {
  return ({ relation, columns }) => {
    const gone = new Set(columns.filter(({ fate }) => fate === 'gone').map(({ name }) => name));
    const old = before.relations.find(({ oid }) => oid === relation.oid);
    const lost = old?.columns.filter(({ name }) => gone.has(name)) ?? [];
    return { ...relation, columns: [...relation.columns, ...lost] };
  };
}

function marksOf(changes: readonly RelationChange[]): Marks {
  return new Map(
    changes.map(({ fate, relation, columns }) => [
      relation.key,
      new Map(
        fate === 'changed'
          ? columns.flatMap(({ fate: own, name }) => (own === 'changed' ? [] : [[name, own] as const]))
          : relation.columns.map(({ name }) => [name, fate] as const),
      ),
    ]),
  );
}

function changeBlocks({ fate, relation, columns, others }: RelationChange): Block[] {
  const { label, kind } = relation;
  if (fate !== 'changed')
    return [
      heading(2, `${words[fate]}: ${label}`),
      paragraph(kind),
      ...(fate === 'new'
        ? [
            table(
              ['Column', 'Definition'],
              relation.columns.map((column) => [[code(column.name)], [code(columnWords(column))]]),
            ),
          ]
        : []),
      ...(fate === 'new'
        ? [...namedList('Constraints', relation.constraints), ...namedList('Indexes', relation.indexes)]
        : []),
    ];
  return [
    heading(2, `Changed: ${label}`),
    ...(columns.length > 0
      ? [
          table(
            ['', 'Column', ''],
            columns.map(({ fate: own, name, words: text }) => [[strong(words[own])], [code(name)], [code(text)]]),
          ),
        ]
      : []),
    ...(others.length > 0
      ? [
          list(
            others.map(({ fate: own, kind: what, name, words: text }) => [
              strong(words[own]),
              `: ${what} `,
              code(name),
              ...(text === '' ? [] : [' ', code(text)]),
            ]),
          ),
        ]
      : []),
  ];
}
