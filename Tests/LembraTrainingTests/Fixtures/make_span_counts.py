"""Makes span_counts.json: run it in this folder with Python 3, without anything else.

It counts the spans of random tags as the script `conlleval` of the CoNLL shared tasks does: two
tables say between which tags a span ends and begins, and one pass over all tokens keeps in mind
whether truth and prediction are in the same span. Tags are drawn from sets that the script knows,
with no regard to whether one may follow another, and from valid sequences. `BIOES` adds what the
script has no rules for: S, and B after E.
"""

import json
import random

# Between which letters a span ends and begins even if the type stays the same.
ENDS = {"BB", "BO", "IB", "IO", "EE", "EI", "EO"}
BEGINS = {"BB", "IB", "OB", "OI", "EE", "EI", "OE"}
# The same for sequences of B, I, O, E and S.
ENDS_BIOES = {"BB", "BS", "BO", "IB", "IS", "IO"} | {a + b for a in "ES" for b in "BIOES"}
BEGINS_BIOES = {a + b for a in "BIOES" for b in "BS"} | {a + b for a in "OES" for b in "IE"}


def parts(tag):
    letter, _, kind = tag.partition("-")
    return letter, kind


class Rules:
    def __init__(self, ends, begins):
        self.ends, self.begins = ends, begins

    def end(self, before, after):
        (letter, kind), (next_letter, next_kind) = before, after
        if letter in "[]":
            return True
        return letter + next_letter in self.ends or (letter not in "O." and kind != next_kind)

    def begin(self, before, after):
        (letter, kind), (next_letter, next_kind) = before, after
        if next_letter in "[]":
            return True
        return letter + next_letter in self.begins or (
            next_letter not in "O." and kind != next_kind
        )


class Counter:
    def __init__(self, rules):
        self.rules = rules
        self.kinds = {}
        self.tokens = self.right_tokens = 0
        self.last_gold = self.last_guess = ("O", "")
        self.same = False

    def count(self, kind, what):
        self.kinds.setdefault(kind, {"correct": 0, "predicted": 0, "gold": 0})[what] += 1

    def move(self, gold, guess):
        gold_ends = self.rules.end(self.last_gold, gold)
        guess_ends = self.rules.end(self.last_guess, guess)
        if self.same:
            if gold_ends and guess_ends and self.last_gold[1] == self.last_guess[1]:
                self.same = False
                self.count(self.last_gold[1], "correct")
            elif gold_ends != guess_ends or gold[1] != guess[1]:
                self.same = False
        gold_begins = self.rules.begin(self.last_gold, gold)
        guess_begins = self.rules.begin(self.last_guess, guess)
        if gold_begins and guess_begins and gold[1] == guess[1]:
            self.same = True
        if gold_begins:
            self.count(gold[1], "gold")
        if guess_begins:
            self.count(guess[1], "predicted")
        self.last_gold, self.last_guess = gold, guess

    def sentence(self, gold, guess):
        for pair in zip(map(parts, gold), map(parts, guess)):
            self.move(*pair)
            self.tokens += 1
            self.right_tokens += pair[0] == pair[1]
        self.move(("O", ""), ("O", ""))


def drawn(generator, letters, kinds, length):
    """Tags without any order."""
    return [
        letter if letter in "O." else "-".join([letter, kind] if kind else [letter])
        for letter, kind in (
            (generator.choice(letters), generator.choice(kinds)) for _ in range(length)
        )
    ]


def valid(generator, letters, kinds, length):
    """Tags of spans, in IOB2 or, with E and S among the letters, in BIOES."""
    tags = []
    while len(tags) < length:
        if generator.random() < 0.4:
            tags.append("O")
            continue
        kind, size = generator.choice(kinds), min(generator.randint(1, 4), length - len(tags))
        span = ["B"] + ["I"] * (size - 1)
        if "E" in letters:
            span = ["S"] if size == 1 else span[:-1] + ["E"]
        tags += ["-".join([letter, kind] if kind else [letter]) for letter in span]
    return tags


def changed(generator, tags, letters, kinds):
    """Most of the tags, and others here and there."""
    other = drawn(generator, letters, kinds, len(tags))
    return [b if generator.random() < 0.2 else a for a, b in zip(tags, other)]


SETS = {
    "BIO": ("BIO", Rules(ENDS, BEGINS)),
    "IOE": ("IOE", Rules(ENDS, BEGINS)),
    "brackets": ("[].O", Rules(ENDS, BEGINS)),
    "BIOES": ("BIOES", Rules(ENDS_BIOES, BEGINS_BIOES)),
}


def case(generator, name, kinds, is_valid):
    letters, rules = SETS[name]
    counter, sentences = Counter(rules), []
    for _ in range(12):
        length = generator.randint(0, 12)
        gold = (valid if is_valid else drawn)(generator, letters, kinds, length)
        guess = changed(generator, gold, letters, kinds)
        if generator.random() < 0.2:
            guess = drawn(generator, letters, kinds, length)
        counter.sentence(gold, guess)
        sentences.append([" ".join(gold), " ".join(guess)])
    return {
        "name": name,
        "sentences": sentences,
        "kinds": counter.kinds,
        "tokens": counter.tokens,
        "right": counter.right_tokens,
    }


generator = random.Random(2000)
cases = [
    case(generator, name, kinds, is_valid)
    for name in SETS
    for kinds in (["PER"], ["PER", "LOC"], ["", "A-B", "C"])
    for is_valid in ([True, False] if name.startswith("BIO") else [False])
    for _ in range(4)
]
with open("span_counts.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry) for entry in cases) + "\n]\n")
