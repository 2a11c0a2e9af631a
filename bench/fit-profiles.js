// Fits the profiles that ship and writes them as sources. After `npm run build`:
//
//   node bench/fit-profiles.js [RUNS...] && npx biome check --write src/profiles
//
// The models of AgentsNet's table 2, from scenarios/targets/*.json: some minutes of one core, and always the same values.
// Each is also what `synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60
// --targets scenarios/targets/MODEL.json` writes. With RUNS, result files of the AgentsNet runner with transcripts, the profile
// that is read off them too (`synod calibrate --from RUNS`).
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fitProfile, residualsOf, specimensOf } from '../dist/calibrate/calibrate-runs.js';
import { calibrateTargets } from '../dist/calibrate/calibrate-targets.js';
import { placeRuns } from '../dist/calibrate/place-runs.js';
import { sourceOf } from '../dist/cli/scenario-source.js';
import { parseTargets } from '../dist/scenario/targets.js';

const root = join(import.meta.dirname, '..');
const { signal } = new AbortController();
const date = new Date().toISOString().slice(0, 10);

function write(file, name, about, value, type = Array.isArray(value) ? 'readonly Profile[]' : 'Profile') {
  const imported = type.replace(/readonly |\[\]/g, '');
  const text = `// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: a fitted value may be near one by chance.\nimport type { ${imported} } from '../world/profile.ts';\n\n/** ${about} Written by \`bench/fit-profiles.js\`. */\nexport const ${name}: ${type} = ${JSON.stringify(value, null, 2)};\n`;
  writeFileSync(join(root, 'src/profiles', file), text);
}

const runs = process.argv.slice(2);
if (runs.length > 0) {
  const files = runs.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  const { specimens } = await specimensOf(files, 'upstream');
  const { profile } = fitProfile(specimens, {
    name: 'gpt-4o-mini-recorded',
    base: 'gpt-4o-mini',
    data: `MAFBench (arXiv 2602.03128), recorded AgentsNet runs with gpt-4o-mini: ${runs.map((it) => basename(it)).join(', ')}`,
    seed: 1,
    command: 'synod calibrate --from RUNS --seed 1 --replications 200',
    date,
  });
  const replications = 200;
  const options = { replications, seed: 1, mode: 'upstream' };
  const held = await placeRuns(specimens, () => profile, options);
  const provenance = { ...profile.provenance, simulations: replications * specimens.length };
  const about = 'gpt-4o-mini in AgentsNet, read off recorded runs decision by decision.';
  write('gpt-4o-mini-recorded.ts', 'gpt4oMiniRecorded', about, {
    ...profile,
    provenance,
    fit: residualsOf(held, false),
  });
  const byHand = await placeRuns(specimens, () => 'gpt-4o-mini', options);
  const told =
    'How far the profile gpt-4o-mini is from recorded runs that its values were read off, among others.';
  write('gpt-4o-mini-fit.ts', 'gpt4oMiniFit', told, residualsOf(byHand, false), 'readonly Residual[]');
  const digests = JSON.stringify(provenance.digests, null, 2);
  appendFileSync(
    join(root, 'src/profiles/gpt-4o-mini-fit.ts'),
    `\n/** What these runs are known by. */\nexport const gpt4oMiniDigests: readonly string[] = ${digests};\n`,
  );
}

const folder = join(root, 'scenarios/targets');
const profiles = [];
for (const file of readdirSync(folder).sort()) {
  const targets = parseTargets(readFileSync(join(folder, file), 'utf8'), file);
  const overrides = ['topology.agents=[4, 8, 16]', 'protocol.mode=upstream'];
  const source = sourceOf({ scenario: 'agentsnet', overrides, replications: '60' });
  const { profile, fit } = await calibrateTargets({
    source,
    targets,
    free: targets.free,
    holdOut: [],
    maxRuns: 1_000_000,
    signal,
    date,
    command: `synod calibrate agentsnet 'topology.agents=[4, 8, 16]' protocol.mode=upstream --replications 60 --targets scenarios/targets/${file}`,
  });
  profiles.push(profile);
  const values = fit.chosen.map(({ name, value }) => `${name} ${value}`).join(', ');
  const errors = profile.fit.map(
    ({ target, wanted, got, heldOut }) => `${target}${heldOut ? ' (held out)' : ''} ${wanted} / ${got}`,
  );
  console.log(`${profile.name}: ${values}; misfit ${fit.misfit.toFixed(2)}; ${errors.join('; ')}`);
}
write(
  'agentsnet-models.ts',
  'agentsNetModels',
  "The models of AgentsNet's table 2, fitted by simulation.",
  profiles,
);
