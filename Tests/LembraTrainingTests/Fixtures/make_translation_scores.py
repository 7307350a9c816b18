"""Writes translation_scores.json: translations with the scores that sacreBLEU gives them.

    python make_translation_scores.py    # needs sacrebleu (2.6.0)

Every translation is scored alone, with sentence BLEU and chrF, and in corpora, with corpus BLEU and
chrF, cased and lowercased. Most are made to be cut or compared wrongly; MIXTURES adds random ones.
"""

import json
import logging
import pathlib
import random
import sys

from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

logging.disable(logging.WARNING)

CAT = "The cat sat on the mat, and nobody minded."

ORDINARY = [
    (CAT, CAT),
    ("The cat is sitting on the mat, and nobody minds.", CAT),
    ("A dog lay under a table.", CAT),
    ("the the the the the the the", "the cat is on the mat"),
    ("It is a guide to action that ensures that the military will obey.",
     "It is a guide to action which ensures that the military always obeys the commands."),
    ("He doesn't know what he's done, does he?", "He does not know what he has done, does he?"),
    ("Ich weiß nicht, was soll es bedeuten.", "Ich weiß nicht, was es bedeuten soll."),
    ("Das Mädchen geht über die Straße.", "Das Mädchen läuft über die Straße."),
    ("In 1987 the bridge carried 12,450 carts a day.", "In 1987 the bridge bore 12,450 carts daily."),
    ("\"Yes,\" she said; 'no,' he answered -- then both laughed...",
     "\"Yes,\" she said. 'No,' he replied - and then both laughed ..."),
    ("A memória é uma casa com muitas janelas.", "A memória é a casa de muitas janelas."),
    ("Память возвращает нас туда, где мы были.", "Память возвращает нас туда, где мы уже не бываем."),
]

NOTHING = [
    ("", CAT), (CAT, ""), ("", ""), (" ", " "), ("   ", CAT), (CAT, "\t\t"), ("\t", ""),
    ("\n", "\n\n"), ("\u00a0\u2003\u3000", CAT), ("\u200b", "\u200b"), ("\ufeff", ""),
    ("<skipped>", "<skipped>"), ("<skipped>", CAT), (CAT, "-\n"), ("a", "b"), ("a b c d e", "f g h i"),
]

SHORT = [
    ("a", "a"), ("a b", "a b"), ("a b c", "a b c"), ("a b c", "a b d"), ("a b c d", "a b c d"),
    ("b a", "a b"), (".", "."), ("...", "...."), ("a", "a b c d e f g h"), ("a b c d e f g h", "a"),
    ("ab", "abcdef"), ("abcdefg", "abcdef"), ("ja", "Ja."),
]

MARKS = [
    ("&quot;x&quot; &amp; y &lt;z&gt;", "\"x\" & y <z>"), ("&amp;lt; &amp;amp; &amp;quot;", "&lt; &amp; \""),
    ("&lt;skipped&gt; a b c d", "<skipped> a b c d"), ("&apos;a&apos; & b; c&d &", "'a' & b ; c & d &"),
    ("a <skipped> b<skipped>c d e", "a b c d e"), ("<skip<skipped>ped> a b c", "<skipped> a b c"),
    ("<SKIPPED> a b c d", "<skipped> a b c d"), ("&AMP; &QUOT; a b", "& \" a b"),
    ("hy-\nphen and line\nbreak\r\nhere", "hyphen and line break here"), ("a-\r\nb c- \nd", "ab cd"),
    ("one,two.three , four . five", "one , two . three, four. five"),
    ("3.14 1,000,000.50 .5 5. ,5 5, 1.,2 3,.4", "3.14 1,000,000.5 0.5 5 .5 5 , 1 .,2 3 ,.4"),
    ("1,,2 ..3 4.. a..b a,.,b", "1 , , 2 . . 3 4 . . a . . b a , . , b"),
    ("1-2 a-b 3-b c-4 5--6 -7 8-", "1 - 2 a-b 3 -b c-4 5 -- 6 -7 8 -"),
    ("2019-2020, 12:30, 50%, $3.50, #1, a_b, c/d, e\\f", "2019 - 2020 , 12 : 30 , 50 % , $ 3.50"),
    ("(a) [b] {c} <d> |e| ~f^ `g` *h+ =i@ ?!", "( a ) [ b ] { c } < d > | e | ~ f ^ ` g ` * h + = i @ ? !"),
    ("don't 'tis o'clock dogs' ''", "don 't ' tis o ' clock dogs ' ' '"),
    ("don’t “quote” «x» – — … ¿qué?", "don't \"quote\" <<x>> - -- ... qué?"),
    ("http://a.b/c?d=e&f=g user@example.com", "http : //a.b/c ? d = e & f = g user @ example.com"),
    ("(hi) \"hi\" (hi). ((hi)) .", "(hi hi) \"hi hi. ((hi )"), ("- -- --- a - b", "-- - a -- b"),
    ("٣,٤ ١.٢ ١-٢ １.２ ½.½", "٣ , ٤ ١ . ٢ ١ - ٢ １ . ２ ½ . ½"),
]

UNICODE = [
    ("caf\u00e9 na\u00efve r\u00e9sum\u00e9 d\u00e9j\u00e0", "cafe\u0301 nai\u0308ve re\u0301sume\u0301 de\u0301ja\u0300"),
    ("e\u0301 a\u0308\u0323 \u1e69", "e\u0301 a\u0323\u0308 s\u0323\u0307"), ("\u212b \u2126 \u212a", "\u00c5 \u03a9 K"),
    ("👩‍👩‍👧‍👦 family 👍🏽 🏳️‍🌈 🇧🇷", "👩‍👩‍👧 family 👍 🏳️ 🇵🇹"),
    ("🙂🙃🙂🙃🙂🙃🙂", "🙂🙃🙂🙃🙂🙂"), ("1️⃣.2️⃣,3️⃣", "1️⃣ . 2️⃣ , 3️⃣"),
    ("记忆像一条河，慢慢地流过城市和田野。", "记忆像河，慢慢流过城市和田野。"),
    ("春の雨は静かに降り、庭の花を濡らしていた。", "春の雨が静かに降り、庭の花を濡らした。"),
    ("한국어 문장을 번역했다.", "한국어 문장을 번역하였다."), ("\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165"),
    ("الذاكرة نافذة مفتوحة على بحر بعيد.", "الذاكرة نافذة على بحر بعيد."), ("كَتَبَ، ثُمَّ؟ نَسِيَ؛", "كتب، ثم؟ نسي؛"),
    ("हिन्दी में वाक्य।", "हिंदी में एक वाक्य।"), ("ภาษาไทยไม่มีช่องว่าง", "ภาษาไทยไม่มีวรรค"),
    ("a\u00a0b\u2003c\u3000d\u2009e\u202ff", "a b c d e f"), ("a\u1680b\u2028c\u2029d\u205fe\u0085f", "a b c d e f"),
    ("a\u001cb\u001dc\u001ed\u001fe\u000bf\u000cg", "a b c d e f g"),
    ("a\u200bb\u180ec\u2060d\ufeffe\u200cf", "a b c d e f"), ("\ufeffa b c d", "a b c d"),
    ("  a \t b   c\t\td  ", "a b c d"), ("nul\u0000byte \u0001\u001b\u007f end", "nul byte end"),
    ("x²+y²=z² ±√2 €5 £3.50 50°C", "x2 + y2 = z2 +- 2 € 5 £ 3.50 50 ° C"), ("ﬁne ﬀ ㎏ Ａｂｃ Ⅷ", "fine ff kg Abc VIII"),
    ("\U0001d54f\U0001d7d8.\U0001d7d9 \U00020000\U0001f600", "\U0001d54f \U0001d7d8 . \U0001d7d9 \U00020000"),
]

CASES = [
    ("THE CAT SAT ON THE MAT.", "the cat sat on the mat."), ("STRASSE STRAẞE Straße", "strasse straße straße"),
    ("İstanbul İ IŞIK ışık I i", "i\u0307stanbul i ışık işik i ı"), ("ΌΔΥΣΣΕΥΣ ΚΑΙ ΣΑΣ", "όδυσσευς και σας"),
    ("Σ ΑΣ ΑΣΑ ΑΣ. Α.Σ Α'Σ ΑΣ’Β Α\u0301Σ\u0301 ΑΣ\u00adΒ", "σ ας ασα ας. α.σ α'ς ας’β α\u0301ς\u0301 ας\u00adβ"),
    ("ΑΣ\nΒ ΑΣ-Β ΑΣ1 1Σ ʰΣ ΑΣʰ", "ας β ας-β ας1 1σ ʰσ αςʰ"), ("Ǆ ǅ ǆ Ⅷ Ⓐ Ａ 𐐀 Ꭰ ᏸ Ა", "ǆ ǆ ǆ ⅷ ⓐ ａ 𐐨 ꭰ ᏸ ა"),
    ("ÀÉÎÕÜ ÇÑ ØÅÆ ŒŁĐÞ", "àéîõü çñ øåæ œłđþ"), ("ДОБРОЕ УТРО", "Доброе утро"),
]

# Hypotheses with several references.
SEVERAL = [
    ("It is a guide to action which ensures that the military obeys the party.",
     ["It is a guide to action that ensures that the military will forever heed Party commands.",
      "It is the guiding principle which guarantees the military forces being under the Party.",
      "It is the practical guide for the army always to heed the directions of the party."]),
    ("the the the", ["the cat", "the the", "a"]), ("a b c d", ["a b", "a b c d e f"]),
    ("a b c d", ["a b c d e f", "a b"]), ("a b c d e", ["", "a b c d e"]), ("", ["", "a"]),
    ("b c a b", ["a b c", "c a b", "a b c"]), ("(ab) cd.", ["(ab cd.", "ab) cd"]),
]


def long_lines():
    """Lines of thousands of tokens and of code points without any space."""
    dice = random.Random(3)
    words = ["a", "of", "the", "x,", "3.5", "é", "end.", "no-one"]
    line = [dice.choice(words) for _ in range(3000)]
    other = [dice.choice(words) if dice.random() < 0.1 else word for word in line]
    return [(" ".join(line), " ".join(other)), ("ab" * 1500 + "c", "ba" * 1400), ("x. " * 1200, "x, " * 1100)]


ATOMS = (
    list("aabbcAΣσİßÉé'’\u0301\u0345.,.,-0123{~[`!(+/:@\u0661\u00bd") + [" "] * 12 + ["1,000.5 ", "3-4", "x-y", "the cat sat on "]
    + ["&quot;", "&amp;", "&lt;", "&gt;", "<skipped>", "-\n", "\n", "\r\n", "\t", "\u00a0", "\u200b", "\u3000", "👩‍👧", "日", "本", "ال"]
)


def mixtures():
    """Random sequences of ATOMS, each with one to three others that are like it."""
    dice = random.Random(5)

    def near(text):
        text = list(text)
        for _ in range(dice.randint(0, 6)):
            text.insert(dice.randint(0, len(text)), dice.choice(ATOMS))
            del text[dice.randrange(len(text))]
        return "".join(text)

    for _ in range(40):
        text = "".join(dice.choice(ATOMS) for _ in range(dice.choice([2, 5, 8, 20, 40])))
        yield text, [near(text) for _ in range(dice.choice([1, 1, 2, 3]))]


def bleu(metric, score):
    return {
        "score": score.score, "precisions": score.precisions, "brevityPenalty": score.bp,
        "hypothesisLength": score.sys_len, "referenceLength": score.ref_len,
        "matches": score.counts, "totals": score.totals, "signature": str(metric.get_signature()),
    }


def chrf(metric, score):
    return {"score": score.score, "name": score.name, "signature": str(metric.get_signature())}


# The settings of chrF that the tests know too.
CHRF_SETTINGS = [
    {}, {"lowercase": True}, {"word_order": 2}, {"word_order": 2, "lowercase": True},
    {"char_order": 4, "word_order": 1, "beta": 3},
]


def scores(hypotheses, references, is_sentence):
    """The scores of hypotheses with the list of references of each."""
    most = max(map(len, references))
    streams = [[(own + [None] * most)[index] for own in references] for index in range(most)]
    result = {"bleu": [], "chrF": []}
    for lowercase in (False, True):
        metric = BLEU(lowercase=lowercase, effective_order=is_sentence)
        result["bleu"].append(bleu(metric, metric.corpus_score(hypotheses, streams)))
    for settings in CHRF_SETTINGS:
        metric = CHRF(**settings)
        result["chrF"].append(chrf(metric, metric.corpus_score(hypotheses, streams)))
    return result


GROUPS = {
    "ordinary": ORDINARY, "nothing": NOTHING, "short": SHORT, "marks": MARKS, "unicode": UNICODE,
    "cases": CASES, "several": SEVERAL, "long": long_lines(), "mixtures": list(mixtures()),
}
sentences, corpora = [], []
tokenizer = Tokenizer13a()
for name, pairs in GROUPS.items():
    start = len(sentences)
    for text, references in pairs:
        references = [references] if isinstance(references, str) else references
        sentences.append({
            "hypothesis": text, "references": references, "tokens": tokenizer(text.rstrip()),
            "scores": scores([text], [references], True),
        })
    corpora.append({"name": name, "range": [start, len(sentences)]})
corpora += [
    {"name": "all of one reference", "range": [0, corpora[5]["range"][1]]},
    {"name": "all", "range": [0, len(sentences)]},
    {"name": "two without any match", "range": [26, 28]},
    {"name": "three without n-grams of order 4", "range": [28, 31]},
]
for corpus in corpora:
    part = sentences[slice(*corpus["range"])]
    corpus["scores"] = scores([s["hypothesis"] for s in part], [s["references"] for s in part], False)

every = [chr(c) for c in range(sys.maxunicode + 1)]
document = {
    "spaces": [ord(c) for c in every if c.isspace()],
    "capitals": [[c, c.lower()] for c in every if c.lower() != c],
    "corpora": corpora,
    "sentences": sentences,
}
with open(pathlib.Path(__file__).parent / "translation_scores.json", "w") as file:
    lines = []
    for key, value in document.items():
        separator = ",\n" if isinstance(value[0], dict) else ", "
        lines.append(json.dumps(key) + ": [" + separator.join(map(json.dumps, value)) + "]")
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
