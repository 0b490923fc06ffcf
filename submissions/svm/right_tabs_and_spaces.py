# expect: svm_loss_naive=passed svm_loss_vectorized=passed
import numpy as np

def svm_loss_naive(W, X, y, reg):
	N = X.shape[0]
	loss = 0.0
	dW = np.zeros(W.shape)
	for i in range(N):
		scores = X[i].dot(W)
		for j in range(W.shape[1]):
			if j == y[i]:
				continue
			margin = scores[j] - scores[y[i]] + 1
			if margin > 0:
				loss += margin
				dW[:, j] += X[i]
				dW[:, y[i]] -= X[i]
	return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W

def svm_loss_vectorized(W, X, y, reg):
        N = X.shape[0]
	scores = X.dot(W)
        own = scores[np.arange(N), y]
	margins = np.maximum(0, scores - own.reshape(N, 1) + 1)
        margins[np.arange(N), y] = 0
	mask = np.zeros(margins.shape)
        mask[margins > 0] = 1
	mask[np.arange(N), y] = -np.sum(mask, axis=1)
        return np.sum(margins) / N + reg * np.sum(W * W), np.dot(X.T, mask) / N + 2 * reg * W
