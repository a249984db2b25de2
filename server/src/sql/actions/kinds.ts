import type { AlterTableType, Node, ObjectType } from '@pgsql/types';
import type { ObjectKind, OtherStatement, TableSubcommand } from '../kinds.js';

/** The one place that knows the parser's names for kinds of objects, sub-commands and statements. The compiler asks for all. */

const objectKinds: Readonly<Record<ObjectType, ObjectKind>> = {
  OBJECT_ACCESS_METHOD: 'access method',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_AMOP: 'operator of access method',
  OBJECT_AMPROC: 'function of access method',
  OBJECT_ATTRIBUTE: 'attribute',
  OBJECT_CAST: 'cast',
  OBJECT_COLUMN: 'column',
  OBJECT_COLLATION: 'collation',
  OBJECT_CONVERSION: 'conversion',
  OBJECT_DATABASE: 'database',
  OBJECT_DEFAULT: 'default value',
  OBJECT_DEFACL: 'default privileges',
  OBJECT_DOMAIN: 'domain',
  OBJECT_DOMCONSTRAINT: 'domain constraint',
  OBJECT_EVENT_TRIGGER: 'event trigger',
  OBJECT_EXTENSION: 'extension',
  OBJECT_FDW: 'foreign-data wrapper',
  OBJECT_FOREIGN_SERVER: 'server',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_FUNCTION: 'function',
  OBJECT_INDEX: 'index',
  OBJECT_LANGUAGE: 'language',
  OBJECT_LARGEOBJECT: 'large object',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_OPCLASS: 'operator class',
  OBJECT_OPERATOR: 'operator',
  OBJECT_OPFAMILY: 'operator family',
  OBJECT_PARAMETER_ACL: 'parameter privileges',
  OBJECT_POLICY: 'policy',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_PUBLICATION_NAMESPACE: 'schema of publication',
  OBJECT_PUBLICATION_REL: 'table of publication',
  OBJECT_ROLE: 'role',
  OBJECT_ROUTINE: 'routine',
  OBJECT_RULE: 'rule',
  OBJECT_SCHEMA: 'schema',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SUBSCRIPTION: 'subscription',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_TABCONSTRAINT: 'table constraint',
  OBJECT_TABLE: 'table',
  OBJECT_TABLESPACE: 'tablespace',
  OBJECT_TRANSFORM: 'transform',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_TSCONFIGURATION: 'text search configuration',
  OBJECT_TSDICTIONARY: 'text search dictionary',
  OBJECT_TSPARSER: 'text search parser',
  OBJECT_TSTEMPLATE: 'text search template',
  OBJECT_TYPE: 'type',
  OBJECT_USER_MAPPING: 'user mapping',
  OBJECT_VIEW: 'view',
};

/** A kind of object by the parser's name; a table where the tree leaves the name out. */
export function objectKind(type: ObjectType | undefined): ObjectKind {
  return (type === undefined ? undefined : objectKinds[type]) ?? 'table';
}

const tableSubcommands: Readonly<Record<AlterTableType, TableSubcommand>> = {
  AT_AddColumn: 'addColumn',
  AT_AddColumnToView: 'unknown',
  AT_ColumnDefault: 'columnDefault',
  AT_CookedColumnDefault: 'unknown',
  AT_DropNotNull: 'dropNotNull',
  AT_SetNotNull: 'setNotNull',
  AT_SetExpression: 'setExpression',
  AT_DropExpression: 'dropExpression',
  AT_SetStatistics: 'setStatistics',
  AT_SetOptions: 'setColumnOptions',
  AT_ResetOptions: 'resetColumnOptions',
  AT_SetStorage: 'setStorage',
  AT_SetCompression: 'setCompression',
  AT_DropColumn: 'dropColumn',
  AT_AddIndex: 'unknown',
  AT_ReAddIndex: 'unknown',
  AT_AddConstraint: 'addConstraint',
  AT_ReAddConstraint: 'unknown',
  AT_ReAddDomainConstraint: 'unknown',
  AT_AlterConstraint: 'alterConstraint',
  AT_ValidateConstraint: 'validateConstraint',
  AT_AddIndexConstraint: 'unknown',
  AT_DropConstraint: 'dropConstraint',
  AT_ReAddComment: 'unknown',
  AT_AlterColumnType: 'alterColumnType',
  AT_AlterColumnGenericOptions: 'columnForeignOptions',
  AT_ChangeOwner: 'ownerTo',
  AT_ClusterOn: 'clusterOn',
  AT_DropCluster: 'setWithoutCluster',
  AT_SetLogged: 'setLogged',
  AT_SetUnLogged: 'setUnlogged',
  AT_DropOids: 'setWithoutOids',
  AT_SetAccessMethod: 'setAccessMethod',
  AT_SetTableSpace: 'setTablespace',
  AT_SetRelOptions: 'setStorageParameters',
  AT_ResetRelOptions: 'resetStorageParameters',
  AT_ReplaceRelOptions: 'unknown',
  AT_EnableTrig: 'enableTrigger',
  AT_EnableAlwaysTrig: 'enableAlwaysTrigger',
  AT_EnableReplicaTrig: 'enableReplicaTrigger',
  AT_DisableTrig: 'disableTrigger',
  AT_EnableTrigAll: 'enableTriggerAll',
  AT_DisableTrigAll: 'disableTriggerAll',
  AT_EnableTrigUser: 'enableTriggerUser',
  AT_DisableTrigUser: 'disableTriggerUser',
  AT_EnableRule: 'enableRule',
  AT_EnableAlwaysRule: 'enableAlwaysRule',
  AT_EnableReplicaRule: 'enableReplicaRule',
  AT_DisableRule: 'disableRule',
  AT_AddInherit: 'inherit',
  AT_DropInherit: 'noInherit',
  AT_AddOf: 'of',
  AT_DropOf: 'notOf',
  AT_ReplicaIdentity: 'replicaIdentity',
  AT_EnableRowSecurity: 'enableRowSecurity',
  AT_DisableRowSecurity: 'disableRowSecurity',
  AT_ForceRowSecurity: 'forceRowSecurity',
  AT_NoForceRowSecurity: 'noForceRowSecurity',
  AT_GenericOptions: 'foreignOptions',
  AT_AttachPartition: 'attachPartition',
  AT_DetachPartition: 'detachPartition',
  AT_DetachPartitionFinalize: 'detachPartitionFinalize',
  AT_AddIdentity: 'addIdentity',
  AT_SetIdentity: 'setIdentity',
  AT_DropIdentity: 'dropIdentity',
  AT_ReAddStatistics: 'unknown',
};

/** A sub-command of ALTER TABLE by the parser's name. */
export function tableSubcommand(type: AlterTableType | undefined): TableSubcommand {
  return (type === undefined ? undefined : tableSubcommands[type]) ?? 'unknown';
}

type Keys<T> = T extends unknown ? keyof T : never;
type Tag = Extract<Keys<Node>, `${string}Stmt`>;

/** Tags that `extractActions` reads itself, parts of statements, and tags that stand for several statements. */
type Described =
  | 'AlterTableStmt'
  | 'CreateStmt'
  | 'CreateTableAsStmt'
  | 'IndexStmt'
  | 'DropStmt'
  | 'RenameStmt'
  | 'ReindexStmt'
  | 'TruncateStmt'
  | 'InsertStmt'
  | 'UpdateStmt'
  | 'DeleteStmt'
  | 'SelectStmt'
  | 'CopyStmt'
  | 'VariableSetStmt'
  | 'TransactionStmt'
  | 'VacuumStmt'
  | 'LockStmt'
  | 'CreateEnumStmt'
  | 'AlterEnumStmt'
  | 'CreateDomainStmt'
  | 'ViewStmt'
  | 'CreateFunctionStmt'
  | 'CreateSeqStmt'
  | 'CommentStmt'
  | 'ClusterStmt'
  | 'RefreshMatViewStmt'
  | 'CreateTrigStmt'
  | 'AlterSeqStmt'
  | 'CreateSchemaStmt'
  | 'CreateExtensionStmt'
  | 'AlterObjectSchemaStmt'
  | 'DoStmt'
  | 'CallStmt'
  | 'MergeStmt'
  | 'AlterDomainStmt'
  | 'RawStmt'
  | 'SetOperationStmt'
  | 'ReturnStmt'
  | 'PLAssignStmt'
  | 'ReplicaIdentityStmt'
  | 'GrantStmt'
  | 'GrantRoleStmt'
  | 'DefineStmt';

const statements: Readonly<Record<Exclude<Tag, Described>, OtherStatement>> = {
  AlterCollationStmt: 'alter collation',
  AlterDatabaseRefreshCollStmt: 'alter database refresh collation',
  AlterDatabaseSetStmt: 'alter database set',
  AlterDatabaseStmt: 'alter database',
  AlterDefaultPrivilegesStmt: 'alter default privileges',
  AlterEventTrigStmt: 'alter event trigger',
  AlterExtensionContentsStmt: 'alter extension contents',
  AlterExtensionStmt: 'alter extension',
  AlterFdwStmt: 'alter foreign-data wrapper',
  AlterForeignServerStmt: 'alter server',
  AlterFunctionStmt: 'alter function',
  AlterObjectDependsStmt: 'depends on extension',
  AlterOpFamilyStmt: 'alter operator family',
  AlterOperatorStmt: 'alter operator',
  AlterOwnerStmt: 'owner to',
  AlterPolicyStmt: 'alter policy',
  AlterPublicationStmt: 'alter publication',
  AlterRoleSetStmt: 'alter role set',
  AlterRoleStmt: 'alter role',
  AlterStatsStmt: 'alter statistics',
  AlterSubscriptionStmt: 'alter subscription',
  AlterSystemStmt: 'alter system',
  AlterTSConfigurationStmt: 'alter text search configuration',
  AlterTSDictionaryStmt: 'alter text search dictionary',
  AlterTableMoveAllStmt: 'move all in tablespace',
  AlterTableSpaceOptionsStmt: 'alter tablespace',
  AlterTypeStmt: 'alter type',
  AlterUserMappingStmt: 'alter user mapping',
  CheckPointStmt: 'checkpoint',
  ClosePortalStmt: 'close',
  CompositeTypeStmt: 'create composite type',
  ConstraintsSetStmt: 'set constraints',
  CreateAmStmt: 'create access method',
  CreateCastStmt: 'create cast',
  CreateConversionStmt: 'create conversion',
  CreateEventTrigStmt: 'create event trigger',
  CreateFdwStmt: 'create foreign-data wrapper',
  CreateForeignServerStmt: 'create server',
  CreateForeignTableStmt: 'create foreign table',
  CreateOpClassStmt: 'create operator class',
  CreateOpFamilyStmt: 'create operator family',
  CreatePLangStmt: 'create language',
  CreatePolicyStmt: 'create policy',
  CreatePublicationStmt: 'create publication',
  CreateRangeStmt: 'create range type',
  CreateRoleStmt: 'create role',
  CreateStatsStmt: 'create statistics',
  CreateSubscriptionStmt: 'create subscription',
  CreateTableSpaceStmt: 'create tablespace',
  CreateTransformStmt: 'create transform',
  CreateUserMappingStmt: 'create user mapping',
  CreatedbStmt: 'create database',
  DeallocateStmt: 'deallocate',
  DeclareCursorStmt: 'declare',
  DiscardStmt: 'discard',
  DropOwnedStmt: 'drop owned',
  DropRoleStmt: 'drop role',
  DropSubscriptionStmt: 'drop subscription',
  DropTableSpaceStmt: 'drop tablespace',
  DropUserMappingStmt: 'drop user mapping',
  DropdbStmt: 'drop database',
  ExecuteStmt: 'execute',
  ExplainStmt: 'explain',
  FetchStmt: 'fetch',
  ImportForeignSchemaStmt: 'import foreign schema',
  ListenStmt: 'listen',
  LoadStmt: 'load',
  NotifyStmt: 'notify',
  PrepareStmt: 'prepare',
  ReassignOwnedStmt: 'reassign owned',
  RuleStmt: 'create rule',
  SecLabelStmt: 'security label',
  UnlistenStmt: 'unlisten',
  VariableShowStmt: 'show',
};

const byTag: ReadonlyMap<string, OtherStatement> = new Map(Object.entries(statements));

/** CREATE AGGREGATE, OPERATOR, TYPE … have one node. */
const defined: Readonly<Partial<Record<ObjectType, OtherStatement>>> = {
  OBJECT_AGGREGATE: 'create aggregate',
  OBJECT_OPERATOR: 'create operator',
  OBJECT_TYPE: 'create type',
  OBJECT_COLLATION: 'create collation',
  OBJECT_TSCONFIGURATION: 'create text search configuration',
  OBJECT_TSDICTIONARY: 'create text search dictionary',
  OBJECT_TSPARSER: 'create text search parser',
  OBJECT_TSTEMPLATE: 'create text search template',
};

/** What a statement is that has no kind of action of its own. */
export function otherStatement(node: Node): OtherStatement {
  if ('GrantStmt' in node) return node.GrantStmt.is_grant === true ? 'grant' : 'revoke';
  if ('GrantRoleStmt' in node) return node.GrantRoleStmt.is_grant === true ? 'grant role' : 'revoke role';
  if ('DefineStmt' in node) return (node.DefineStmt.kind && defined[node.DefineStmt.kind]) ?? 'unknown';
  return byTag.get(Object.keys(node)[0] ?? '') ?? 'unknown';
}
