import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DataError } from '../../../core/errors/index.ts';
import { excerptOf, type RawRow } from './raw-row.ts';

/** The delimiter that the columns of a file show, where it was read with commas and has others. */
export function otherDelimiter(columns: readonly string[]): string | undefined {
  const [only = ''] = columns;
  return columns.length === 1 ? [';', '\t', '|'].find(mark => only.includes(mark)) : undefined;
}

interface ParsedRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads delimited text (CSV, TSV) with a header row. Quoted fields may hold line breaks; the line given is the
 * one on which the row begins. A quote inside an unquoted field (`5" pipe`) is text. Columns without a name, as
 * pandas writes its index and spreadsheets their empty columns, are left out.
 * @throws DataError `broken-quoting` for a quote that is never closed, naming the line it opens near;
 * `broken-header` for a repeated column name, or none at all
 */
export async function* readDelimited(
  chunks: AsyncIterable<Buffer>,
  name: string,
  delimiter: string,
  maxRowBytes: number,
): AsyncGenerator<RawRow> {
  // Counted as records are parsed: those waiting to be read are lost when a later one is broken.
  let lastLine = 0;
  const parser = parse({
    delimiter,
    info: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
    max_record_size: maxRowBytes,
    on_record: (record: string[], { lines }: { lines: number }) => {
      lastLine = lines;
      return record;
    },
  });
  const source = Readable.from(withLineFeeds(chunks));
  source.once('error', error => parser.destroy(error));
  source.pipe(parser);

  let header: string[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      const line = info.lines - breaksIn(record);
      if (record.length === 1 && record[0]!.trim() === '') continue;
      // Excel names the delimiter so in a line before the header.
      if (header === null && line === 1 && /^sep=/i.test(record[0]!)) continue;
      if (header === null) header = checkedHeader(record, name, line);
      else yield rowOf(header, record, line, delimiter);
    }
  } catch (error) {
    throw error instanceof CsvError ? brokenQuoting(error, name, lastLine + 1, maxRowBytes) : error;
  } finally {
    source.destroy();
  }
}

/**
 * csv-parse counts the two characters of a Windows line end inside quotes twice, so they become one. A file whose
 * beginning has carriage returns and no line feed ends its lines with them, as Excel's "CSV (Macintosh)" does.
 */
async function* withLineFeeds(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let carried = '';
  let onlyReturns: boolean | null = null;
  for await (const chunk of chunks) {
    onlyReturns ??= chunk.subarray(0, -1).includes(0x0d) && !chunk.includes(0x0a);
    if (onlyReturns) {
      yield chunk.toString('utf8').replaceAll('\r', '\n');
      continue;
    }
    const text = carried + chunk.toString('utf8');
    carried = text.endsWith('\r') ? '\r' : '';
    const whole = (carried === '' ? text : text.slice(0, -1)).replaceAll('\r\n', '\n');
    if (whole !== '') yield whole;
  }
}

function breaksIn(record: readonly string[]): number {
  return record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
}

function checkedHeader(record: readonly string[], name: string, line: number): string[] {
  const header = record.map(column => column.trim());
  const repeated = header.find((column, index) => column !== '' && header.indexOf(column) !== index);
  if (repeated === undefined && header.some(column => column !== '')) return header;
  throw new DataError(
    'broken-header',
    `${name} line ${line}: the header row has ${repeated === undefined ? 'no column with a name' : `the column "${repeated}" twice`}`,
    'Give every column of the first row a name of its own, or set `delimiter` for this file under data.sources.',
    { details: { file: name, line } },
  );
}

function rowOf(
  header: readonly string[],
  record: readonly string[],
  line: number,
  delimiter: string,
): RawRow {
  if (record.length !== header.length) {
    const reason = `the row has ${record.length} columns, the header has ${header.length}`;
    return {
      line,
      problem: { code: 'wrong-column-count', reason },
      excerpt: excerptOf(record.join(delimiter)),
    };
  }
  const columns = header.map((column, index) => [column, record[index]] as const);
  return { line, record: Object.fromEntries(columns.filter(([column]) => column !== '')) };
}

function brokenQuoting(error: CsvError, name: string, line: number, maxRowBytes: number): DataError {
  const tooLong = error.code === 'CSV_MAX_RECORD_SIZE';
  return new DataError(
    'broken-quoting',
    tooLong
      ? `${name}: the row that begins at line ${line} is longer than ${maxRowBytes} bytes; most likely a quote is never closed`
      : `${name}: a quote is opened in the row that begins at line ${line} and never closed`,
    'Close the quote (a quote inside a quoted field is written twice), or raise data.maxRowBytes if the row is right.',
    { cause: error, details: { file: name, line } },
  );
}
