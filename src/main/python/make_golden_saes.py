"""Writes small random SAEs of each SAELens architecture, and what SAELens itself encodes with them.

    pip install sae-lens==6.54.12
    python src/main/python/make_golden_saes.py

Each directory under src/test/resources/families holds an SAE as SAELens saves it and golden.safetensors: `x` [16, 8] and
`features` [16, 24]. Checkpoints (batchtopk, matryoshka) lie there unfolded, with activation_scaler.json; their features
are those of the inference model that SAELens makes of them. torch/ holds files of torch.save: views with strides and
offsets, 16-bit storages, nested dictionaries.
"""

import json
import pathlib
import shutil
import tempfile

import torch
from safetensors.torch import save_file
from sae_lens import SAE
from sae_lens.registry import get_sae_class, get_sae_training_class

OUT = pathlib.Path(__file__).resolve().parents[3] / "src" / "test" / "resources" / "families"
D_IN, D_SAE, ROWS, SCALE = 8, 24, 16, 1.75
CASES = {
    "standard": ("standard", {}),
    "standard-no-b-dec": ("standard", {"apply_b_dec_to_input": False}),
    "standard-layer-norm": ("standard", {"normalize_activations": "layer_norm"}),
    "standard-constant-norm": ("standard", {"normalize_activations": "constant_norm_rescale"}),
    "gated": ("gated", {}),
    "gated-constant-norm": ("gated", {"normalize_activations": "constant_norm_rescale"}),
    "jumprelu": ("jumprelu", {}),
    "jumprelu-layer-norm": ("jumprelu", {"normalize_activations": "layer_norm"}),
    "topk": ("topk", {"k": 4}),
    "topk-rescaled": ("topk", {"k": 4, "rescale_acts_by_decoder_norm": True}),
    "transcoder": ("transcoder", {"d_out": 6, "apply_b_dec_to_input": False}),
    "skip-transcoder": ("skip_transcoder", {"d_out": 6, "apply_b_dec_to_input": False}),
    "jumprelu-transcoder": ("jumprelu_transcoder", {"d_out": 6, "apply_b_dec_to_input": False}),
    "jumprelu-skip-transcoder": ("jumprelu_skip_transcoder", {"d_out": 6, "apply_b_dec_to_input": False}),
}
CHECKPOINTS = {
    "batchtopk": ("batchtopk", {"k": 4, "rescale_acts_by_decoder_norm": True}, None),
    "batchtopk-scaled": ("batchtopk", {"k": 4, "rescale_acts_by_decoder_norm": True}, SCALE),
    "batchtopk-plain": ("batchtopk", {"k": 4, "rescale_acts_by_decoder_norm": False}, None),
    "matryoshka": ("matryoshka_batchtopk", {"k": 4, "matryoshka_widths": [6, 24]}, None),
    "matryoshka-scaled": ("matryoshka_batchtopk", {"k": 4, "matryoshka_widths": [6, 24]}, SCALE),
    "topk-checkpoint-scaled": ("topk", {"k": 4, "rescale_acts_by_decoder_norm": True}, SCALE),
    "standard-checkpoint-scaled": ("standard", {}, SCALE),
}


def randomise(sae):
    """Gives every parameter values that matter; thresholds so that some features fire."""
    with torch.no_grad():
        for name, parameter in sae.named_parameters():
            parameter.copy_(torch.randn(parameter.shape) * (0.4 if parameter.dim() < 2 else 0.5))
            if name == "threshold":
                parameter.copy_(0.6 + 0.2 * torch.randn(parameter.shape))


def make(getter, architecture, settings):
    """One SAE of the given class, with random weights."""
    kind, config = getter(architecture)
    sae = kind(config(d_in=D_IN, d_sae=D_SAE, dtype="float32", device="cpu", **settings))
    randomise(sae)
    return sae


def golden(directory, sae, x):
    """Writes the rows and the features."""
    with torch.no_grad():
        features = sae.encode(x).to_dense()
    save_file({"x": x.contiguous(), "features": features.contiguous()}, directory / "golden.safetensors")
    print(f"{directory.name}: {int((features > 0).sum())} of {features.numel()} fire")


def inference(name):
    """SAEs as they are published."""
    architecture, settings = CASES[name]
    sae = make(get_sae_class, architecture, settings)
    sae.save_model(OUT / name)
    golden(OUT / name, SAE.load_from_disk(OUT / name), rows())


def checkpoint(name):
    """A checkpoint as training leaves it, and the features of the inference model made of it."""
    architecture, settings, scale = CHECKPOINTS[name]
    if scale is not None:
        settings = {**settings, "normalize_activations": "expected_average_only_in"}
    sae = make(get_sae_training_class, architecture, settings)
    if hasattr(sae, "topk_threshold"):
        sae.topk_threshold = torch.tensor(0.8, dtype=torch.double)
    sae.save_model(OUT / name)
    if scale is not None:
        (OUT / name / "activation_scaler.json").write_text(json.dumps({"scaling_factor": scale}))
        sae.fold_activation_norm_scaling_factor(scale)
    with tempfile.TemporaryDirectory() as folded:
        sae.save_inference_model(folded)
        golden(OUT / name, SAE.load_from_disk(folded), rows())


def rows():
    """Rows with a few heavy values, as residual streams have."""
    x = torch.randn(ROWS, D_IN)
    x[:, 3] *= 5
    return x


def torch_files():
    """Files of torch.save, with the values they should give."""
    directory = OUT / "torch"
    directory.mkdir(parents=True)
    base = torch.randn(6, 4)
    tensors = {
        "transposed": base.T,
        "offset": base[2:, 1:3],
        "every_other": torch.arange(10, dtype=torch.float32)[::2],
        "half": base.half(),
        "bfloat": base.bfloat16(),
        "double": base.double(),
        "long": torch.arange(3),
        "scalar": torch.tensor(7, dtype=torch.int),
        "flags": torch.tensor([True, False]),
    }
    module = torch.nn.Linear(3, 2)
    torch.save({"state_dict": tensors, "cfg": {"k": 5, "activation": "TopK", "nested": {"x": 0.5, "none": None}},
                "module": module.state_dict()}, directory / "mixed.pt")
    expected = {name: value.double().contiguous() for name, value in tensors.items() if name != "flags"}
    expected["module.weight"] = module.weight.detach().double()
    save_file(expected, directory / "expected.safetensors")
    torch.save(torch.nn.Linear(3, 2), directory / "whole-module.pt")
    torch.save(base, directory / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save({"w": base}, directory / "newest-protocol.pt", pickle_protocol=4)


def main():
    torch.manual_seed(20260)
    shutil.rmtree(OUT, ignore_errors=True)
    for name in CASES:
        inference(name)
    for name in CHECKPOINTS:
        checkpoint(name)
    torch_files()


if __name__ == "__main__":
    main()
