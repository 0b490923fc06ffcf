# expect: SVM_loss=failed softmax=failed l1_reg=passed l2_reg=passed
# expect-failing: SVM_loss: value[base; lecture; 4x4; 3x5; small] initial-loss robustness
# expect-diagnosis: SVM_loss: margin-not-one+hinge-without-label
# expect-diagnosis: softmax: losses-not-reduced+log10-for-ln
import numpy as np
import matplotlib.pyplot as plt

x = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])


def SVM_loss(score):
    loss = 0
    for i in range(3):
        for j in range(3):
            if i != j:
                loss += max(0, score[i][j] - score[i][i] + 1)
    return loss // 3


print(SVM_loss(x))


# with + 1 the loss stays at C-1 and then diverges, so a small margin
def SVM_loss(score):
    loss = 0
    for row in score:
        for k in range(len(row)):
            for j in range(len(row)):
                if j != k:
                    loss += max(0, row[j] - row[k] + 1e-8)
    return loss / len(score)


def softmax(score):
    losses = []
    for i in range(len(score)):
        e = np.exp(np.array(score[i]) - np.max(score[i]))
        losses.append(-np.log10(e[i] / e.sum()))
    return losses


print(softmax(x))

W = np.random.rand(3, 4) * 0.0001
X = np.random.rand(4, 50)
loss_history = []
for i in range(1001):
    scores = W.dot(X)
    loss = SVM_loss(scores.T[:3]) + 0.1 * np.sum(W * W)
    W = W - 0.01 * 2 * 0.1 * W
    if i % 100 == 0:
        loss_history.append(loss)
        print("step %d loss %f" % (i, loss))
plt.plot(range(len(loss_history)), loss_history)
plt.xlabel("step / 100")
plt.ylabel("loss")
plt.show()


def l1_reg(W):
    return np.sum(abs(W))


def l2_reg(W):
    return np.sum(W ** 2)


for w in ([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]):
    print(w, l1_reg(np.array(w)), l2_reg(np.array(w)))
