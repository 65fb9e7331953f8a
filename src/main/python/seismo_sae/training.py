"""BatchTopK training with nested (Matryoshka) reconstruction, ending in a JumpReLU SAE.

A feature activation is kept if it is among the `k * batch` largest of its batch; the cut is estimated on every 16th row,
which is an unbiased and much cheaper estimate. Nested groups make the first features reconstruct on their own, which
keeps general features from being split into special ones.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from seismo_sae.bf16 import from_bf16_bits
from seismo_sae.files import Sae
from seismo_sae.model import Progress


@dataclass(frozen=True)
class Recipe:
    d_sae: int = 2048
    k: int = 32
    groups: tuple[int, ...] = (128, 512, 2048)
    batch: int = 4096
    rows: int = 2_200_000
    learning_rate: float = 1e-3
    warm_up: int = 40
    decay_share: float = 0.3
    dead_after: int = 500_000
    aux_k: int = 192
    aux_weight: float = 1 / 32
    seed: int = 7


class Rows:
    """Random batches over several stores of bf16 bits `[rows, d_in]`, without replacement within an epoch."""

    def __init__(self, stores: list[np.ndarray], seed: int) -> None:
        self._stores = stores
        self._starts = np.cumsum([0] + [len(store) for store in stores])
        self._rng = np.random.default_rng(seed)
        self._order = np.empty(0, np.int64)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def batch(self, size: int) -> torch.Tensor:
        """`[size, d_in]` f32."""
        if len(self._order) < size:
            self._order = self._rng.permutation(len(self))
        chosen, self._order = np.sort(self._order[:size]), self._order[size:]
        parts = []
        for store, low, high in zip(self._stores, self._starts, self._starts[1:]):
            inside = chosen[(chosen >= low) & (chosen < high)] - low
            parts.append(store[inside])
        return torch.from_numpy(from_bf16_bits(np.concatenate(parts)))


class _State:
    """Parameters (f32) with their bf16 copies for the matrix products, which run on the processor's bf16 units."""

    def __init__(self, sample: torch.Tensor, recipe: Recipe) -> None:
        d_in = sample.shape[1]
        self.b_dec = sample.mean(0)
        self.W_dec = torch.nn.functional.normalize(torch.randn(recipe.d_sae, d_in), dim=1)
        self.W_enc = self.W_dec.T.clone()
        self.b_enc = torch.zeros(recipe.d_sae)
        self.parameters = [self.W_enc, self.b_enc, self.W_dec, self.b_dec]
        self.silent = torch.zeros(recipe.d_sae)  # rows since a feature last fired
        self.cut = 0.0

    def gradients(self, x: torch.Tensor, recipe: Recipe) -> float:
        """Sets the gradients for the rows `x` `[batch, d_in]`; returns the fraction of variance unexplained."""
        W_enc, W_dec = self.W_enc.bfloat16(), self.W_dec.bfloat16()
        centred = (x - self.b_dec).bfloat16()
        pre = torch.addmm(self.b_enc.bfloat16(), centred, W_enc)
        probe = pre[::16].flatten()
        batch_cut = max(float(torch.topk(probe, len(x[::16]) * recipe.k).values[-1]), 1e-6)
        self.cut = batch_cut if self.cut == 0 else 0.99 * self.cut + 0.01 * batch_cut
        off = pre <= batch_cut
        f = pre.masked_fill(off, 0)

        residuals, estimate, low = [], self.b_dec.expand_as(x), 0
        for high in recipe.groups:
            estimate = estimate + (f[:, low:high] @ W_dec[low:high]).float()
            residuals.append(x - estimate)
            low = high
        weight = -2 / (len(x) * len(recipe.groups))
        pulls = [weight * residual for residual in residuals]  # derivative of the loss by each nested estimate
        grad_f, grad_W_dec, high = torch.empty_like(f), torch.empty_like(W_dec), recipe.d_sae
        pull = torch.zeros_like(x)
        for low, own in zip(reversed((0, *recipe.groups[:-1])), reversed(pulls)):
            pull = pull + own  # a feature takes part in its own prefix and all longer ones
            grad_f[:, low:high] = pull.bfloat16() @ W_dec[low:high].T
            grad_W_dec[low:high] = f[:, low:high].T @ pull.bfloat16()
            high = low
        grad_f.masked_fill_(off, 0)
        self.W_enc.grad = (centred.T @ grad_f).float()
        self.b_enc.grad = grad_f.sum(0, dtype=torch.float32)
        self.W_dec.grad = grad_W_dec.float()
        self.b_dec.grad = pull.sum(0) - self.W_enc @ self.b_enc.grad

        self.silent = torch.where(off.all(0), self.silent + len(x), 0.0)
        dead = (self.silent > recipe.dead_after).nonzero().flatten()
        if len(dead):
            self._revive(dead, centred, pre, residuals[-1], W_dec, recipe)
        return float(residuals[-1].pow(2).sum() / (x - x.mean(0)).pow(2).sum())

    def _revive(
        self,
        dead: torch.Tensor,
        centred: torch.Tensor,
        pre: torch.Tensor,
        residual: torch.Tensor,
        W_dec: torch.Tensor,
        recipe: Recipe,
    ) -> None:
        """Adds the gradients of the auxiliary loss: silent features explain what is left over, so that they come back."""
        values, chosen = torch.topk(pre[:, dead], min(recipe.aux_k, len(dead)), dim=1)
        f = torch.zeros_like(pre[:, dead]).scatter(1, chosen, values.relu())
        rest = residual - (f @ W_dec[dead]).float()
        pull = (-2 * recipe.aux_weight / len(rest) * rest).bfloat16()
        grad_f = (pull @ W_dec[dead].T).masked_fill(f == 0, 0)
        self.W_dec.grad[dead] += (f.T @ pull).float()
        self.W_enc.grad[:, dead] += (centred.T @ grad_f).float()
        self.b_enc.grad[dead] += grad_f.sum(0, dtype=torch.float32)


@torch.no_grad()
def train(rows: Rows, recipe: Recipe) -> Sae:
    """Trains on `recipe.rows` rows; inputs are scaled to mean norm sqrt(d_in) and the scale is folded into the result.

    The gradients are written out by hand: with sparse activations most of the time of automatic differentiation goes
    into passes over `[batch, d_sae]` that a few masks replace.
    """
    torch.manual_seed(recipe.seed)
    sample = rows.batch(65536)
    scale = float(sample.shape[1] ** 0.5 / sample.norm(dim=1).mean())
    state = _State(sample * scale, recipe)
    steps = recipe.rows // recipe.batch
    optimiser = torch.optim.Adam(state.parameters, lr=recipe.learning_rate, betas=(0.9, 0.999))
    progress = Progress("train rows", steps * recipe.batch)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * _rate(step, steps, recipe)
        unexplained = state.gradients(rows.batch(recipe.batch) * scale, recipe)
        torch.nn.utils.clip_grad_norm_(state.parameters, 1.0)
        optimiser.step()
        state.W_dec /= state.W_dec.norm(dim=1, keepdim=True)
        dead = int((state.silent > recipe.dead_after).sum())
        progress.at((step + 1) * recipe.batch, f"fvu {unexplained:.4f}, silent {dead}, cut {state.cut:.3f}")
    return _unscaled(state, scale)


def _rate(step: int, steps: int, recipe: Recipe) -> float:
    """Linear warm-up, constant, linear decay to zero."""
    warm = min(1.0, (step + 1) / recipe.warm_up)
    return warm * min(1.0, (steps - step) / max(recipe.decay_share * steps, 1))


def _unscaled(state: _State, scale: float) -> Sae:
    """The SAE in the units of the raw activations: decoder rows keep norm 1, feature activations shrink by `scale`."""
    return Sae(
        W_enc=state.W_enc.numpy().copy(),
        b_enc=(state.b_enc / scale).numpy().copy(),
        W_dec=state.W_dec.numpy().copy(),
        b_dec=(state.b_dec / scale).numpy().copy(),
        threshold=np.full(state.W_enc.shape[1], state.cut / scale, np.float32),
    )
