"""Fit a linear model over named features and store it as the package reads it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from extractor.dutch.linear import LinearModel, feature_key

DATA = Path(__file__).resolve().parents[2] / "extractor" / "dutch" / "data"


def fit(
    instances: Sequence[Sequence[str]],
    labels: Sequence[str] | Sequence[frozenset[str]],
    *,
    link: Literal["softmax", "sigmoid"],
    strength: float = 1.0,
    min_count: int = 2,
) -> LinearModel:
    """Logistic regression (L2, inverse strength `strength`) on binary features.

    Args:
        instances: Features of each instance.
        labels: For `softmax` the class of each; for `sigmoid` the set of classes that hold.
        link: See `LinearModel`.
        strength: Inverse regularisation, larger trusts the data more.
        min_count: Features seen in fewer instances are left out.
    """
    counts = Counter(key for features in instances for key in {feature_key(f) for f in features})
    keys = np.array(sorted(key for key, count in counts.items() if count >= min_count), dtype=np.uint32)
    index = {int(key): column for column, key in enumerate(keys)}
    rows, columns = [], []
    for row, features in enumerate(instances):
        for key in {feature_key(f) for f in features}:
            if key in index:
                rows.append(row)
                columns.append(index[key])
    matrix = csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(instances), len(keys)))
    if link == "softmax":
        solver = LogisticRegression(C=strength, max_iter=400)
        solver.fit(matrix, np.array(list(labels), dtype=object).astype(str))
        classes = tuple(str(c) for c in solver.classes_)
        weights, bias = solver.coef_.T, solver.intercept_
        if len(classes) == 2:
            weights, bias = np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
        return LinearModel(classes, link, keys, weights.astype(np.float32), bias.astype(np.float32))
    classes = tuple(sorted(set().union(*labels)))
    table = np.zeros((len(keys), len(classes)), dtype=np.float32)
    bias = np.zeros(len(classes), dtype=np.float32)
    for column, name in enumerate(classes):
        target = np.array([name in label for label in labels])
        solver = LogisticRegression(C=strength, max_iter=300, solver="liblinear")
        solver.fit(matrix, target)
        table[:, column], bias[column] = solver.coef_[0], solver.intercept_[0]
    return LinearModel(classes, link, keys, table, bias)


def save(model: LinearModel, name: str, *, threshold: float = 0.004) -> Path:
    """Store a model in the package with 8-bit weights; rows whose weights are all tiny are dropped."""
    keep = np.abs(model.weights).max(axis=1) > threshold
    weights, keys = model.weights[keep], model.keys[keep]
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    header = json.dumps({"classes": model.classes, "link": model.link}).encode()
    path = DATA / f"{name}.npz"
    np.savez_compressed(
        path,
        header=np.frombuffer(header, dtype=np.uint8),
        keys=keys,
        weights=np.round(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=model.bias,
    )
    return path
