import { parseArgs } from 'node:util';

/** A command was called in a way that it does not accept: one line that says what it accepts. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One option of a command. */
export interface Option {
  type: 'string' | 'boolean';
  /** What stands after "=" in the help, as in "FILE"; of options with a value alone. */
  value?: string;
  help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What options are read as: text, true or false. */
export type Values<O extends Options> = {
  [Name in keyof O]: O[Name]['type'] extends 'boolean' ? boolean : string | undefined;
};

/** A command without its types: what the list of commands holds. */
export interface Command {
  /** As in `npm run <name>`. */
  name: string;
  /** What it does, in one line. */
  summary: string;
  options: Options;
  /** What its one argument is called in the help; none: it takes no argument. */
  argument?: string;
  run(values: Record<string, string | boolean | undefined>, argument: string | undefined): Promise<void> | void;
}

/** A command with its options typed. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & {
    options: O;
    run(values: Values<O>, argument: string | undefined): Promise<void> | void;
  },
): Command {
  return command as unknown as Command;
}

const HELP: Option = { type: 'boolean', help: 'Shows this.' };

const form = ([name, { value }]: [string, Option]) => `--${name}${value ? `=${value}` : ''}`;

/** All of a command's options, as in "--head=FILE, --help". */
const accepted = ({ options, argument }: Command) =>
  [...(argument ? [argument] : []), ...Object.entries(options).map(form), '--help'].join(', ');

/** The help of one command. */
export function describeUsage(command: Command): string {
  const rows = Object.entries({ ...command.options, help: HELP });
  const width = rows.reduce((longest, row) => (form(row).length > longest ? form(row).length : longest), 0);
  return [
    `npm run ${command.name} -- ${accepted(command)
      .replaceAll(/--\S+?(?=,|$)/g, '[$&]')
      .replaceAll(', ', ' ')}`,
    '',
    command.summary,
    '',
    ...rows.map((row) => `  ${form(row).padEnd(width)}  ${row[1].help}`),
  ].join('\n');
}

/** What the command line says to a command; null: it asks for help. */
export interface Arguments {
  values: Record<string, string | boolean | undefined>;
  argument: string | undefined;
}

/**
 * Reads the arguments of a command.
 * @returns null when --help or -h is among them
 * @throws UsageError an unknown option, a value too many or missing, an argument too many
 */
export function readArguments(command: Command, args: readonly string[]): Arguments | null {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const refuse = (what: string) => new UsageError(`${what}: npm run ${command.name} accepts ${accepted(command)}.`);
  if (tokens.some((token) => token.kind === 'option' && ['help', 'h'].includes(token.name))) return null;
  const defaults = Object.entries(command.options).flatMap(([name, { type }]) =>
    type === 'boolean' ? [[name, false] as const] : [],
  );
  const read: Arguments = { values: Object.fromEntries(defaults), argument: undefined };
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (!command.argument || read.argument !== undefined) throw refuse(`"${token.value}" is not accepted`);
      read.argument = token.value;
      continue;
    }
    const option = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined;
    if (!option) throw refuse(`${token.rawName} is not known`);
    const bare =
      token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('--'));
    if (option.type === 'string' && bare) throw refuse(`${token.rawName} needs a value`);
    if (option.type === 'boolean' && token.value !== undefined) throw refuse(`${token.rawName} takes no value`);
    read.values[token.name] = option.type === 'boolean' ? true : token.value;
  }
  return read;
}
