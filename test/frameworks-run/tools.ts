import type { Tool } from './contract.js';
import { dbmate } from './tools/dbmate.js';
import { debianTools } from './tools/debian.js';
import { drizzle, drizzleFolders } from './tools/drizzle.js';
import { graphileMigrate } from './tools/graphile-migrate.js';
import { javascriptTools } from './tools/javascript.js';
import { liquibase } from './tools/liquibase.js';
import { postgrator, postgresMigrations } from './tools/postgrator.js';
import { prismas } from './tools/prisma.js';
import { standIns } from './tools/stand-ins.js';
import { supabase } from './tools/supabase.js';

/** Every tool that can be had, in each version and way to run it that Airlock makes a difference of. */
export const tools: readonly Tool[] = [
  ...prismas,
  dbmate,
  postgrator,
  postgresMigrations,
  graphileMigrate,
  drizzle,
  drizzleFolders,
  supabase('2.117.0'),
  supabase('3.1.0'),
  liquibase,
  ...javascriptTools,
  ...debianTools,
  ...standIns,
];
