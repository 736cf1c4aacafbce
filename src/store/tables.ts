/** Tables, by name and column. Times are ISO 8601 text; JSON is text. */
export interface Tables {
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
