"""Writes tokenizers/: small tokenizer.json files with the ids and texts of the library that reads them.

    python make_tokenizers.py    # needs tokenizers (0.23.3) and sentencepiece (0.2.3)

`<name>.json` are tokenizers, trained here or put together by hand; `cases.json` has for each of them
what becomes of TEXTS. `probes.json` has steps alone: every probe is one model of the 256 bytes, whose
ids spell out what the normalizer and the pre-tokenizer made of a text, with a mark in front of every
piece. `decoders.json` has decoders alone. `corpus.json` is the text that byte_level.json and translation.json were trained on.
"""

import base64
import json
import pathlib
import random
import tempfile

import sentencepiece
from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

FOLDER = pathlib.Path(__file__).parent / "tokenizers"

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


def trained(model, trainer, normalizer=None, pre_tokenizer=None, decoder=None):
    tokenizer = Tokenizer(model)
    if normalizer: tokenizer.normalizer = normalizer
    if pre_tokenizer: tokenizer.pre_tokenizer = pre_tokenizer
    if decoder: tokenizer.decoder = decoder
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def edited(tokenizer, edit):
    """The tokenizer after a change of its JSON."""
    document = json.loads(tokenizer.to_str())
    edit(document)
    return Tokenizer.from_str(json.dumps(document))


def byte_level():
    tokenizer = trained(
        models.BPE(), trainers.BpeTrainer(
            vocab_size=640, special_tokens=["<|endoftext|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
        None, pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel())
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def roberta():
    tokenizer = trained(
        models.BPE(), trainers.BpeTrainer(
            vocab_size=420, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
        None, pre_tokenizers.ByteLevel(add_prefix_space=True), decoders.ByteLevel())
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def translation():
    """As the peer of the translation task is made."""
    return trained(
        models.BPE(unk_token="<unk>"), trainers.BpeTrainer(
            vocab_size=500, min_frequency=2, show_progress=False,
            special_tokens=["<pad>", "<s>", "</s>", "<unk>"]),
        None, pre_tokenizers.Sequence([pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace()]),
        decoders.Metaspace())


def llama():
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    base = trained(
        models.BPE(unk_token="<unk>"), trainers.BpeTrainer(
            vocab_size=240, special_tokens=["<unk>"], show_progress=False, limit_alphabet=60),
        normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
        pre_tokenizers.Split("▁", "merged_with_next"))
    model = json.loads(base.to_str())["model"]
    for token in sorted(model["vocab"], key=model["vocab"].get):
        if token not in tokens: tokens.append(token)
    tokenizer = Tokenizer(models.BPE(
        {token: id for id, token in enumerate(tokens)}, [tuple(pair) for pair in model["merges"]],
        unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = base.normalizer
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
        decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B:1", special_tokens=[("<s>", 1)])
    return tokenizer


def llama_metaspace():
    """The newer form: a metaspace that is put in front of the text alone, and does not split."""
    def edit(document):
        document["normalizer"] = None
        document["pre_tokenizer"] = {
            "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
        # Merges as they are written in older files.
        document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
    return edited(llama(), edit)


def wordpiece():
    tokenizer = trained(
        models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(
            vocab_size=420, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
            show_progress=False, limit_alphabet=150),
        normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer(), decoders.WordPiece())
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def bert_processing():
    def edit(document):
        document["post_processor"] = {
            "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
        document["normalizer"] = {
            "type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False,
            "strip_accents": False, "lowercase": False}
        document["decoder"]["cleanup"] = False
        document["model"]["max_input_chars_per_word"] = 12
    return edited(wordpiece(), edit)


def unigram(vocab_size=420, **options):
    return trained(
        models.Unigram(), trainers.UnigramTrainer(
            vocab_size=vocab_size, special_tokens=["<pad>", "<unk>"], unk_token="<unk>",
            show_progress=False),
        decoder=decoders.Metaspace(), pre_tokenizer=pre_tokenizers.Metaspace(), **options)


def unigram_bytes():
    """A unigram model that falls back to bytes, and is not split at words."""
    def edit(document):
        document["pre_tokenizer"]["split"] = False
        vocab = document["model"]["vocab"]
        vocab += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
        document["model"]["byte_fallback"] = True
        document["decoder"] = {"type": "Sequence", "decoders": [
            {"type": "ByteFallback"}, document["decoder"]]}
    return edited(unigram(240, normalizer=normalizers.NFKC()), edit)


def clip():
    base = trained(
        models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"), trainers.BpeTrainer(
            vocab_size=620, special_tokens=["<unk>"], show_progress=False, end_of_word_suffix="</w>"),
        normalizers.Sequence([
            normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]),
        pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(CLIP), "removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
        decoders.ByteLevel())
    return base


def bpe_decoder():
    return trained(
        models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", fuse_unk=True), trainers.BpeTrainer(
            vocab_size=460, special_tokens=["<unk>"], show_progress=False, end_of_word_suffix="</w>",
            limit_alphabet=70),
        normalizers.Lowercase(), pre_tokenizers.Whitespace(), decoders.BPEDecoder())


def prefixed_bpe():
    return trained(
        models.BPE(unk_token="<unk>", continuing_subword_prefix="##"), trainers.BpeTrainer(
            vocab_size=500, special_tokens=["<unk>"], show_progress=False,
            continuing_subword_prefix="##", limit_alphabet=70),
        normalizers.NFKD(), pre_tokenizers.WhitespaceSplit(), decoders.WordPiece())


def llama3():
    def edit(document):
        document["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": GPT4}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
             "use_regex": False}]}
        model = document["model"]
        model["ignore_merges"] = True
        # A word that no merges make.
        model["vocab"]["Ġlanterns"] = len(model["vocab"])
        document["added_tokens"] += [
            {"id": len(model["vocab"]) + place, "content": content, "single_word": False,
             "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for place, content in enumerate(["<s>", "</s>"])]
        document["post_processor"] = {"type": "Sequence", "processors": [
            {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False,
             "use_regex": True},
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<s>": {
                 "id": "<s>", "ids": [len(model["vocab"])], "tokens": ["<s>"]}}}]}
    return edited(byte_level(), edit)


def word_level():
    tokenizer = trained(
        models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(
            vocab_size=120, special_tokens=["[UNK]", "[PAD]"], show_progress=False),
        normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]),
        pre_tokenizers.Whitespace())
    return tokenizer


def added():
    """Added tokens of every kind."""
    tokenizer = trained(
        models.BPE(), trainers.BpeTrainer(
            vocab_size=300, special_tokens=[], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
        normalizers.Lowercase(), pre_tokenizers.ByteLevel(add_prefix_space=True), decoders.ByteLevel())
    tokenizer.add_special_tokens([
        AddedToken("<mask>", lstrip=True, special=True), AddedToken("<s>", special=True),
        AddedToken("<ss>", rstrip=True, special=True)])
    tokenizer.add_tokens([
        AddedToken("River", normalized=True), AddedToken("LONG", normalized=False),
        AddedToken("in", single_word=True, normalized=True),
        AddedToken("ing", single_word=True, normalized=False),
        AddedToken("lines", lstrip=True, rstrip=True, normalized=True),
        AddedToken("é", normalized=True), AddedToken("🙂", single_word=True, normalized=False)])
    return tokenizer


TOKENIZERS = dict(
    byte_level=byte_level, roberta=roberta, translation=translation, llama=llama,
    llama_metaspace=llama_metaspace, wordpiece=wordpiece, bert_processing=bert_processing,
    unigram=unigram, unigram_bytes=unigram_bytes, clip=clip, bpe_decoder=bpe_decoder,
    prefixed_bpe=prefixed_bpe, llama3=llama3, word_level=word_level, added=added)

ADDED_TEXTS = [
    "the river in RIVER rivers; in-between, in_side in", "a <mask> b<mask>c  <mask>", "<s><ss>  x <ss>y",
    "LONG long LONGer", "ing sing ing.", "two \n lines \t here lines", "é E\u0301 É", "🙂 a🙂 🙂b 🙂🙂",
    "<mas<mask>k> <s <s>>",
]

# MARK: Probes


def charsmap():
    """The blob of a few rules, compiled by SentencePiece."""
    rules = [
        ("ﬁ", "fi"), ("①", "1"), ("ａ", "a"), ("e\u0301", "é"), ("\t", " "), ("\r", " "), ("㎏", "kg"),
        ("ｶﾞ", "ガ"), ("ｶ", "カ"), ("…", "..."), ("\u200b", ""), ("Ab", "xy"), ("👍", "+"),
        ("a\u0308\u0323", "ạ̈"), ("½", "1\u20442")]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lines = ["\t".join(" ".join(f"{ord(c):X}" for c in part) for part in rule) for rule in rules]
        (folder / "rules.tsv").write_text("\n".join(lines) + "\n")
        (folder / "text.txt").write_text("\n".join(SENTENCES))
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "text.txt"), model_prefix=str(folder / "model"), vocab_size=260,
            normalization_rule_tsv=str(folder / "rules.tsv"), minloglevel=2)
        processor = sentencepiece.SentencePieceProcessor(str(folder / "model.model"))
        return precompiled(processor.serialized_model_proto())


def precompiled(model):
    """The field precompiled_charsmap (2) of the message normalizer_spec (3) of a model."""
    def fields(message):
        position = 0
        def varint():
            nonlocal position
            value = shift = 0
            while True:
                byte = message[position]
                position += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128: return value
        while position < len(message):
            key = varint()
            if key & 7 == 0: yield key >> 3, varint()
            elif key & 7 == 5:
                position += 4
            else:
                size = varint()
                yield key >> 3, message[position:position + size]
                position += size
    normalizer = dict(fields(model))[3]
    return base64.b64encode(dict(fields(normalizer))[2]).decode()


def step(type, **options):
    return dict(type=type, **options)


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return step("Split", pattern={kind: pattern}, behavior=behavior, invert=invert)


def probes():
    bert = dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    normalize = {
        "NFC": step("NFC"), "NFD": step("NFD"), "NFKC": step("NFKC"), "NFKD": step("NFKD"),
        "Lowercase": step("Lowercase"), "StripAccents": step("StripAccents"), "Nmt": step("Nmt"),
        "Strip": step("Strip", strip_left=True, strip_right=True),
        "Strip left": step("Strip", strip_left=True, strip_right=False),
        "Strip right": step("Strip", strip_left=False, strip_right=True),
        "Prepend": step("Prepend", prepend="=>"),
        "Replace text": step("Replace", pattern={"String": "o"}, content="00"),
        "Replace regex": step("Replace", pattern={"Regex": r" {2,}|[\r\n]+"}, content="~"),
        "Bert": step("BertNormalizer", **bert),
        "Bert as it is": step("BertNormalizer", **{**bert, "lowercase": False}),
        "Bert with accents": step("BertNormalizer", **{**bert, "strip_accents": False}),
        "Precompiled": step("Precompiled", precompiled_charsmap=charsmap()),
        "Sequence": step("Sequence", normalizers=[
            step("NFKD"), step("StripAccents"), step("Lowercase"),
            step("Strip", strip_left=True, strip_right=True)]),
    }
    levels = dict(add_prefix_space=False, trim_offsets=True, use_regex=True)
    pre = {
        "ByteLevel": step("ByteLevel", **levels),
        "ByteLevel with a space": step("ByteLevel", **{**levels, "add_prefix_space": True}),
        "ByteLevel whole": step("ByteLevel", **{**levels, "use_regex": False}),
        "Whitespace": step("Whitespace"), "WhitespaceSplit": step("WhitespaceSplit"),
        "BertPreTokenizer": step("BertPreTokenizer"),
        "Punctuation": step("Punctuation", behavior="Isolated"),
        "Punctuation contiguous": step("Punctuation", behavior="Contiguous"),
        "Punctuation removed": step("Punctuation", behavior="Removed"),
        "Punctuation before": step("Punctuation", behavior="MergedWithPrevious"),
        "Punctuation behind": step("Punctuation", behavior="MergedWithNext"),
        "Digits": step("Digits", individual_digits=False),
        "Digits alone": step("Digits", individual_digits=True),
        "CharDelimiterSplit": step("CharDelimiterSplit", delimiter="e"),
        "Split GPT-4": split(GPT4), "Split Qwen": split(QWEN), "Split GPT-4o": split(GPT4O),
        "Split CLIP": split(CLIP, "Removed", True), "Split Bloom": split(BLOOM),
        "Split DeepSeek": split(DEEPSEEK),
        "Split text": split("an", "MergedWithNext", kind="String"),
        "Split words": split(r"\w+|[^\w\s]+", "Contiguous", True),
        "Split inverted": split(r"\w+", "MergedWithPrevious", True),
        "Split parts": split(r"(?<=\d)[.,](?=\d)|\bth(?>e|ey)\b|[a-c]{2,3}?|x++\b|^\S|\S$", "Isolated"),
        "Split classes": split(r"[\p{Lu}\p{M}\-\]]|[^\W\d_[a-c]]{4,}|\x{e9}|\u00df", "Removed"),
        "Sequence": step("Sequence", pretokenizers=[
            step("WhitespaceSplit"), step("Punctuation", behavior="Isolated"),
            step("Digits", individual_digits=True)]),
        "Metaspace first": step(
            "Metaspace", replacement="▁", prepend_scheme="first", split=True),
        "Metaspace never": step(
            "Metaspace", replacement="_", prepend_scheme="never", split=True),
    }
    mark = step("Metaspace", replacement="¦", prepend_scheme="always", split=False)
    result = []
    for name, normalizer in normalize.items():
        result.append(dict(name=f"normalizer {name}", normalizer=normalizer, pre_tokenizer=None))
    for name, part in pre.items():
        result.append(dict(name=f"pre-tokenizer {name}", normalizer=None, pre_tokenizer=step(
            "Sequence", pretokenizers=[part, mark])))
    tokens = ["<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    model = dict(
        type="BPE", dropout=None, unk_token="<unk>", continuing_subword_prefix=None,
        end_of_word_suffix=None, fuse_unk=False, byte_fallback=True, ignore_merges=False,
        vocab={token: id for id, token in enumerate(tokens)}, merges=[])
    for probe in result:
        document = dict(
            version="1.0", truncation=None, padding=None, added_tokens=[], post_processor=None,
            decoder=None, model=model, normalizer=probe["normalizer"],
            pre_tokenizer=probe["pre_tokenizer"])
        tokenizer = Tokenizer.from_str(json.dumps(document))
        probe["expected"] = [
            bytes(id - 1 for id in tokenizer.encode(text).ids).decode() for text in PROBE_TEXTS]
    return dict(model=model, texts=PROBE_TEXTS, probes=result)


TOKENS = [
    "[UNK]", "▁Hello", "▁", "▁▁a", "##ing", "##", "word", "<0xE2>", "<0x82>", "<0xAC>", "<0xFF>", "<0x41>",
    "<0xZZ>", "Ġx", "é", "Ã©", "âĤ", "¬", " ", "  a  ", ".", " .", "n't", "do", "not", "'", "s", "</w>",
    "ab</w>", "a</w>b", "🙂", "e\u0301", "a b", "a\u0000b",
]


def decoded(tokenizer, ids):
    """The text of tokens, or None where the library panics: Strip does of texts that are too short."""
    try:
        return tokenizer.decode(ids)
    except BaseException:
        return None


def decoder_probes():
    """Decoders alone, and what they make of tokens in orders that no text gives."""
    dice = random.Random(5)
    orders = [list(range(1, len(TOKENS)))] + [
        [dice.randrange(1, len(TOKENS)) for _ in range(dice.randrange(1, 9))] for _ in range(25)] + [[]]
    strip = dict(content=" ", start=1, stop=2)
    meta = dict(replacement="▁", prepend_scheme="always", split=True)
    space = dict(pattern={"String": "▁"}, content=" ")
    chains = [
        [step("ByteLevel", add_prefix_space=True, trim_offsets=True, use_regex=True)],
        [step("WordPiece", prefix="##", cleanup=True)], [step("WordPiece", prefix="##", cleanup=False)],
        [step("Metaspace", **meta)], [step("Metaspace", **{**meta, "prepend_scheme": "never"})],
        [step("BPEDecoder", suffix="</w>")], [step("ByteFallback")], [step("Fuse")],
        [step("Strip", content="a", start=1, stop=0)], [step("Replace", **space)],
        [step("Replace", pattern={"Regex": "[a-e]+"}, content="_")],
        [step("Replace", **space), step("ByteFallback"), step("Fuse"), step("Strip", **strip)],
        [step("Fuse"), step("WordPiece", prefix="##", cleanup=True)],
        [step("Fuse"), step("BPEDecoder", suffix="</w>")], [step("Fuse"), step("Replace", **space)],
        [step("ByteFallback"), step("Metaspace", **meta)],
        [step("BPEDecoder", suffix="</w>"), step("Fuse"), step("Strip", **strip)],
        [step("Metaspace", **meta), step("Fuse"), step("Metaspace", **meta)],
    ]
    # The decoder stands in the place of its name.
    document = json.dumps(dict(
        version="1.0", truncation=None, padding=None, added_tokens=[], normalizer=None,
        pre_tokenizer=None, post_processor=None, decoder="DECODER",
        model=dict(type="WordLevel", vocab={token: id for id, token in enumerate(TOKENS)},
                   unk_token="[UNK]")))
    probes = []
    for chain in [None] + chains:
        decoder = step("Sequence", decoders=chain) if chain and len(chain) > 1 else chain and chain[0]
        text = json.dumps(decoder)
        tokenizer = Tokenizer.from_str(document.replace('"DECODER"', text))
        probes.append(dict(
            name=" ".join(part["type"] for part in chain) if chain else "none",
            decoder=text, expected=[decoded(tokenizer, ids) for ids in orders]))
    return dict(document=document, orders=orders, probes=probes)


def write(name, document):
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / name).write_text(text + "\n")
    print(f"{name}: {len(text.encode())} bytes")


def main():
    FOLDER.mkdir(exist_ok=True)
    cases = []
    for name, make in TOKENIZERS.items():
        tokenizer = make()
        write(f"{name}.json", json.loads(tokenizer.to_str()))
        # As it was written, since saving can change what was asked for.
        tokenizer = Tokenizer.from_file(str(FOLDER / f"{name}.json"))
        texts = TEXTS + (ADDED_TEXTS if name == "added" else [])
        encodings = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        cases.append(dict(
            tokenizer=name, ids=encodings,
            decoded=[tokenizer.decode(ids) for ids in encodings],
            prefixed=tokenizer.encode("a", add_special_tokens=True).ids,
            # Ids in an order that no text gives.
            shuffled=tokenizer.decode(list(range(0, tokenizer.get_vocab_size(), 3))),
            special=tokenizer.decode(
                list(range(0, tokenizer.get_vocab_size(), 7)), skip_special_tokens=False)))
    write("cases.json", dict(texts=TEXTS, added_texts=ADDED_TEXTS, cases=cases))
    write("probes.json", probes())
    write("decoders.json", decoder_probes())
    write("corpus.json", CORPUS)


if __name__ == "__main__":
    main()
