# expect: batchnorm_forward=passed batchnorm_backward=passed batchnorm_backward_alt=passed
