"""The demo's sparse autoencoder: model, texts, training and evaluation.

Shapes: a request has `n` word-piece tokens between [CLS] and [SEP]; its activation rows are `[n, d_in]`, its feature
activations `[n, d_sae]`. [CLS], [SEP] and padding are left out everywhere, as Seismo's `skip: [special, padding]` does.
"""
