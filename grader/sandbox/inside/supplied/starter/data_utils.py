"""Readers of the course's data sets. There are none where code is graded, and each function says so."""


def _absent(*args, **kwargs):
    raise FileNotFoundError("the course's data sets are not there when your code is graded")


load_pickle = load_CIFAR_batch = load_CIFAR10 = get_CIFAR10_data = _absent
load_tiny_imagenet = load_models = load_imagenet_val = _absent
