"""Trains a model by minibatches, with an update rule of `optim`.

A model has `params`, a dictionary of arrays, and `loss(X, y=None)`: without y the scores (N, C), with y the loss and
a dictionary of gradients with the keys of `params`.
"""

import numpy as np
import optim


class Solver:
    """Stochastic gradient descent for one model and one set of data.

    `data` holds X_train, y_train, X_val and y_val. Options, all by keyword: `update_rule`, the name of a rule ("sgd");
    `optim_config`, its settings; `lr_decay`, the factor of the learning rate after each epoch (1.0); `batch_size`
    (100); `num_epochs` (10); `num_train_samples`, how many samples the training accuracy is taken of (1000; None: all);
    `num_val_samples` (None: all); `print_every` steps (10); `verbose` (True); `checkpoint_name`.

    After `train()` the model has the parameters that were best on the validation data, and `loss_history`,
    `train_acc_history` and `val_acc_history` tell how it went.
    """

    def __init__(self, model, data, **options):
        self.model = model
        self.X_train, self.y_train = data["X_train"], data["y_train"]
        self.X_val, self.y_val = data["X_val"], data["y_val"]
        self.optim_config = options.pop("optim_config", {})
        self.lr_decay = options.pop("lr_decay", 1.0)
        self.batch_size = options.pop("batch_size", 100)
        self.num_epochs = options.pop("num_epochs", 10)
        self.num_train_samples = options.pop("num_train_samples", 1000)
        self.num_val_samples = options.pop("num_val_samples", None)
        self.checkpoint_name = options.pop("checkpoint_name", None)  # nothing is written: there are no files here
        self.print_every = options.pop("print_every", 10)
        self.verbose = options.pop("verbose", True)
        rule = options.pop("update_rule", "sgd")
        if options:
            raise ValueError("unknown options: " + ", ".join(sorted(options)))
        if not hasattr(optim, rule):
            raise ValueError(f"there is no update rule {rule!r}")
        self.update_rule = getattr(optim, rule)
        self._reset()

    def _reset(self):
        """Nothing is trained yet."""
        self.epoch = 0
        self.best_val_acc, self.best_params = 0, {}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.optim_configs = {name: dict(self.optim_config) for name in self.model.params}

    def _step(self):
        """One update on a minibatch that is drawn at random."""
        chosen = np.random.choice(len(self.X_train), self.batch_size)
        loss, grads = self.model.loss(self.X_train[chosen], self.y_train[chosen])
        self.loss_history.append(loss)
        for name, weights in self.model.params.items():
            updated, self.optim_configs[name] = self.update_rule(weights, grads[name], self.optim_configs[name])
            self.model.params[name] = updated

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """The share of X (N, ...) that the model names as y (N,) says, or of `num_samples` drawn ones of more."""
        if num_samples is not None and len(X) > num_samples:
            chosen = np.random.choice(len(X), num_samples)
            X, y = X[chosen], y[chosen]
        starts = range(0, len(X), batch_size)
        labels = [np.argmax(self.model.loss(X[start : start + batch_size]), axis=1) for start in starts]
        return np.mean(np.hstack(labels) == y)

    def _check(self):
        """Note both accuracies, and the parameters where they are the best so far."""
        self.train_acc_history.append(self.check_accuracy(self.X_train, self.y_train, self.num_train_samples))
        self.val_acc_history.append(self.check_accuracy(self.X_val, self.y_val, self.num_val_samples))
        if self.val_acc_history[-1] > self.best_val_acc:
            self.best_val_acc = self.val_acc_history[-1]
            self.best_params = {name: weights.copy() for name, weights in self.model.params.items()}

    def train(self):
        """All epochs. The accuracies are taken after the first step, after each epoch and after the last step."""
        steps_of_epoch = max(len(self.X_train) // self.batch_size, 1)
        steps = self.num_epochs * steps_of_epoch
        for step in range(1, steps + 1):
            self._step()
            if self.verbose and (step - 1) % self.print_every == 0:
                print(f"(Iteration {step} / {steps}) loss: {self.loss_history[-1]:f}")
            if step % steps_of_epoch == 0:
                self.epoch += 1
                for config in self.optim_configs.values():
                    config["learning_rate"] *= self.lr_decay
            if step in (1, steps) or step % steps_of_epoch == 0:
                self._check()
                if self.verbose:
                    train, val = self.train_acc_history[-1], self.val_acc_history[-1]
                    print(f"(Epoch {self.epoch} / {self.num_epochs}) train acc: {train:f}; val_acc: {val:f}")
        if self.best_params:
            self.model.params = self.best_params
