/** Who may import whom: see ARCHITECTURE.md. Every rule is an error. */
const test = String.raw`\.test\.ts$`;
const core = '^src/core/';
const files = '^src/files/';

/** Everything under `from` may import, of src, only itself and `allowed`. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only: ${allowed.join(', ') || 'nothing else of src'}`,
  from: { path: from, pathNot: [test] },
  to: { path: '^src/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-junk-drawer',
      severity: 'error',
      from: {},
      to: { path: String.raw`^src/.*\b(utils|helpers|common)(/|\.ts$)` },
    },
    only('core-stands-alone', core, []),
    {
      name: 'core-npm',
      severity: 'error',
      comment: 'core may use zod and nothing else from npm',
      from: { path: core, pathNot: test },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional'], pathNot: 'node_modules/zod/' },
    },
    only('files-know-core', files, [core]),
    only('stats-are-pure', '^src/stats/', [core]),
    only('contracts-are-browser-safe', '^src/contracts/', [core]),
    only('models-know-core', '^src/models/', [core, files]),
    only('text-knows-core', '^src/text/', [core, '^src/stats/']),
    only('redaction-knows-core', '^src/redaction/', [core]),
    only('document-knows-core', '^src/document/', [core]),
    only('floors-know-text', '^src/floors/', [core, '^src/text/']),
    only('metrics-know-stats', '^src/metrics/', [core, '^src/stats/']),
    only('answering-knows-core', '^src/answering/', [core, files]),
    only('store-knows-core', '^src/store/', [core, files]),
    only('engines-know-core', '^src/engines/', [core, files]),
    only('processes-know-core', '^src/processes/', [core]),
    only('trainers-know-core', '^src/trainers/', [core, files, '^src/processes/']),
    only('config-knows-schemas', '^src/config/', [core, files, String.raw`^src/stages/[^/]+/schema\.ts$`]),
    ...['data', 'base', 'train', 'quantize', 'evaluate', 'specialist', 'report', 'curve'].map(name =>
      only(`stage-${name}`, `^src/stages/${name}/`, [
        core,
        files,
        '^src/stats/',
        '^src/metrics/',
        '^src/answering/',
        ...(name === 'evaluate' || name === 'curve' ? ['^src/floors/'] : []),
        ...(name === 'report' ? ['^src/document/'] : []),
      ]),
    ),
    only('stage-cascade', '^src/stages/cascade/', [
      core,
      files,
      '^src/stats/',
      '^src/metrics/',
      '^src/answering/',
      '^src/text/',
    ]),
    only('stage-grow', '^src/stages/grow/', [core, files, '^src/metrics/', '^src/answering/', '^src/text/']),
    only('stage-audit', '^src/stages/audit/', [core, '^src/stats/', '^src/text/', '^src/redaction/']),
    only('stage-decide', '^src/stages/decide/', [core, files, '^src/stats/', '^src/document/']),
    only('stage-serve', '^src/stages/serve/', [
      core,
      files,
      '^src/stats/',
      '^src/answering/',
      '^src/contracts/',
      '^src/redaction/',
    ]),
    {
      name: 'network-has-its-places',
      severity: 'error',
      from: {
        path: '^src/',
        // Redaction asks node:net what an address looks like.
        pathNot: [
          test,
          '/fixtures/',
          '^src/(engines|models|stages/serve|app/serve)/',
          String.raw`^src/(store/postgres|redaction/ip-address)\.ts$`,
        ],
      },
      to: { path: '^(node:)?(net|http|https|http2|tls|dns|dgram)$|node_modules/(undici|pg)/' },
    },
    only('cli-goes-through-app', '^src/cli/', ['^src/app/', core, '^src/config/']),
    {
      name: 'test-split-is-sealed',
      severity: 'error',
      comment: 'Only the composition root may open the test split; it hands it to the evaluate stage alone.',
      from: { pathNot: ['^src/app/', test, '^test/'] },
      to: { path: String.raw`^src/store/test-split\.ts$` },
    },
    {
      name: 'only-openers-read-splits',
      severity: 'error',
      comment:
        'The reader of any split is behind the two openers, whose types keep test and development apart.',
      from: { pathNot: [test, String.raw`^src/store/(dataset-splits|test-split)\.ts$`] },
      to: { path: String.raw`^src/store/verified-examples\.ts$` },
    },
    {
      name: 'nothing-imports-index',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: String.raw`^src/index\.ts$` },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [
          test,
          String.raw`^src/(index|cli/main|engines/llama-cpp/memory-probe|stages/grow/documents/reader-program)\.ts$`,
          '/fixtures/',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
