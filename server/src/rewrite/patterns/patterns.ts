import { statementPatterns } from './by-statement.js';
import { changeOnDelete, retireEnumValue } from './constraints.js';
import { dropColumn, dropTable } from './drop-in-stages.js';
import { addIndex, addPartitionedIndex, dropIndex, replaceIndex } from './indexes.js';
import { addEnumValue, attachPartition, detachPartition, serialToIdentity } from './others.js';
import { addGeneratedColumn } from './generated-column.js';
import { moveColumns } from './move-columns.js';
import { partitionTable } from './partition-table.js';
import type { Pattern } from './pattern.js';
import { rebuildEnum } from './rebuild-enum.js';
import { rebuildIndex } from './rebuild-index.js';
import { renameTable } from './rename-table.js';
import { foreignKeyAfterOrphans, uniqueAfterDuplicates } from './repair.js';
import { columnsToJsonb, floatToCents, mergeColumns, renameColumn, splitColumn } from './replace-columns.js';
import { widenPrimaryKey } from './widen-key.js';

/** Every pattern, in the order in which they are listed. */
export const patterns: readonly Pattern[] = [
  ...statementPatterns,
  addIndex,
  addPartitionedIndex,
  replaceIndex,
  rebuildIndex,
  dropIndex,
  changeOnDelete,
  uniqueAfterDuplicates,
  foreignKeyAfterOrphans,
  renameColumn,
  splitColumn,
  mergeColumns,
  floatToCents,
  widenPrimaryKey,
  columnsToJsonb,
  moveColumns,
  addGeneratedColumn,
  dropColumn,
  renameTable,
  dropTable,
  addEnumValue,
  retireEnumValue,
  rebuildEnum,
  serialToIdentity,
  partitionTable,
  attachPartition,
  detachPartition,
];
