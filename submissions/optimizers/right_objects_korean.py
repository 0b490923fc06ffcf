# expect: sgd=passed sgd_momentum=passed sgd_nesterov=passed rmsprop=passed adagrad=passed adam=passed
import numpy as np


class Rule:
    """갱신 규칙 하나: 객체를 함수처럼 호출"""

    defaults = {}
    state = ()

    def __call__(self, w, dw, config=None):
        # 기본값 채우기
        filled = dict(self.defaults)
        filled.update({name: np.zeros_like(w) for name in self.state})
        filled.update(config or {})
        return self.step(w, dw, filled), filled


class SGD(Rule):
    defaults = {"learning_rate": 1e-2}

    def step(self, w, dw, c):
        return w - c["learning_rate"] * dw


class Momentum(Rule):
    defaults = {"learning_rate": 1e-2, "momentum": 0.9}
    state = ("velocity",)

    def step(self, w, dw, c):
        c["velocity"] = c["momentum"] * c["velocity"] - c["learning_rate"] * dw
        return w + c["velocity"]


class Nesterov(Momentum):
    def step(self, w, dw, c):
        이전 = c["velocity"]
        c["velocity"] = c["momentum"] * 이전 - c["learning_rate"] * dw
        return w + c["velocity"] + c["momentum"] * (c["velocity"] - 이전)


class AdaGrad(Rule):
    defaults = {"learning_rate": 1e-2, "epsilon": 1e-8}
    state = ("cache",)

    def step(self, w, dw, c):
        c["cache"] = self.mean(c, dw)
        return w - c["learning_rate"] * dw / (np.sqrt(c["cache"]) + c["epsilon"])

    def mean(self, c, dw):
        return c["cache"] + dw**2


class RMSProp(AdaGrad):
    defaults = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}

    def mean(self, c, dw):
        # 지수 이동 평균
        return c["cache"] + (1 - c["decay_rate"]) * (dw**2 - c["cache"])


class Adam(Rule):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    state = ("m", "v")

    def step(self, w, dw, c):
        c["t"] = c["t"] + 1
        보정 = {}
        for 이름, 베타, 값 in (("m", c["beta1"], dw), ("v", c["beta2"], dw**2)):
            c[이름] = 베타 * c[이름] + (1 - 베타) * 값
            보정[이름] = c[이름] / (1 - np.power(베타, c["t"]))
        return w - c["learning_rate"] * 보정["m"] / (np.sqrt(보정["v"]) + c["epsilon"])


sgd, sgd_momentum, sgd_nesterov = SGD(), Momentum(), Nesterov()
rmsprop, adagrad, adam = RMSProp(), AdaGrad(), Adam()
