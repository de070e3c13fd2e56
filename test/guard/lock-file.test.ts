import fs from 'node:fs';
import path from 'node:path';

interface Locked {
  version: string;
  optionalDependencies?: Record<string, string>;
}

test('no package may run a script when it is installed', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'package.json');
  const { allowScripts } = JSON.parse(fs.readFileSync(file, 'utf8')) as { allowScripts: Record<string, boolean> };
  expect(Object.entries(allowScripts).filter(([, allowed]) => allowed)).toEqual([]);
});

test('every optional dependency in the lock file has its own entry, or npm ci fails on other platforms', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'package-lock.json');
  const packages = (JSON.parse(fs.readFileSync(file, 'utf8')) as { packages: Record<string, Locked> }).packages;
  const names = Object.keys(packages);
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter((name) => !names.some((each) => each.endsWith(`node_modules/${name}`)))
      .map((name) => `${from} -> ${name}`),
  );
  expect(missing).toEqual([]);
});
