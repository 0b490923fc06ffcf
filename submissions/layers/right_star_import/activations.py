# expect: affine_forward=passed affine_backward=passed relu_forward=passed relu_backward=passed softmax_loss=passed
def relu_forward(x):
    return x * (x > 0), x


def relu_backward(dout, cache):
    return dout * (cache >= 0)
