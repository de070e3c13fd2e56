import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';

/** What an older system's data is made of, in the order in which one needs the other. */
export const KINDS = ['campaigns', 'users', 'submissions', 'clips', 'payout-requests', 'payouts'] as const;
export type Kind = (typeof KINDS)[number];

/** A row as it stands in its file: texts, and null for what is empty. */
export interface FileRow {
  file: string;
  line: number;
  values: Record<string, unknown>;
}

/** Why a row, or a file as a whole (line 0), cannot be imported. */
export interface Refusal {
  file: string;
  line: number;
  why: string;
}

export interface ImportFiles {
  /** By kind; a kind without a file is absent. */
  rows: Partial<Record<Kind, FileRow[]>>;
  refusals: Refusal[];
}

const EXTENSIONS = ['.csv', '.jsonl'];

/** Of what a file of an import is. */
export const kindOf = (file: string) => file.replace(/\.\w+$/, '') as Kind;

const FILE_LIMIT_BYTES = 512 * 1024 * 1024;
const ROWS_LIMIT = 1_000_000;

/** The folder cannot be read as an import; the message says what is accepted. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/**
 * Reads the files of a folder: <kind>.csv with a line of column names first, or <kind>.jsonl with an object a line.
 * @throws ImportError there is no such folder, or nothing in it to import
 */
export function readImportFiles(folder: string): ImportFiles {
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory())
    throw new ImportError(`${folder} is not a folder: name one that holds ${KINDS.join(', ')} as .csv or .jsonl.`);
  const files: ImportFiles = { rows: {}, refusals: [] };
  for (const kind of KINDS) {
    const found = EXTENSIONS.map((extension) => `${kind}${extension}`).filter((name) =>
      fs.existsSync(path.join(folder, name)),
    );
    const [name] = found;
    if (!name) continue;
    if (found.length > 1) files.refusals.push({ file: name, line: 0, why: `there is ${found[1]}, too: leave one` });
    files.rows[kind] = readFile(path.join(folder, name), name, files.refusals);
  }
  if (!files.rows.campaigns)
    throw new ImportError(`${folder} holds no campaigns.csv or campaigns.jsonl: there is nothing to import.`);
  return files;
}

function readFile(full: string, file: string, refusals: Refusal[]): FileRow[] {
  const refuse = (why: string) => {
    refusals.push({ file, line: 0, why });
    return [];
  };
  if (fs.statSync(full).size > FILE_LIMIT_BYTES) return refuse('is larger than 512 MiB: split the import by campaigns');
  const text = fs.readFileSync(full, 'utf8');
  const rows = file.endsWith('.csv') ? readCsv(text, file, refusals) : readJsonLines(text, file, refusals);
  return rows.length > ROWS_LIMIT ? refuse(`holds more than ${ROWS_LIMIT} rows: split the import by campaigns`) : rows;
}

function readCsv(text: string, file: string, refusals: Refusal[]): FileRow[] {
  try {
    const records = parse(text, {
      bom: true,
      columns: uniqueColumns,
      skip_empty_lines: true,
      trim: true,
      info: true,
    }) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    return records.map(({ record, info }) => ({ file, line: info.lines, values: withoutEmpty(record) }));
  } catch (error) {
    refusals.push({ file, line: 0, why: `is not CSV: ${(error as Error).message}` });
    return [];
  }
}

function readJsonLines(text: string, file: string, refusals: Refusal[]): FileRow[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        const value: unknown = JSON.parse(line);
        if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
        return [{ file, line: index + 1, values: withoutEmpty(value as Record<string, unknown>) }];
      } catch {
        refusals.push({ file, line: index + 1, why: 'is not a JSON object' });
        return [];
      }
    });
}

function uniqueColumns(names: string[]): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the column ${twice} is there twice`);
  return names;
}

/** Whole numbers as the texts that CSV has for them; a fraction stays a number, and is refused as one. */
function withoutEmpty(record: Record<string, unknown>): Record<string, unknown> {
  const told = (value: unknown) => {
    if (value === '' || value === undefined) return null;
    if (Number.isSafeInteger(value) || typeof value === 'boolean') return String(value);
    return value;
  };
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, told(value)]));
}
