import { performance } from 'node:perf_hooks';

/** Runs named checks one after the other, prints each and counts them. */
export class Report {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** A check passes when its body returns; what it returns is handed back, undefined after a failure. */
  async check(name, body) {
    const started = performance.now();
    try {
      const result = await body();
      this.passed++;
      console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)`);
      return result;
    } catch (error) {
      this.failed++;
      console.log(`FAIL  ${name}`);
      console.log(indent(describe(error)));
      return undefined;
    }
  }

  skip(name, why) {
    this.skipped++;
    console.log(`skip  ${name}: ${why}`);
  }

  heading(text) {
    console.log(`\n${text}`);
  }

  /** The line that callers read: always the last one. */
  summary() {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
    return `${this.passed} passed, ${this.failed} failed${skipped}`;
  }
}

/** What an earlier check should have left behind; without it the present one cannot say anything. */
export function need(value, what) {
  if (value === undefined || value === null) throw new Error(`cannot be checked: ${what} is missing`);
  return value;
}

function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const ours = (error.stack ?? '').split('\n').filter((line) => /\/checks\/|\/smoke\.mjs/.test(line));
  const cause = error.cause?.message ? ` (${error.cause.message})` : '';
  return [`${error.message}${cause}`, ...ours.slice(0, 1)].join('\n');
}

function indent(text) {
  return text.replace(/^/gm, '        ');
}
