# expect: svm_loss_naive=passed svm_loss_vectorized=passed
# 과제 1: 다중 클래스 SVM 손실과 기울기
import numpy as np


def svm_loss_naive(W, X, y, reg):
    """반복문으로 계산한 손실과 기울기입니다."""
    표본수 = X.shape[0]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(표본수):
        점수 = X[i] @ W
        for j in range(W.shape[1]):
            마진 = 점수[j] - 점수[y[i]] + 1
            if j != y[i] and 마진 > 0:  # 정답 클래스는 건너뜁니다
                loss += 마진
                dW[:, j] += X[i] / 표본수
                dW[:, y[i]] -= X[i] / 표본수
    return loss / 표본수 + reg * (W ** 2).sum(), dW + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    """행렬 연산으로 계산합니다."""
    표본수 = X.shape[0]
    점수 = X @ W
    정답 = np.zeros(점수.shape, dtype=bool)
    정답[np.arange(표본수), y] = True
    마진 = 점수 - 점수[정답].reshape(-1, 1) + 1
    위반 = (마진 > 0) & ~정답
    loss = 마진[위반].sum() / 표본수
    계수 = 위반.astype(np.float64)
    계수[정답] = -위반.sum(axis=1)
    dW = X.T @ 계수 / 표본수
    return loss + reg * (W ** 2).sum(), dW + 2 * reg * W
