/**
 * The import rules of the house. `node engine/bootstrap/check-imports.mjs` runs them.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** Lowest first. A folder imports only floors below its own. */
const floors = [
  ['transport', 'journal', 'diagnostics', 'redaction'],
  ['step'],
  ['expressions'],
  ['document'],
  ['environment'], // floor 5 in the design, in this order: a plan compares with runs, both open bindings
  ['approval'], // people's answers, checked: a run takes them
  ['run'],
  ['plan'],
  ['preflight'], // knows inputs as a plan does
  ['render', 'sandbox'],
  ['cli'],
]

/** Families that other families may import, which otherwise know nothing of each other. */
const foundations = ['aws', 'x509/model', 'pkcs11/token']

/** The one file or folder that knows a package: what replacing it would touch. */
const owners = {
  '@aws-sdk/client-acm-pca': 'steps/acm-pca/client[.]ts$',
  '@aws-sdk/client-cloudhsm-v2': 'steps/cloudhsm/client[.]ts$',
  '@aws-sdk/client-ec2': 'steps/aws/ec2(-client)?[.]ts$',
  '@aws-sdk/client-iam': 'steps/iam/client[.]ts$',
  '@aws-sdk/client-secrets-manager': 'steps/secrets-manager/client[.]ts$',
  '@aws-sdk/client-sts': 'steps/aws/sts[.]ts$',
  '@marcbachmann/cel-js': 'engine/expressions/',
  '@peculiar/x509': 'steps/x509/model/peculiar[.]ts$',
  '@smithy/node-http-handler': 'steps/aws/client-config[.]ts$',
  esbuild: 'engine/bootstrap/',
  pkcs11js: 'steps/pkcs11/token/worker[.]mjs$',
  'reflect-metadata': 'steps/x509/model/peculiar[.]ts$',
  'temporal-polyfill': 'engine/document/zone-times[.]ts$',
  typebox: '(engine|steps)/', // the vocabulary of schemas, spoken everywhere
  yaml: 'engine/document/',
  zx: 'steps/script/runner[.]mjs$',
}

const anyOf = (names) => `(${names.join('|')})`

const floorRules = floors.flatMap((folders, level) =>
  folders.map((folder) => {
    const others = floors
      .slice(level)
      .flat()
      .filter((other) => other !== folder)
    return {
      name: `floor-of-${folder}`,
      comment: `engine/${folder} imports only floors below its own`,
      severity: 'error',
      from: { path: `^engine/${folder}/` },
      to: { path: [...others.map((other) => `^engine/${other}/`), '^engine/index[.]ts$'] },
    }
  }),
)

const ownerRules = Object.entries(owners).map(([name, owner]) => ({
  name: `only-${name}`,
  comment: `only ${owner} imports ${name}`,
  severity: 'error',
  from: { path: '^(engine|steps)/', pathNot: `^${owner}` },
  to: { path: `(^|/)node_modules/${name}/` },
}))

module.exports = {
  forbidden: [
    ...floorRules,
    ...ownerRules,
    {
      name: 'package-without-owner',
      comment: 'each third-party package has a named owner above',
      severity: 'error',
      from: { path: '^(engine|steps)/' },
      to: { path: '(^|/)node_modules/', pathNot: Object.keys(owners).map((name) => `(^|/)node_modules/${name}/`) },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'found',
      comment: 'an import that does not resolve hides from every other rule',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'one-arrow-to-steps',
      comment: 'the engine knows no step type; main.ts hands it the list',
      severity: 'error',
      from: { path: '^engine/', pathNot: '^engine/cli/main[.]ts$' },
      to: { path: '^steps/' },
    },
    {
      name: 'main-imports-the-list',
      severity: 'error',
      from: { path: '^engine/cli/main[.]ts$' },
      to: { path: '^steps/', pathNot: '^steps/index[.]ts$' },
    },
    {
      name: 'steps-import-the-contract',
      comment: 'of the engine, step types know engine/step only',
      severity: 'error',
      from: { path: '^steps/' },
      to: { path: '^engine/', pathNot: '^engine/step/' },
    },
    {
      name: 'families-are-strangers',
      comment: `families import no family but ${foundations.join(', ')}`,
      severity: 'error',
      from: { path: '^steps/([^/]+)/' },
      to: { path: '^steps/', pathNot: ['^steps/$1/', `^steps/${anyOf(foundations)}/`] },
    },
    {
      name: 'foundations-stand-alone',
      comment: 'a part of a family that others import imports nothing of the rest of it',
      severity: 'error',
      from: { path: '^steps/(x509/model|pkcs11/token)/' },
      to: { path: '^steps/', pathNot: '^steps/$1/' },
    },
    {
      name: 'simulators-on-use',
      comment: 'only a rehearsal pays for simulators: `import()` them',
      severity: 'error',
      from: { path: '^(engine|steps)/', pathNot: '^steps/[^/]+/simulator/' },
      to: { path: '^steps/[^/]+/simulator/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(engine|steps)/' },
      to: { path: '^test/' },
    },
    {
      name: 'bootstrap-stands-alone',
      comment: 'it runs before node_modules exist, and nothing needs it later',
      severity: 'error',
      from: { path: '^engine/bootstrap' },
      to: { path: '^(engine|steps)/', pathNot: '^engine/bootstrap/' },
    },
    {
      name: 'nothing-imports-bootstrap',
      severity: 'error',
      from: { path: '^(engine|steps)/', pathNot: '^engine/bootstrap' },
      to: { path: '^engine/bootstrap' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // an import of a type is knowledge too
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
