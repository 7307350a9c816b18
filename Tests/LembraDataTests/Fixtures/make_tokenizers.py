"""Writes tokenizers/: small tokenizer.json files with the ids and texts of the library that reads them.

    python make_tokenizers.py    # needs tokenizers (0.23.3) and sentencepiece (0.2.3)

`<name>.json` are tokenizers, trained here or put together by hand; `cases.json` has for each of them
what becomes of TEXTS. `probes.json` has steps alone: every probe is one model of the 256 bytes, whose
ids spell out what the normalizer and the pre-tokenizer made of a text, with a mark in front of every
piece. `decoders.json` has decoders alone. `corpus.json` is the text that byte_level.json and
translation.json were trained on. Some trainers decide by chance between equals, so that not all files
are the same every time.
"""

import json
import pathlib

from tokenizers import Tokenizer

from tokenizer_models import TOKENIZERS
from tokenizer_probes import decoder_probes, probes
from tokenizer_texts import ADDED_TEXTS, CORPUS, TEXTS

FOLDER = pathlib.Path(__file__).parent / "tokenizers"


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
