"""The tokenizers that make_tokenizers.py writes: trained here or put together by hand."""

import json

from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

from tokenizer_texts import CLIP, CORPUS, GPT4


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
