"""A small decoder end to end: generation, capture, SAE, alert, replay. Used by `prove_decoder.py`."""
