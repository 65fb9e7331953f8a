"""Tokenizers of transformers for the models of this package: llama2.c's vocabulary, or the words of some texts."""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Tuple

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE, WordLevel
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from seismo_proof.decoder import BOS, BYTES, EOS, Vocabulary

_SPACE = "\u2581"
_SPECIAL = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}


def of_llama(vocabulary: Vocabulary) -> Any:
    """The same tokens as `Vocabulary.encode`: pairs are merged in the order of the score of what they make."""
    ids, score = _pieces(vocabulary)
    tokenizer = Tokenizer(BPE(ids, _merges(ids, score), unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(_SPACE), normalizers.Replace(" ", _SPACE)])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace(_SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return _fast(tokenizer)


def of_words(texts: Iterable[str]) -> Any:
    """A token for each word of some texts, in order."""
    words = dict.fromkeys(word for text in texts for word in text.split())
    ids = {"<unk>": 0, "<s>": BOS, "</s>": EOS, **{word: n for n, word in enumerate(words, EOS + 1)}}
    tokenizer = Tokenizer(WordLevel(ids, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return _fast(tokenizer)


def _pieces(vocabulary: Vocabulary) -> Tuple[Dict[str, int], Dict[str, float]]:
    ids: Dict[str, int] = {}
    score: Dict[str, float] = {}
    for token, (piece, value) in enumerate(zip(vocabulary.pieces, vocabulary.scores)):
        # llama2.c puts lines around the first of these, and writes bytes and spaces as they are.
        named = {BOS: "<s>", EOS: "</s>"}.get(token, f"<0x{token - BYTES.start:02X}>" if token in BYTES else piece.replace(" ", _SPACE))
        ids.setdefault(named, token)
        score.setdefault(named, value)
    return ids, score


def _merges(ids: Dict[str, int], score: Dict[str, float]) -> List[Tuple[str, str]]:
    found = [(left, piece[len(left):]) for piece in ids for left in (piece[:n] for n in range(1, len(piece)))
             if left in ids and piece[len(left):] in ids and ids[piece] > EOS]
    return sorted(found, key=lambda pair: (-score["".join(pair)], ids["".join(pair)]))


def _fast(tokenizer: Any) -> Any:
    tokenizer.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", BOS)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<unk>", padding_side="left",
                                   model_input_names=["input_ids", "attention_mask"], **_SPECIAL)
