# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
import numpy as np

def 확률(점수):
	# 오버플로를 막으려고 각 행의 최댓값을 뺍니다.
	지수 = np.exp(점수 - np.max(점수, axis=1, keepdims=True))
	return 지수 / np.sum(지수, axis=1, keepdims=True)

def softmax_loss_naive(W, X, y, reg):
	loss, dW = 0.0, np.zeros(W.shape)
	for i in range(X.shape[0]):
		p = 확률(X[i:i + 1].dot(W))[0]
		loss += -np.log(p[y[i]])
		p[y[i]] -= 1
		dW += X[i][:, np.newaxis] * p[np.newaxis, :]
	loss = loss / X.shape[0] + reg * np.sum(W * W)
	dW = dW / X.shape[0] + 2 * reg * W
	return loss, dW

def softmax_loss_vectorized(W, X, y, reg):
	표본수 = X.shape[0]
	p = 확률(np.dot(X, W))
	loss = np.sum(-np.log(p[range(표본수), list(y)])) / 표본수
	dS = p.copy()
	dS[range(표본수), list(y)] += -1
	dW = (X.T).dot(dS) / 표본수
	return loss + reg * np.sum(W * W), dW + 2 * reg * W
