import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { reduceLink } from '../../src/platform/link.rules.js';
import { findLink } from '../../src/platform/link-in-text.rules.js';

interface Sample {
  form: string;
  source: string;
  date: string;
  text: string;
  platform: string;
  /** The clip's id, or the short link that has to be followed. */
  id?: string;
  short?: string;
  /** Texts made of it to lead elsewhere: each is the same clip, or refused with these words. */
  hostile: { text: string; same?: true; refused?: string }[];
}

const SAMPLES = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'samples', 'links.json'), 'utf8'),
) as Sample[];

function reduced(text: string): { refused: string } | { is: string } {
  const found = findLink(text);
  if ('refused' in found) return { refused: found.refused };
  const link = reduceLink(found.link);
  if ('refused' in link) return { refused: link.refused };
  return { is: 'short' in link ? link.short.href : `${link.platform} ${link.videoId}` };
}

const identity = ({ platform, id, short }: Sample) => ({ is: short ?? `${platform} ${id}` });

test('every sample says where it is from and when, and has five hostile variants of its own', () => {
  expect(SAMPLES.length).toBeGreaterThanOrEqual(45);
  for (const { form, source, date, hostile } of SAMPLES) {
    expect([form, source.length > 10, /\d{4}-\d{2}-\d{2}$/.test(date)]).toEqual([form, true, true]);
    expect([form, new Set(hostile.map(({ text }) => text)).size]).toEqual([form, 5]);
  }
});

describe.each(SAMPLES)('S1 $form', (sample) => {
  test('is its clip', () => {
    expect(reduced(sample.text)).toEqual(identity(sample));
  });

  test.each(sample.hostile)('$text is that clip, or refused with a reason', ({ text, same, refused }) => {
    expect(reduced(text)).toEqual(same ? identity(sample) : { refused: expect.stringContaining(refused ?? '?') });
  });
});

const FRAGMENTS = [
  '',
  ' ',
  'https://',
  'https://evil.example/',
  'evil.example/x',
  'youtu.be/',
  'https://youtu.be/dQw4w9WgXcQ',
  '://',
  '@',
  'user:pass@',
  '\\',
  '#',
  '?v=aaaaaaaaaaa',
  '/video/7543693751290481942',
  '\u200b',
  '\u202e',
  '\u0000',
  '.',
  '!',
  '**',
  '"',
  ')',
  'Look at this',
  '看看',
  '。',
  '🔥',
  '👍🏽',
  '🇩🇪',
  'é',
  '%2F',
];
const noise = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'grapheme', maxLength: 10 })), { maxLength: 4 })
  .map((parts) => parts.join(''));
const APART = fc.constantFrom(' ', '\n', '\t', '"', '<', '>', '(', ')', '「', '」', '“', '🔥', '…', '|', '\u3000');
const someSample = fc.constantFrom(...SAMPLES);

test('S1 whatever stands around a link, apart from it, the text is that one clip or refused with a reason', () => {
  fc.assert(
    fc.property(someSample, noise, APART, APART, noise, (sample, before, left, right, after) => {
      const answer = reduced(before + left + sample.text + right + after);
      if ('refused' in answer) expect(answer.refused.length).toBeGreaterThan(20);
      else expect(answer).toEqual(identity(sample));
    }),
    { numRuns: 3_000 },
  );
});

test('S1 a sentence around a link changes nothing', () => {
  const sentence = fc.constantFrom(
    '',
    'Watch this:',
    'my new clip',
    'здесь',
    '見て',
    '#fyp',
    'wow!!',
    '🔥🔥',
    '1.',
    '(',
    '«',
  );
  fc.assert(
    fc.property(
      someSample,
      sentence,
      sentence,
      fc.constantFrom('', '.', '!', ',', '…', ')', '»', '🔥'),
      (sample, before, after, end) => {
        expect(reduced(`${before} ${sample.text}${end} ${after}`)).toEqual(identity(sample));
      },
    ),
    { numRuns: 2_000 },
  );
});

/** The letters that escapes stand for. A text may also hold a percent sign that is no escape. */
const decoded = (text: string) =>
  text.replace(/%[2-7][0-9a-f]/gi, (escaped) => String.fromCharCode(parseInt(escaped.slice(1), 16)));

test('S1 whatever is written into a link, the text is refused or a clip whose id stands in it', () => {
  fc.assert(
    fc.property(someSample, noise, fc.nat(200), fc.nat(3), (sample, put, at, cut) => {
      const place = at % (sample.text.length + 1);
      const text = sample.text.slice(0, place) + put + sample.text.slice(place + cut);
      const answer = reduced(text);
      if ('refused' in answer) expect(answer.refused.length).toBeGreaterThan(20);
      else if (!answer.is.startsWith('https:')) expect(decoded(text)).toContain(answer.is.split(' ')[1]);
      else
        expect(new URL(answer.is).hostname).toMatch(
          /^(v[mt]|www|lite|m|t)\.(tiktok|tiktokv|instagram)\.com$|^instagram\.com$|^tiktok\.com$/,
        );
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['', 'The link is empty.'],
  [' \n', 'The link is empty.'],
  ['a'.repeat(2_048), 'There is no link'],
  ['a'.repeat(2_049), 'longer than 2048'],
  ['https://youtu.be/a\u0007', 'control characters'],
  ['see this', 'There is no link'],
  ['https://a.example/x https://b.example/y', 'more than one link'],
  ['https://a.example/https://b.example', 'more than one link'],
])('S1 the text %j is refused: %s', (text, why) => {
  expect(findLink(text)).toEqual({ refused: expect.stringContaining(why) });
});

test.each([
  ['look\nhttps://youtu.be/a\tnow', 'https://youtu.be/a'],
  ['https://youtu.be/a https://youtu.be/a', 'https://youtu.be/a'],
  ['https://youtu.be/a https://www.tiktok.com/tiktoklite', 'https://youtu.be/a'],
  ['**https://youtu.be/a**!', 'https://youtu.be/a'],
  ['...youtu.be/a?!', 'youtu.be/a'],
  ['\u200byoutu.be/a\u200b.', 'youtu.be/a'],
  ['.\u200bhttps://youtu.be/a.\u200b', 'https://youtu.be/a'],
  ['看https://youtu.be/a', 'https://youtu.be/a'],
  ['HTTPS://youtu.be/a', 'HTTPS://youtu.be/a'],
  ['a+b-c.1://youtu.be/a', 'a+b-c.1://youtu.be/a'],
  ['youtu.be./a', 'youtu.be./a'],
  ['youtu.be:443/a', 'youtu.be:443/a'],
  ['user:pass@youtu.be/a', 'user:pass@youtu.be/a'],
  ['vm.tik-tok1.com/a', 'vm.tik-tok1.com/a'],
  ['b\u00fccher.example/a', 'b\u00fccher.example/a'],
  ['https://youtu.be/a\u{1f44d}\u{1f3fd}', 'https://youtu.be/a'],
  ['https://youtu.be/a\u{1f1e9}\u{1f1ea}', 'https://youtu.be/a'],
  ['https://youtu.be/a\u20e3', 'https://youtu.be/a'],
])('S1 in the text %j the link is %s', (text, link) => {
  expect(findLink(text)).toEqual({ link });
});

test.each(['youtu.be', 'a/b', 'youtu.b/x', 'x youtu.be:/a', 'youtu.be:a/b', 'a@b@youtu.be/x', '/youtu.be/a'])(
  'S1 %j holds no link: it has no scheme, and does not begin with a host and a path',
  (text) => {
    expect(findLink(text)).toEqual({ refused: expect.stringContaining('There is no link') });
  },
);
