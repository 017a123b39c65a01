// Prints what a test run counted, as `passed failed skipped`, and on standard error which tests of jest failed:
//   node script/count-tests.mjs jest REPORT.json     (jest --json --outputFile)
//   node script/count-tests.mjs surefire FOLDER      (Maven's TEST-*.xml)
// A report that is missing or unreadable ends with exit code 1: the run crashed.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A test file that could not even be loaded ran no test, so it is one failure of its own. */
function countJest(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of listFailed(report)) console.error(`failed: ${name}`);
  return [
    report.numPassedTests,
    report.numFailedTests + report.numRuntimeErrorTestSuites,
    report.numPendingTests + report.numTodoTests,
  ];
}

/** The end of a long log need not have the name of what failed first. */
function listFailed({ testResults = [] }) {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file} could not be loaded`];
    return failed.map(
      ({ fullName, failureMessages: [message = ''] }) => `${file}: ${fullName}: ${firstLine(message)}`,
    );
  });
}

/** Without the colours that jest may have given it. */
function firstLine(message) {
  const plain = message.replace(/\u001b\[\d+m/g, '');
  return plain.split('\n', 1)[0].slice(0, 200);
}

/** Attributes of `<testsuite>` as the surefire XSD has them; `tests` includes those that failed or were skipped. */
function countSurefire(folder) {
  const totals = { tests: 0, errors: 0, failures: 0, skipped: 0 };
  const files = readdirSync(folder).filter((name) => /^TEST-.*\.xml$/.test(name));
  if (files.length === 0) throw new Error(`no TEST-*.xml in ${folder}`);
  for (const file of files) {
    const [suite] = /<testsuite\s[^>]*>/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    if (suite === undefined) throw new Error(`${file} holds no <testsuite>`);
    for (const key of Object.keys(totals)) {
      totals[key] += Number(new RegExp(`\\s${key}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    }
  }
  const failed = totals.errors + totals.failures;
  return [totals.tests - failed - totals.skipped, failed, totals.skipped];
}

const [format, path] = process.argv.slice(2);
try {
  const counts = { jest: countJest, surefire: countSurefire }[format](path);
  if (!counts.every(Number.isInteger)) throw new Error(`${path} has no counts`);
  console.log(counts.join(' '));
} catch (error) {
  console.error(`count-tests: ${error.message}`);
  process.exitCode = 1;
}
