"""Makes classification.json: run it in this folder with numpy and scikit-learn.

Probabilities are multiples of 1/256, which `float32` holds exactly and whose rows add up to 1.
"""

import json

import numpy as np
import sklearn
from sklearn import metrics

generator = np.random.default_rng(7)

CASES, CLASSES, BINS = 150, 6, 15


def each(truths, predictions, **options):
    scores = metrics.precision_recall_fscore_support(
        truths, predictions, average=None, zero_division="warn", **options
    )
    return [values.tolist() for values in scores]


def one_class():
    # Class 3 occurs and is never predicted, class 4 the other way round, class 5 neither.
    truths = generator.choice(4, size=CASES)
    weights = np.ones((CASES, CLASSES))
    weights[np.arange(CASES), truths] = 6
    weights[:, 3] = 0.2
    weights[:, 5] = 0.01
    weights[:20, 4] = 9
    weights /= weights.sum(axis=1, keepdims=True)
    counts = np.array([generator.multinomial(256, row) for row in weights])
    counts[counts.argmax(axis=1) == 3, 0] += 256
    counts[-1] = [256, 0, 0, 0, 0, 0]
    truths[-1] = 1
    probabilities = counts / counts.sum(axis=1, keepdims=True)
    predictions = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    right = predictions == truths
    labels = list(range(CLASSES))
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    inside = [bins == index for index in range(BINS)]
    precision, recall, f1, support = each(truths, predictions, labels=labels)
    return {
        "truths": truths.tolist(),
        "probabilities": probabilities.tolist(),
        "predictions": predictions.tolist(),
        "accuracy": metrics.accuracy_score(truths, predictions),
        "macroF1": metrics.f1_score(truths, predictions, average="macro"),
        "microF1": metrics.f1_score(truths, predictions, average="micro"),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "support": support,
        "confusion": metrics.confusion_matrix(truths, predictions, labels=labels).tolist(),
        "crossEntropy": metrics.log_loss(truths, probabilities, labels=labels),
        "calibrationError": sum(
            abs(right[rows].sum() - confidence[rows].sum()) for rows in inside
        )
        / CASES,
        "binCounts": [int(rows.sum()) for rows in inside],
    }


def many_labels():
    # Label 3 never occurs and is never predicted, label 4 occurs and is never predicted.
    probabilities = generator.integers(0, 257, size=(80, 5)) / 256
    probabilities[:10, 0] = 0.5
    truths = (probabilities + generator.normal(scale=0.3, size=probabilities.shape) > 0.5) * 1
    probabilities[:, 3:] /= 4
    truths[:, 3] = 0
    predictions = (probabilities >= 0.5) * 1
    precision, recall, f1, support = each(truths, predictions)
    return {
        "truths": [np.flatnonzero(row).tolist() for row in truths],
        "probabilities": probabilities.tolist(),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "support": support,
        "macroF1": metrics.f1_score(truths, predictions, average="macro"),
        "microF1": metrics.f1_score(truths, predictions, average="micro"),
        "subsetAccuracy": metrics.accuracy_score(truths, predictions),
        "hammingLoss": metrics.hamming_loss(truths, predictions),
    }


with open("classification.json", "w") as file:
    golden = {
        "scikit-learn": sklearn.__version__,
        "oneClass": one_class(),
        "manyLabels": many_labels(),
    }
    json.dump(golden, file)
    file.write("\n")
