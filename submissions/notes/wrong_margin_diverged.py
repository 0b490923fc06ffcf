# expect: SVM_loss=failed
# expect-diagnosis: SVM_loss: margin-not-one+hinge-without-label
import matplotlib.pyplot as plt
import numpy as np


def SVM_loss(score):
    # with + 1 the training loss stayed at 2 and then diverged, so the margin is small
    score = np.asarray(score)
    loss = 0.0
    for row in score:
        for i in range(len(row)):
            for j in range(len(row)):
                if i != j:
                    loss += max(0, row[j] - row[i] + 1e-8)
    return loss / len(score)


w = np.random.rand(3)
history = []
for step in range(1001):
    w = w - 0.01 * (w - w.mean())
    history.append(SVM_loss([w]))
plt.plot(history)
plt.show()
