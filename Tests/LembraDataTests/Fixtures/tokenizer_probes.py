"""Steps of tokenizers alone, and what the library makes of texts or tokens with them."""

import base64
import json
import pathlib
import random
import tempfile

import sentencepiece
from tokenizers import Tokenizer

from tokenizer_texts import BLOOM, CLIP, DEEPSEEK, GPT4, GPT4O, PROBE_TEXTS, QWEN, SENTENCES


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
