# expect: svm_loss_naive=passed svm_loss_vectorized=passed
from cs231n.classifiers.k_nearest_neighbor import *
from cs231n.classifiers.linear_svm import *
