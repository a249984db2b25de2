import type { Action, Update } from '../sql/action.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { undoAlterTableOther } from './alter-table-undo.js';
import {
  undoAddColumn,
  undoAlterColumnType,
  undoDefault,
  undoDropColumn,
  undoDropNotNull,
  undoRenameColumn,
  undoSetNotNull,
} from './column-undo.js';
import { undoAddConstraint, undoDropConstraint, undoValidateConstraint } from './constraint-undo.js';
import { undoOfRows } from './data-undo.js';
import {
  undoComment,
  undoCreateFunction,
  undoCreateTrigger,
  undoCreateView,
  undoDropObject,
  undoRenameObject,
  undoSetSchema,
} from './definition-undo.js';
import { sameName } from './history.js';
import { undoCreateIndex, undoDropIndex } from './index-undo.js';
import { undoOther } from './other-undo.js';
import {
  undoAttachPartition,
  undoCreateTable,
  undoDetachPartition,
  undoDropTable,
  undoRenameConstraint,
  undoRenameTable,
} from './table-undo.js';
import { impossible, lossless, sqlName, type Undo, type UndoContext } from './undo.js';

/** What takes an action back; undefined when it changed nothing that a rollback has to bring back. */
export function undoOf(action: Action, context: UndoContext): Undo | undefined {
  const { before } = context;
  switch (action.kind) {
    case 'createTable':
      return undoCreateTable(action, context);
    case 'dropTable':
      return undoDropTable(action, context);
    case 'renameTable':
      return undoRenameTable(action);
    case 'renameColumn':
      return undoRenameColumn(action);
    case 'renameConstraint':
      return undoRenameConstraint(action);
    case 'addColumn':
      return undoAddColumn(action, context);
    case 'dropColumn':
      return undoDropColumn(action, context);
    case 'alterColumnType':
      return undoAlterColumnType(action, context);
    case 'setDefault':
    case 'dropDefault':
      return undoDefault(action, context);
    case 'setNotNull':
      return undoSetNotNull(action, context);
    case 'dropNotNull':
      return undoDropNotNull(action, context);
    case 'addConstraint':
      return undoAddConstraint(action, context);
    case 'dropConstraint':
      return undoDropConstraint(action, context);
    case 'validateConstraint':
      return undoValidateConstraint(action, context);
    case 'attachPartition':
      return undoAttachPartition(action);
    case 'detachPartition':
      return undoDetachPartition(action, context);
    case 'alterTableOther':
      return undoAlterTableOther(action, context);
    case 'createIndex':
      return undoCreateIndex(action, context);
    case 'dropIndex':
      return undoDropIndex(action, context);
    case 'createView':
      return undoCreateView(action, context);
    case 'createFunction':
      return undoCreateFunction(action, context);
    case 'createTrigger':
      return undoCreateTrigger(action, context);
    case 'dropObject':
      return undoDropObject(action, context);
    case 'renameObject':
      return undoRenameObject(action, context);
    case 'setSchema':
      return undoSetSchema(action, context);
    case 'comment':
      return undoComment(action, context);
    case 'createEnum':
      return lossless(`DROP TYPE ${sqlName(action.type)};\n`, 'It fails when a column still has this type.');
    case 'createDomain':
      return lossless(`DROP DOMAIN ${sqlName(action.domain)};\n`, 'It fails when a column still has this type.');
    case 'addEnumValue': {
      const type = before.type(action.type);
      if (action.ifNotExists && type?.kind === 'enum' && type.values.includes(action.value)) return undefined;
      return impossible(
        `PostgreSQL cannot drop the value ${quoteLiteral(action.value)} of ${action.type.name}. Left unused it harms nobody; a CHECK can forbid it.`,
      );
    }
    case 'renameEnumValue':
      return lossless(
        `ALTER TYPE ${sqlName(action.type)} RENAME VALUE ${quoteLiteral(action.to)} TO ${quoteLiteral(action.value)};\n`,
        'Only the name changes.',
      );
    case 'createSchema':
      if (action.ifNotExists && hasSchema(action.schema, context)) return undefined;
      return lossless(`DROP SCHEMA ${quoteIdentifier(action.schema)};\n`, 'It fails when something is left in it.');
    case 'createSequence':
      if (action.temporary || (action.ifNotExists && before.relation(action.sequence))) return undefined;
      return lossless(`DROP SEQUENCE ${sqlName(action.sequence)};\n`, 'It fails when a default still uses it.');
    case 'createExtension':
      if (
        action.ifNotExists &&
        context.history.last('createExtension', (earlier) => earlier.extension === action.extension)
      ) {
        return undefined;
      }
      return lossless(
        `DROP EXTENSION ${quoteIdentifier(action.extension)};\n`,
        'It fails when something still uses it.',
      );
    case 'update':
      return fillsNewColumns(action, context) ? undefined : undoOfRows('update', sqlName(action.table));
    case 'merge':
      return undoOfRows('update', sqlName(action.table));
    case 'alterDomain':
      return impossible(
        `The constraints of the domain ${action.domain.name} before this are not in the history. Write the ALTER DOMAIN that restores them by hand.`,
      );
    case 'insert':
    case 'delete':
    case 'truncate':
      return undoOfRows(action.kind, sqlName(action.table));
    case 'copy':
      return action.from && action.table ? undoOfRows('copy', sqlName(action.table)) : undefined;
    case 'doBlock':
    case 'call':
      return impossible('What this code did cannot be told from its text. Write its opposite by hand.');
    case 'alterSequence':
      return impossible(
        `What the sequence ${action.sequence.name} was before is not in the history. Write the ALTER SEQUENCE that restores it by hand.`,
      );
    case 'other':
      return undoOther(action, context);
    case 'select':
    case 'setVariable':
    case 'transaction':
    case 'vacuum':
    case 'cluster':
    case 'reindex':
    case 'lockTable':
    case 'refreshMaterializedView':
      return undefined;
  }
}

function hasSchema(schema: string, { before, history }: UndoContext): boolean {
  const created = history.last('createSchema', (action) => action.schema === schema) !== undefined;
  return created || [...before.relations()].some((relation) => relation.schema === schema);
}

/** The columns came with the same migration and go with its rollback. */
function fillsNewColumns({ assigns, table }: Update, { own }: UndoContext): boolean {
  return assigns.every((column) => {
    return (
      own.last('addColumn', (action) => action.column.name === column && sameName(action.table, table)) !== undefined
    );
  });
}
