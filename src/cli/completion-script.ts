import type { Command } from 'commander';
import { descendants } from './command-tree.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** What can follow one command: verbs, values of its first argument, options. */
interface Completions {
  /** Words after `stepdown`: "" or "models pull". */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly meaning: string }[];
  readonly options: readonly {
    readonly flag: string;
    readonly meaning: string;
    readonly values: readonly string[] | null;
    readonly takesValue: boolean;
  }[];
}

/** A static completion script: while the user types, no code of stepdown runs. */
export function completionScript(program: Command, shell: Shell): string {
  const tree = [program, ...descendants(program)].map(command => completionsOf(program, command));
  switch (shell) {
    case 'bash':
      return bash(tree);
    case 'zsh':
      return zsh(tree);
    case 'fish':
      return fish(tree);
  }
}

function completionsOf(program: Command, command: Command): Completions {
  const path: string[] = [];
  for (let at = command; at !== program; at = at.parent!) path.unshift(at.name());
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  return {
    path: path.join(' '),
    words: [
      ...command.commands.map(child => ({ word: child.name(), meaning: child.summary() })),
      ...choices.map(word => ({ word, meaning: command.registeredArguments[0]!.description })),
    ],
    options: (command === program ? program.options : [...command.options, ...program.options])
      .filter(option => option.long !== '--version')
      .map(option => ({
        flag: option.long!,
        meaning: option.description,
        values: option.argChoices ?? null,
        takesValue: option.required || option.optional,
      })),
  };
}

/**
 * The shell code that finds how deep in the verbs the cursor is; the same for bash and zsh.
 * Not called `path`: zsh ties that name to PATH.
 */
const findPath = (words: string, current: string, first: string) => `  local verb_path="" word i
  for (( i = ${first}; i < ${current}; i++ )); do
    word="\${${words}[i]}"
    case " $paths " in
      *" \${verb_path:+$verb_path/}$word "*) verb_path="\${verb_path:+$verb_path/}$word" ;;
    esac
  done`;

function pathsOf(tree: readonly Completions[]): string {
  return tree
    .filter(({ path }) => path !== '')
    .map(({ path }) => path.replaceAll(' ', '/'))
    .join(' ');
}

/** Cases of "verb path:flag"; a flag may take one thing after one verb and another after another. */
function optionValueCases(
  tree: readonly Completions[],
  give: (values: readonly string[]) => string,
  files: string,
): string {
  const flags = new Set<string>();
  const closed: string[] = [];
  for (const { path, options } of tree) {
    for (const { flag, values, takesValue } of options) {
      if (!takesValue) continue;
      flags.add(flag);
      if (values !== null)
        closed.push(`    ${path.replaceAll(' ', '/')}:${flag}) ${give(values)}; return ;;`);
    }
  }
  return [...closed, ...[...flags].map(flag => `    *:${flag}) ${files}; return ;;`)].join('\n');
}

function bash(tree: readonly Completions[]): string {
  const cases = tree.map(
    ({ path, words, options }) =>
      `    "${path.replaceAll(' ', '/')}") candidates="${[...words.map(({ word }) => word), ...options.map(({ flag }) => flag)].join(' ')}" ;;`,
  );
  const give = (values: readonly string[]) => `COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current"))`;
  return `# bash completion for stepdown
_stepdown() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" candidates=""
  local paths="${pathsOf(tree)}"
  COMPREPLY=()
${findPath('COMP_WORDS', 'COMP_CWORD', '1')}
  case "$verb_path:$previous" in
${optionValueCases(tree, give, 'COMPREPLY=($(compgen -f -- "$current"))')}
  esac
  case "$verb_path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F _stepdown stepdown
`;
}

function zsh(tree: readonly Completions[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`;
  const cases = tree.map(({ path, words, options }) => {
    const entries = [
      ...words.map(({ word, meaning }) => `${word}:${meaning}`),
      ...options.map(({ flag, meaning }) => `${flag}:${meaning}`),
    ].map(entry => quote(entry.replace(':', '\u0000')).replaceAll('\u0000', ':'));
    return `    "${path.replaceAll(' ', '/')}") candidates=(${entries.join(' ')}) ;;`;
  });
  const give = (values: readonly string[]) => `compadd -- ${values.join(' ')}`;
  return `#compdef stepdown
_stepdown() {
  local -a candidates
  local paths="${pathsOf(tree)}"
${findPath('words', 'CURRENT', '2')}
  case "$verb_path:\${words[CURRENT-1]}" in
${optionValueCases(tree, give, '_files')}
  esac
  case "$verb_path" in
${cases.join('\n')}
  esac
  _describe 'stepdown' candidates || _files
}
compdef _stepdown stepdown
`;
}

function fish(tree: readonly Completions[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = tree.flatMap(({ path, words, options }) => {
    const when = quote(`test (__stepdown_path) = "${path}"`);
    return [
      ...words.map(({ word, meaning }) => `complete -c stepdown -n ${when} -a ${word} -d ${quote(meaning)}`),
      ...options.map(({ flag, meaning, values, takesValue }) => {
        const value = !takesValue ? '' : values === null ? ' -r -F' : ` -x -a ${quote(values.join(' '))}`;
        return `complete -c stepdown -n ${when} -l ${flag.slice(2)}${value} -d ${quote(meaning)}`;
      }),
    ];
  });
  return `# fish completion for stepdown
function __stepdown_path
  set -l paths ${tree
    .filter(({ path }) => path !== '')
    .map(({ path }) => quote(path))
    .join(' ')}
  set -l found ""
  for word in (commandline -opc)[2..-1]
    set -l candidate (string trim "$found $word")
    contains -- "$candidate" $paths; and set found "$candidate"
  end
  echo "$found"
end
complete -c stepdown -f
${lines.join('\n')}
`;
}
