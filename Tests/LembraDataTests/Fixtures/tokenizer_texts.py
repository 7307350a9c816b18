"""The texts and patterns that make_tokenizers.py tries tokenizers with."""

import random

SENTENCES = [
    "The river rose in the night, and by morning the lower fields were under water.",
    "She counted the lanterns twice: forty-one, forty-two, and the broken one by the gate.",
    "I don't think we'll need it; they've brought their own, haven't they?",
    "He'd said he'd come at 7:30, but it's 9 o'clock and the soup isn't warm anymore!",
    "In 1987 the bridge carried 12,450 carts a day; in 2023 it carried 98,312 cars.",
    "Nobody remembers who planted the pear trees along the northern wall.",
    "A memória é uma casa com muitas janelas, e em cada janela há uma canção.",
    "Não sei se amanhã vai chover, mas as andorinhas já voltaram ao telhado.",
    "O coração não esquece: lembrar é também uma forma de ouvir.",
    "Die Straße war naß, und die Äpfel lagen überall im hohen Gras.",
    "Übermorgen fährt der Zug um fünf Uhr nach Köln; wir müssen früh aufstehen.",
    "Größe heißt nicht, daß man alles weiß, sondern daß man fragt.",
    "记忆像一条河，慢慢地流过城市和田野。",
    "昨天晚上下了一场大雨，今天早上空气很新鲜。",
    "春の雨は静かに降り、庭の花を濡らしていた。",
    "私は毎朝コーヒーを飲みながら新聞を読みます。",
    "الذاكرة نافذة مفتوحة على بحر بعيد.",
    "كتبت الرسالة ثم نسيت أن أرسلها.",
    "Память возвращает нас туда, где мы уже не бываем.",
    "Η μνήμη είναι ένας κήπος χωρίς φράχτη.",
]

WORDS = sorted({word for sentence in SENTENCES for word in sentence.split()})


def corpus():
    """Sentences and mixtures of their words, the same in every run."""
    dice = random.Random(7)
    lines = list(SENTENCES)
    for _ in range(320):
        lines.append(" ".join(WORDS[dice.randrange(len(WORDS))] for _ in range(8)))
    return lines


CORPUS = corpus()

TEXTS = SENTENCES[:1] + [
    SENTENCES[2], SENTENCES[4], SENTENCES[6], SENTENCES[9], SENTENCES[12], SENTENCES[14],
    SENTENCES[16], SENTENCES[19],
    "",
    " ",
    "a",
    "  leading and trailing  ",
    "runs   of    blanks\tand\t\ttabs \n\n and lines\r\nCR LF\r\n\r\nend",
    "emoji 👩‍👩‍👧‍👦 and 🏳️‍🌈, 👍🏽 🇧🇷 1️⃣ 🙂🙃!",
    "combining e\u0301 a\u0308\u0323 n\u0303 and precomposed é ạ̈ ñ; q\u0307\u0323 \u1e69",
    "control \u0000 nul \u0001\u0007\u001b del \u007f next \u0085 zero\u200bwidth\u200d soft\u00adhyphen \ufeffbom",
    "ﬁligature ﬀ ① ½ ² ㎏ Ａｂｃ１２３ ｶﾞ ℌ ㌀ ﷺ Ⅷ ſ K Å",
    "한국어 문장과 각 자모 \u1112\u1161\u11ab",
    "İstanbul ΣΊΣΥΦΟΣ ẞ Ǆ ŉ",
    "x²+y²=z² ±√2 €5 £3.50 ¥100 50% #hash @name a_b c-d e/f g\\h \"q\" 'q' “q” «q» … — –",
    "snake_case CamelCase HTTPServer2 v1.2.3 192.168.0.1 user@example.com http://a.b/c?d=e&f=g",
    "WE'LL they'RE I'm it'S don'T ’s 's 'll 'x",
    "１２３４५६७ 1234567 ٣٤ 3.14159 ⅓",
    "<s>tokens</s> <pad> <|endoftext|> [CLS] x [SEP] <mask>word <mask> [MASK]ed </w> <0x41> <unk>",
    "▁metaspace ▁▁ inside▁word",
    "ภาษาไทย हिन्दी में நாள் \u0e33\u0e49",
    "a" * 40 + " " + "b" * 3 + " " + "é" * 30 + " " + "long" * 30,
    "\u2028line\u2029para\u00a0nbsp\u3000wide\u2003em\u1680ogham",
    "tail space \u2003",
    "𝒜𝓁𝓅𝒽𝒶 𠀀𠮷 𐍈",
]

PROBE_TEXTS = TEXTS[4:]

GPT4 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
        r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN = GPT4.replace(r"\p{N}{1,3}", r"\p{N}")
GPT4O = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
CLIP = (r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"
            r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")

ADDED_TEXTS = [
    "the river in RIVER rivers; in-between, in_side in", "a <mask> b<mask>c  <mask>", "<s><ss>  x <ss>y",
    "LONG long LONGer", "ing sing ing.", "two \n lines \t here lines", "é E\u0301 É", "🙂 a🙂 🙂b 🙂🙂",
    "<mas<mask>k> <s <s>>",
]
