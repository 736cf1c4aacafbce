/** Tables of captured requests. Times are milliseconds since 1970-01-01 UTC; JSON is text. */
export interface CaptureTables {
  captures: {
    /** The request's id. */
    id: string;
    at: number;
    alias: string;
    route: string;
    /** Why the large model was asked; null where it was not escalated to. */
    reason: string | null;
    status: number;
    /** The whole Capture as JSON; the other columns are copies for look-up. */
    record: string;
    size_bytes: number;
  };
  /** What clients said of answers; all of it is kept, the newest counts. */
  capture_feedback: {
    capture_id: string;
    at: number;
    /** SHA-256 of what was said: the same said twice at once is one row. */
    hash: string;
    correct_answer: string | null;
    rating: number | null;
  };
  /** How far each journal segment has been moved into the database. */
  capture_segments: { segment: string; bytes: number };
  /** One row: what the captures take, so that the oldest can be dropped in time. */
  capture_totals: { id: number; captures: number; bytes: number };
}
