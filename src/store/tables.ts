import type { AccessTables } from './access/tables.ts';
import type { CaptureTables } from './captures/tables.ts';

/** Tables of run records. Times are ISO 8601 text; JSON is text. */
interface RunTables {
  migrations: { name: string; applied_at: string };
  runs: {
    id: string;
    stage: string;
    status: string;
    started_at: string;
    ended_at: string | null;
    input_hash: string;
    /** The whole RunRecord as JSON; the other columns are copies for look-up. */
    record: string;
  };
}

/** Every table by name and column; each area declares its own. */
export interface Tables extends RunTables, AccessTables, CaptureTables {}
