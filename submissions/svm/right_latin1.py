# expect: svm_loss_naive=passed svm_loss_vectorized=passed
# -*- coding: latin-1 -*-
# Übung 1, Müller & Naïve: Verlust und Gradient für die SVM
import numpy as np


def svm_loss_naive(W, X, y, reg):
    """Schleife über alle Beispiele, § 3 der Vorlesung."""
    verlust = 0.0
    gradient = np.zeros(W.shape)
    for x, klasse in zip(X, y):
        punkte = x @ W
        abstand = punkte - punkte[klasse] + 1
        abstand[klasse] = 0
        aktiv = abstand > 0
        verlust += abstand[aktiv].sum()
        gradient[:, aktiv] += x[:, None]
        gradient[:, klasse] -= aktiv.sum() * x
    return verlust / len(X) + reg * np.sum(W ** 2), gradient / len(X) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    zeilen = np.arange(len(y))
    punkte = X @ W
    abstand = np.fmax(punkte - punkte[zeilen, y, None] + 1, 0)
    abstand[zeilen, y] = 0
    aktiv = np.asarray(abstand > 0, dtype=float)
    aktiv[zeilen, y] = -aktiv.sum(1)
    return abstand.sum(1).mean() + reg * np.sum(W ** 2), X.T @ (aktiv / len(y)) + 2 * reg * W
