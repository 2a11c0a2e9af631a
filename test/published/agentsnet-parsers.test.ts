import { describe, expect, test } from 'vitest';
import { answerMarker, options, parseAnswer } from '../../src/agentsnet/answers.ts';
import { type MessageFault, parseMessages } from '../../src/agentsnet/messages.ts';
import { names } from '../../src/agentsnet/names.ts';
import type { Mode } from '../../src/agentsnet/rules.ts';

// How the released code of AgentsNet (arXiv 2507.08616) reads what a model wrote, beside how it should be read.

const groups = (k: number) => options('coloring', { groups: k, neighbours: [] });
const friends = (...neighbours: string[]) => options('matching', { groups: 0, neighbours });
const both = (answer: string, allowed: readonly string[]) =>
  (['upstream', 'clean'] as const).map((mode) =>
    parseAnswer(`So be it.\n\n${answerMarker}\n${answer}`, allowed, mode),
  );

describe('final answers', () => {
  test('are offered in listing order', () => {
    expect(groups(3)).toEqual(['Group 1', 'Group 2', 'Group 3']);
    expect(friends('Sara', 'Ann')).toEqual(['Sara', 'Ann', 'None']);
    expect(options('vertex-cover', { groups: 0, neighbours: [] })).toEqual(['Yes', 'No']);
    expect(options('leader-election', { groups: 0, neighbours: [] })).toEqual(['Yes', 'No']);
    expect(options('consensus', { groups: 0, neighbours: [] })).toEqual(['0', '1']);
  });

  test('groups of two digits collapse upstream to the group of their first digit', () => {
    expect(both('Group 10', groups(12))).toEqual(['Group 1', 'Group 10']);
    expect(both('Group 12', groups(12))).toEqual(['Group 1', 'Group 12']);
    // Even a group that there is not.
    expect(both('Group 42', groups(12))).toEqual(['Group 4', null]);
    // Of one digit, it is refused by both.
    expect(both('Group 9', groups(8))).toEqual([null, null]);
  });

  test.each([
    ['Daniel', 'Danielle'],
    ['Jose', 'Joseph'],
    ['Carol', 'Carolyn'],
    ['Sara', 'Sarah'],
    ['Ann', 'Anna'],
  ])('%s hides %s upstream where it is listed first', (short, long) => {
    expect(both(long, friends(short, long))).toEqual([short, long]);
    expect(both(long, friends(long, short))).toEqual([long, long]);
    expect(both(short, friends(long, short))).toEqual([short, short]);
    // A name that is no neighbour is misread upstream too.
    expect(both(long, friends(short))).toEqual([short, null]);
  });

  test('upstream wants the marker letter for letter, and white space alone behind it', () => {
    const loose = [
      '### final answer ###\n1',
      '### Final Answer ###\n**1**',
      '### Final Answer ### "1"',
      '**Final Answer: 1**',
    ];
    expect(loose.map((text) => parseAnswer(text, ['0', '1'], 'upstream'))).toEqual([null, null, null, null]);
    expect(loose.map((text) => parseAnswer(text, ['0', '1'], 'clean'))).toEqual(['1', '1', '1', '1']);
    expect(parseAnswer('I say 1.', ['0', '1'], 'upstream')).toBeNull();
    expect(parseAnswer('I say 1.', ['0', '1'], 'clean')).toBeNull();
    expect(parseAnswer(`${answerMarker}\u001c\u0085\u00a01`, ['0', '1'], 'upstream')).toBe('1');
    expect(parseAnswer(`${answerMarker}\ufeff1`, ['0', '1'], 'upstream')).toBeNull();
  });

  test('upstream takes the first marker that an option follows, clean the last', () => {
    const text = `${answerMarker} (pending)\n${answerMarker} Yes\nOn reflection:\n${answerMarker} No`;
    expect(parseAnswer(text, ['Yes', 'No'], 'upstream')).toBe('Yes');
    expect(parseAnswer(text, ['Yes', 'No'], 'clean')).toBe('No');
  });

  test('clean takes whole words only', () => {
    const yesNo = ['Yes', 'No'];
    expect(both('Nobody', yesNo)).toEqual(['No', null]);
    expect(both('No.', yesNo)).toEqual(['No', 'No']);
    expect(both('1.5', ['0', '1'])).toEqual(['1', null]);
    expect(both('Ann-Marie', friends('Ann'))).toEqual(['Ann', null]);
    expect(both('Ann, as agreed', friends('Ann'))).toEqual(['Ann', 'Ann']);
  });
});

const nameSet = new Set(names);
const read = (text: string, mode: Mode) => {
  const { messages, faults } = parseMessages(text, { names: nameSet, neighbours: ['Ann', 'Mark'], mode });
  return { messages: messages && Object.fromEntries(messages), faults };
};
const because = (...faults: (MessageFault | MessageFault['cause'])[]) =>
  faults.map((fault) => (typeof fault === 'string' ? { cause: fault } : fault));

describe('messages', () => {
  test('a sound object among prose is read alike', () => {
    const text = 'I will greet both {politely}.\n```json\n{\n  "Ann": "hi",\n  "Mark": "1 {or} 0?"\n}\n```';
    for (const mode of ['upstream', 'clean'] as const) {
      expect(read(text, mode)).toEqual({ messages: { Ann: 'hi', Mark: '1 {or} 0?' }, faults: [] });
    }
  });

  test('an empty object is silence, and no object a failure', () => {
    for (const mode of ['upstream', 'clean'] as const) {
      expect(read('Nothing to say: {}', mode)).toEqual({ messages: {}, faults: [] });
      expect(read('I say nothing.', mode)).toEqual({ messages: null, faults: because('no-object') });
      expect(read('Sets: } then {', mode)).toEqual({ messages: null, faults: because('no-object') });
      expect(read('{Ann: hi}', mode)).toEqual({ messages: null, faults: because('not-json') });
      expect(read('{"Ann": "hi}', mode)).toEqual({ messages: null, faults: because('not-json') });
    }
  });

  test('(a) an escaped line break inside a string breaks sound JSON upstream', () => {
    const text = '{"Ann": "one\\ntwo"}';
    expect(read(text, 'upstream')).toEqual({ messages: null, faults: because('escaped-newline') });
    expect(read(text, 'clean')).toEqual({ messages: { Ann: 'one\ntwo' }, faults: [] });
    // It also breaks what only looks like one.
    expect(read('{"Ann": "C:\\\\new"}', 'upstream')).toEqual({
      messages: null,
      faults: because('escaped-newline'),
    });
    // Between tokens it mends what would be unsound.
    expect(read('{\\n"Ann": "hi"\\n}', 'upstream')).toEqual({ messages: { Ann: 'hi' }, faults: [] });
    expect(read('{\\n"Ann": "hi"\\n}', 'clean')).toEqual({
      messages: { Ann: 'hi' },
      faults: because('escaped-newline'),
    });
  });

  test('a raw line break inside a string breaks it upstream as well', () => {
    const text = '{"Ann": "one\ntwo"}';
    expect(read(text, 'upstream')).toEqual({ messages: null, faults: because('raw-newline') });
    expect(read(text, 'clean')).toEqual({ messages: { Ann: 'one\ntwo' }, faults: because('raw-newline') });
  });

  test('(b) the trailing comma of the prompt’s own example fails upstream', () => {
    const text = '{\n    "Ann": "hi",\n    "Mark": "ho",\n}';
    expect(read(text, 'upstream')).toEqual({ messages: null, faults: because('trailing-comma') });
    expect(read(text, 'clean')).toEqual({
      messages: { Ann: 'hi', Mark: 'ho' },
      faults: because('trailing-comma'),
    });
  });

  test('(c) one unknown key voids all messages of the round upstream, and itself alone by the clean rule', () => {
    const text = '{"Ann": "hi", "all": "hello everybody"}';
    const faults = because({ cause: 'unknown-key', key: 'all' });
    expect(read(text, 'upstream')).toEqual({ messages: null, faults });
    expect(read(text, 'clean')).toEqual({ messages: { Ann: 'hi' }, faults });
    expect(read('{"all": "hello"}', 'clean')).toEqual({ messages: null, faults });
  });

  test('(c) so does a value that is no string', () => {
    const faults = because({ cause: 'not-a-string', key: 'Mark' });
    for (const value of ['{"my_value": 0}', '[1, 2]', '7', 'null', 'NaN']) {
      const text = `{"Ann": "hi", "Mark": ${value}}`;
      expect(read(text, 'upstream')).toEqual({ messages: null, faults });
      expect(read(text, 'clean')).toEqual({ messages: { Ann: 'hi' }, faults });
    }
  });

  test('(d) a name that is no neighbour is dropped alone', () => {
    const text = '{"Ann": "hi", "Sara": "can you hear me?"}';
    for (const mode of ['upstream', 'clean'] as const) {
      expect(read(text, mode)).toEqual({
        messages: { Ann: 'hi' },
        faults: because({ cause: 'not-a-neighbour', key: 'Sara' }),
      });
    }
    // Upstream is content when nothing is left; the clean rule asks again.
    expect(read('{"Sara": "hi"}', 'upstream').messages).toEqual({});
    expect(read('{"Sara": "hi"}', 'clean').messages).toBeNull();
  });

  test('(e) a stray later brace breaks decoding upstream', () => {
    const text = '{"Ann": "hi"} That is all. :-}';
    expect(read(text, 'upstream')).toEqual({ messages: null, faults: because('stray-brace') });
    expect(read(text, 'clean')).toEqual({ messages: { Ann: 'hi' }, faults: [] });
  });

  test('of several objects the last counts, for upstream only as its others cannot be decoded', () => {
    const text = 'Draft: {"Ann": "old"} Final: {"Ann": "new"}';
    for (const mode of ['upstream', 'clean'] as const)
      expect(read(text, mode).messages).toEqual({ Ann: 'new' });
    // An afterthought that addresses nobody does not replace what was said.
    expect(read('{"Ann": "hi"} where {"note": "x"}', 'clean').messages).toEqual({ Ann: 'hi' });
    expect(read('{"messages": {"Ann": "hi"}}', 'upstream').messages).toBeNull();
    expect(read('{"messages": {"Ann": "hi"}}', 'clean').messages).toEqual({ Ann: 'hi' });
  });

  test('a key given twice counts with its last value, so that only that need be text', () => {
    const text = '{"Ann": 7, "Ann": "hi"}';
    expect(read(text, 'upstream')).toEqual({ messages: { Ann: 'hi' }, faults: [] });
    expect(read(text, 'clean').messages).toEqual({ Ann: 'hi' });
  });

  test('several causes are all named', () => {
    const text = '{"Ann": "a\\nb", "team": 3,} }';
    expect(read(text, 'upstream').faults).toEqual(
      because(
        'trailing-comma',
        'escaped-newline',
        'stray-brace',
        { cause: 'unknown-key', key: 'team' },
        { cause: 'not-a-string', key: 'team' },
      ),
    );
  });
});
